import Big from "big.js";
import { convertMinor, inUnits } from "../../model/money.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { Sale, SaleLine } from "../../model/sale.ts";
import type { BloomreachSettings } from "../../tenants/bloomreach_settings.ts";
import { type Command, eventOf, type Ids, type Properties, secondsOf } from "./batch.ts";

type Fault = { readonly reason: string; readonly field: string };

/** A property is under 16 kB (contracts/bloomreach.md 1); the rest of the list is in the items. */
const listBytes = 15_000;

const isReturn = (line: SaleLine): boolean => line.kind === "return";

/**
 * A refund is an order that gives money back, or takes goods back for nothing (9). One that names the
 * order it returns and still costs its customer something is none: it would count the wrong way round.
 */
export const isRefund = (sale: Sale): boolean =>
  sale.grandTotal < 0 ||
  (sale.grandTotal === 0 &&
    (sale.returnOf !== undefined || (sale.lines.length > 0 && sale.lines.every(isReturn))));

/**
 * Sale → one `purchase` and a `purchase_item` for each line (9, names published, sources assumed). Each
 * event has an id of its own in `event_id`, by which a repeat is known.
 */
export const saleCommands = (
  sale: Sale,
  ids: Ids,
  settings: BloomreachSettings,
): Outcome<readonly Command[], Fault> => {
  const { currency, exchangeRates, events } = settings;
  const rate = sale.currency === currency ? "1" : exchangeRates[sale.currency];
  if (rate === undefined)
    return failed({ field: "exchange_rates", reason: `there is no rate for ${sale.currency}` });
  const money: Money = {
    local: (minor) => inUnits(minor, sale.currency),
    reference: (minor) => inUnits(convertMinor(minor, sale.currency, rate, currency), currency),
    refunds: settings.refundSign === "negative" ? -1 : 1,
  };
  const at = secondsOf(Date.parse(sale.at));
  const head = { purchase_id: String(sale.order.orderId), sale_id: sale.id };
  const event = (name: string, id: string, properties: Properties): Command =>
    eventOf(ids, name, { ...head, event_id: id, ...properties }, at, id);
  return ok([
    event(events.purchase, sale.id, purchaseOf(sale, settings, money)),
    ...sale.lines.map((line, at_) =>
      event(events.purchase_item, `${sale.id}.${at_ + 1}`, itemOf(line, sale, settings, money)),
    ),
  ]);
};

type Money = {
  readonly local: (minor: number) => number;
  readonly reference: (minor: number) => number;
  /** What amounts of a refund are multiplied by. */
  readonly refunds: 1 | -1;
};

const productOf = (line: SaleLine, { productId }: BloomreachSettings): string =>
  (productId === "productid" ? line.productId : undefined) ?? line.sku;

const purchaseOf = (sale: Sale, settings: BloomreachSettings, money: Money): Properties => {
  const refund = isRefund(sale);
  // In a refund what comes back is positive, and what is taken instead is not.
  const along = (line: SaleLine): 1 | -1 => (isReturn(line) === refund ? 1 : -1);
  const sign = refund ? money.refunds : 1;
  const total = sign * (refund ? -1 : 1) * sale.grandTotal + 0;
  const tax = sale.lines.reduce((sum, line) => sum + along(line) * line.tax, 0);
  const lines = sale.lines.reduce((sum, line) => sum + along(line) * line.paid, 0);
  const products = sale.lines.map((line) => ({
    product_id: productOf(line, settings),
    quantity: Number(line.quantity) * along(line),
    title: line.name,
    total_price_local_currency: money.local(sign * along(line) * line.paid + 0),
  }));
  const listed = capped(products);
  const product_ids = capped([...new Set(products.map((product) => product.product_id))]);
  const quantity = sale.lines.reduce(
    (sum, line) => sum.plus(new Big(line.quantity).times(along(line))),
    new Big(0),
  );
  const [voucher] = sale.instruments;
  return {
    purchase_status: refund ? "refund" : "success",
    purchase_source_type: settings.purchaseSourceType,
    ...(sale.storeExternalId === undefined ? {} : { purchase_source_name: sale.storeExternalId }),
    receipt_id: sale.receiptNumber,
    ...(sale.returnOf === undefined ? {} : { refund_of: String(sale.returnOf.orderId) }),
    product_list: listed,
    product_ids,
    ...(listed.length < products.length ? { product_list_capped: true } : {}),
    total_price: money.reference(total),
    total_price_without_tax: money.reference(sign * (lines - tax) + 0),
    total_price_local_currency: money.local(total),
    local_currency: sale.currency,
    total_quantity: Number(quantity.toString()),
    ...(sale.payments.length === 0
      ? {}
      : { payment_type: [...new Set(sale.payments.map(({ name }) => name))].join(", ") }),
    ...(voucher === undefined ? {} : { voucher_code: voucher.id }),
    ...(voucher?.amount === undefined ? {} : { voucher_value: money.reference(voucher.amount) }),
  };
};

const itemOf = (
  line: SaleLine,
  sale: Sale,
  settings: BloomreachSettings,
  money: Money,
): Properties => {
  const sign = isReturn(line) ? money.refunds : 1;
  const full = line.paid + line.discount;
  const each = (minor: number): number =>
    Number(line.quantity) === 0
      ? minor
      : Number(new Big(minor).div(line.quantity).round(0, Big.roundHalfUp).toString());
  const both = (name: string, minor: number): Properties => ({
    [name]: money.reference(minor),
    [`${name}_local_currency`]: money.local(minor),
  });
  return {
    purchase_status: isReturn(line) ? "refund" : "success",
    product_id: productOf(line, settings),
    sku: line.sku,
    title: line.name,
    ...(line.group === undefined ? {} : { category_level_1: line.group }),
    ...both("price", each(line.paid)),
    ...both("original_price", each(full)),
    local_currency: sale.currency,
    quantity: Number(line.quantity),
    discount_value: money.reference(line.discount),
    discount_percentage:
      full === 0 ? 0 : Number(new Big(line.discount).times(100).div(full).round(2).toString()),
    ...both("total_price", sign * line.paid + 0),
  };
};

/** As many of the first entries as one property can hold. */
const capped = <Entry>(entries: readonly Entry[]): Entry[] => {
  let bytes = 2;
  const utf8 = new TextEncoder();
  const over = entries.findIndex((entry) => {
    bytes += utf8.encode(JSON.stringify(entry)).length + 1;
    return bytes > listBytes;
  });
  return over === -1 ? [...entries] : entries.slice(0, over);
};
