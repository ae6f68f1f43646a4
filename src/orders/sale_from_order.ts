import { instrumentKey } from "../model/instrument.ts";
import { allocate, formatMinor, taxWithin } from "../model/money.ts";
import { type Sale, type SaleLine, type SalePayment, saleId } from "../model/sale.ts";
import { type Order, type OrderItem, orderState, orderType } from "../sitoo/order_wire.ts";
import { fold, type FoldedRow, signedTotal } from "./discounts.ts";
import { amountsTaken } from "./instrument_amounts.ts";
import { type IssuedIds, issuedIds, saleCustomer } from "./order_customer.ts";
import { type OrderLinks, orderLinks } from "./order_links.ts";
import { optionalMinor } from "./order_money.ts";
import { distinct, instrumentsOf, readRows } from "./order_rows.ts";
import { localTime } from "./order_time.ts";
import { orderTotals, reconcile, withFees } from "./order_totals.ts";
import { vouchersUsed, type VoucherUse } from "./vouchers_used.ts";

export type NotASale = "open" | "cancelled" | "parked" | "booking" | "abandoned";

export type OrderReading =
  | {
      readonly kind: "sale";
      readonly sale: Sale;
      readonly issued: IssuedIds;
      readonly links: OrderLinks;
      readonly vouchers: readonly VoucherUse[];
    }
  | { readonly kind: "not_a_sale"; readonly why: NotASale }
  /** Never guessed at; `reason` is for an operator and names nobody, `field` is Sitoo's. */
  | { readonly kind: "invalid"; readonly reason: string; readonly field: string };

export type OrderContext = {
  /** Sitoo's account and site numbers. */
  readonly account: number;
  readonly site: number;
  readonly market: {
    readonly country: string;
    readonly currency: string;
    readonly timeZone: string;
  };
  /** Where the order names no store: the one its warehouse belongs to. */
  readonly storeExternalId?: string;
  /** Rows that bring no points; none when left out. */
  readonly earnsNothing?: (item: OrderItem) => boolean;
};

/**
 * Sitoo's order as a sale (contracts/sitoo.md 5.2, contracts/voyado.md 14).
 *
 * The lines come to what was paid for goods and fees, tax within: discounts are folded in,
 * US sales tax and round-off stay outside. `linesTotal` is purchases less returns.
 */
export const saleFromOrder = (order: Order, context: OrderContext): OrderReading => {
  const type = order.ordertypeid ?? orderType.order;
  if (type === orderType.parked) return { kind: "not_a_sale", why: "parked" };
  if (type === orderType.booking) return { kind: "not_a_sale", why: "booking" };
  if (type !== orderType.order)
    return { kind: "invalid", reason: `order type ${type} is not known`, field: "ordertypeid" };
  switch (order.orderstateid) {
    case orderState.closed:
      return closedOrder(order, context);
    case orderState.open:
      return { kind: "not_a_sale", why: "open" };
    case orderState.cancelled:
      return { kind: "not_a_sale", why: "cancelled" };
    case orderState.abandoned:
      return { kind: "not_a_sale", why: "abandoned" };
    default:
      return {
        kind: "invalid",
        reason: `order state ${order.orderstateid ?? "(none)"} is not known`,
        field: "orderstateid",
      };
  }
};

