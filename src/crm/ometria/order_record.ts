import Big from "big.js";
import { currencyDigits, formatMinor, taxWithin } from "../../model/money.ts";
import type { OrderRef, Sale, SaleLine } from "../../model/sale.ts";
import type { OmetriaSettings } from "../../tenants/ometria_settings.ts";
import type { DeliverySettings, Market } from "../../tenants/tenant.ts";
import { given } from "./customer_mapping.ts";
import type { PushRecord } from "./push.ts";

export type OrderSettings = {
  readonly delivery: Pick<DeliverySettings, "namespace" | "productId">;
  readonly settings: Pick<OmetriaSettings, "namespaceProducts">;
  readonly market: Pick<Market, "country">;
};

export const orderPrefix = ({ namespace }: Pick<DeliverySettings, "namespace">): string =>
  `${namespace ?? "sitoo"}-`;

/** `pos-4711`: no order of a web shop has it. */
export const orderIdOf = ({ orderId }: OrderRef, delivery: Pick<DeliverySettings, "namespace">) =>
  orderPrefix(delivery) + orderId;

/** A JSON number of an amount, the double nearest to its decimal text. */
export const inUnits = (minor: number, currency: string): number =>
  Number(formatMinor(minor, currency)) + 0;

/** One line as Ometria counts it: net before discounts, what they took off, and tax. Minor units. */
const partsOf = (line: SaleLine) => {
  const discount = line.discount - taxWithin(line.discount, line.taxPercent);
  return { subtotal: line.paid - line.tax + discount, discount, tax: line.tax, total: line.paid };
};

/** What Sitoo adds for delivery and payment is no product. */
const isFee = (line: SaleLine): boolean =>
  line.productId === undefined && (line.sku === "delivery" || line.sku === "checkout");

const signOf = (line: SaleLine): 1 | -1 => (line.kind === "return" ? -1 : 1);

export const productIdOf = (line: SaleLine, { delivery, settings }: OrderSettings): string => {
  const ids =
    delivery.productId === "sku" ? [line.sku, line.productId] : [line.productId, line.sku];
  const id = ids.find((one) => one !== undefined && one !== "") ?? "unknown";
  return settings.namespaceProducts ? orderPrefix(delivery) + id : id;
};

const lineItem = (line: SaleLine, currency: string, settings: OrderSettings) => {
  const sign = signOf(line);
  const { subtotal, discount, tax, total } = partsOf(line);
  const amount = (minor: number) => inUnits(sign * minor, currency);
  // Of goods by weight the price of a unit need not come out even; the subtotal does.
  const unit = new Big(10).pow(currencyDigits(currency));
  const price = new Big(subtotal).div(line.quantity).div(unit).round(4);
  return {
    product_id: productIdOf(line, settings),
    ...(line.sku === "" ? {} : { sku: line.sku }),
    quantity: sign * Number(line.quantity),
    unit_price: price.toNumber(),
    subtotal: amount(subtotal),
    discount: amount(0 - discount),
    tax: amount(tax),
    total: amount(total),
    properties: { name: line.name },
  };
};

/** How Ometria is told whose it is: `id` is a contact's customer_id. Without one of both it is nobody's. */
export type OrderCustomer = {
  readonly id?: string | undefined;
  readonly email?: string | undefined;
};

/**
 * Sale → order, always whole (contracts/ometria.md 4). grand_total = subtotal + discount + tax + shipping, of
 * which discount is negative; only a cash rounding is outside the sum.
 */
export const orderRecord = (
  sale: Sale,
  customer: OrderCustomer,
  settings: OrderSettings,
): PushRecord => {
  const { currency } = sale;
  const sum = (of: (parts: ReturnType<typeof partsOf>) => number, lines: readonly SaleLine[]) =>
    lines.reduce((total, line) => total + signOf(line) * of(partsOf(line)), 0);
  const goods = sale.lines.filter((line) => !isFee(line));
  const fees = sale.lines.filter(isFee);
  // US sales tax is outside the lines; anywhere else what is asked beside them is rounding.
  const beside = sale.grandTotal - sale.linesTotal;
  const isTax = settings.market.country === "US";
  const { nameFirst, nameLast } = sale.customer;
  const { id, email } = customer;
  const methods = [...new Set(sale.payments.map(({ name }) => name).filter((name) => name !== ""))];
  const amount = (minor: number) => inUnits(minor, currency);
  return {
    "@type": "order",
    id: orderIdOf(sale.order, settings.delivery),
    timestamp: new Date(sale.at).toISOString(),
    status: "complete",
    is_valid: true,
    currency,
    grand_total: amount(sale.grandTotal),
    subtotal: amount(sum(({ subtotal }) => subtotal, goods)),
    discount: amount(0 - sum(({ discount }) => discount, goods)),
    shipping: amount(sum(({ total, tax }) => total - tax, fees)),
    tax: amount(sum(({ tax }) => tax, sale.lines) + (isTax ? beside : 0)),
    channel: "store",
    ...given({
      store: sale.storeExternalId,
      payment_method: methods.length === 0 ? undefined : methods.join(","),
      customer:
        id === undefined && email === undefined
          ? undefined
          : given({ id, email, firstname: nameFirst, lastname: nameLast }),
    }),
    lineitems: goods.map((line) => lineItem(line, currency, settings)),
    properties: given({
      receipt_id: sale.receiptNumber,
      register_id: sale.registerId,
      staff_external_id: sale.staffExternalId,
      redeemed:
        sale.instruments.length === 0 ? undefined : sale.instruments.map((one) => one.id).join(","),
      rounding: isTax || beside === 0 ? undefined : amount(beside),
    }),
  };
};