const closedOrder = (order: Order, context: OrderContext): OrderReading => {
  const currency = (order.currencycode ?? context.market.currency).toUpperCase();
  if (!/^[A-Z]{3}$/.test(currency))
    return { kind: "invalid", reason: "the order's currency is not one", field: "currencycode" };
  if (order.orderdate === undefined || order.orderdate <= 0)
    return { kind: "invalid", reason: "the order has no time of sale", field: "orderdate" };

  const rows = readRows(order.orderitems, currency, context.earnsNothing ?? (() => false));
  if (rows.kind === "invalid") return rows;
  const totals = orderTotals(order, currency);
  const { goods, discounts } = withFees(order, rows.goods, rows.discounts, currency);
  if (goods.length === 0)
    return {
      kind: "invalid",
      reason: "the order is closed but holds no goods",
      field: "orderitems",
    };
  const reconciled = reconcile(goods, discounts, totals);
  if (reconciled.kind === "disagrees")
    return {
      kind: "invalid",
      reason: `the rows come to ${formatMinor(reconciled.lines, currency)}, the order to ${formatMinor(reconciled.order, currency)}`,
      field: "moneytotal_gross_all",
    };
  const folded = fold(goods, reconciled.discounts);
  if (folded.kind === "too_large")
    return {
      kind: "invalid",
      reason: "the discounts are larger than the goods",
      field: "orderitems",
    };

  const lines = rounded(folded.rows, reconciled.rounding).map(saleLine);
  const linesTotal = signedTotal(
    lines.map((line) => ({ direction: line.kind === "return" ? -1 : 1, amount: line.paid })),
  );
  const data = order.additionaldata;
  const ref = { account: context.account, site: context.site, orderId: order.orderid };
  const links = orderLinks(order, context.account, context.site);
  const store = data["store-externalid"] ?? context.storeExternalId;
  const register = order.registerid?.replaceAll(/[{}]/g, "").toLowerCase();
  const staff = data["pos-staff-externalid"] ?? data["pos-staffsales-externalid"];
  const named = distinct([
    ...order.orderitems.flatMap((item) => instrumentsOf(item.additionaldata)),
    // Whether a bonus check may also show as payment is not known; its id then counts as used.
    ...order.payments.flatMap((payment) => instrumentsOf(payment.additionaldata)),
    ...instrumentsOf(data),
  ]);
  const amounts = amountsTaken(rows, order.payments, currency);
  const sale: Sale = {
    id: saleId(ref),
    order: ref,
    receiptNumber: data["pos-receiptid"] ?? String(order.orderid),
    at: localTime(order.orderdate, [data["pos-timezone"], context.market.timeZone]),
    currency,
    ...(store === undefined ? {} : { storeExternalId: store }),
    ...(register === undefined ? {} : { registerId: register }),
    ...(staff === undefined ? {} : { staffExternalId: staff }),
    customer: saleCustomer(order, context.market.country),
    lines,
    linesTotal,
    grandTotal: totals.toPay ?? linesTotal + totals.salesTax + totals.roundOff,
    payments: salePayments(order, currency),
    instruments: named.map((one) => {
      const amount = amounts.get(instrumentKey(one));
      return amount === undefined ? one : { ...one, amount };
    }),
    ...(links.returnOf === undefined ? {} : { returnOf: links.returnOf }),
  };
  return {
    kind: "sale",
    sale,
    issued: issuedIds(order),
    links,
    vouchers: vouchersUsed(rows, amounts),
  };
};

/** Lays a difference of rounding on the largest rows that can bear it. */
const rounded = (rows: readonly FoldedRow[], rounding: number): readonly FoldedRow[] => {
  if (rounding === 0) return rows;
  const parts = allocate(
    rounding,
    rows.map(({ paid }) => paid),
  );
  return rows.map((row, index) => ({
    ...row,
    paid: Math.max(0, row.paid + row.row.direction * (parts[index] ?? 0)),
  }));
};

const saleLine = ({ row, paid, instruments, noPoints }: FoldedRow): SaleLine => ({
  kind: row.direction === 1 ? "purchase" : "return",
  sku: row.sku,
  ...(row.productId === undefined ? {} : { productId: row.productId }),
  name: row.name,
  ...(row.group === undefined ? {} : { group: row.group }),
  quantity: row.quantity,
  paid,
  // Sitoo's own figure as long as it still belongs to the amount.
  tax: paid === row.gross ? row.tax : taxWithin(paid, row.taxPercent),
  taxPercent: row.taxPercent,
  discount: row.discounted + row.gross - paid,
  instruments,
  ...(noPoints ? { noPoints } : {}),
});

/** `reference` is Sitoo's `reftype`: beside the name, what a tenant's table of payment types goes by. */
const salePayments = (order: Order, currency: string): readonly SalePayment[] =>
  order.payments.flatMap((payment) => {
    const amount = optionalMinor(payment.moneyamount, currency);
    return amount === undefined
      ? []
      : [
          {
            name: payment.name ?? payment.reftype ?? "",
            ...(payment.reftype === undefined ? {} : { reference: payment.reftype }),
            amount,
          },
        ];
  });
