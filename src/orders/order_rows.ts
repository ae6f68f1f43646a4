import Big from "big.js";
import { type InstrumentRef, instrumentKey } from "../model/instrument.ts";
import { parseMinor } from "../model/money.ts";
import { type OrderItem, productItem } from "../sitoo/order_wire.ts";
import { grossMinor, optionalMinor, plainDecimal } from "./order_money.ts";

/** 1: goods go to the customer; -1: they come back. */
export type Direction = 1 | -1;

/** Goods, or a fee: what becomes a line of the sale. Amounts are gross minor units without sign. */
export type GoodsRow = {
  readonly kind: "goods";
  readonly direction: Direction;
  readonly sku: string;
  readonly productId?: string;
  readonly name: string;
  readonly group?: string;
  readonly quantity: string;
  readonly gross: number;
  readonly tax: number;
  readonly taxPercent: string;
  /** What Sitoo had taken off already: informative, never to be taken off again. */
  readonly discounted: number;
  readonly instruments: readonly InstrumentRef[];
  /** Sitoo's voucher that gave a discount, where no instrument of the row explains it. */
  readonly voucher?: number;
  readonly noPoints: boolean;
};

/** Takes `amount` off goods of one direction: off the row at `target`, or off all of them. */
export type DiscountRow = {
  readonly kind: "discount";
  readonly direction: Direction;
  readonly target?: number;
  /** Absent where the row names none: then it bears on goods of every rate. */
  readonly taxPercent?: string;
  readonly amount: number;
  /**
   * The row itself has no value, only `moneyrowdiscount`. Whether the goods' own
   * totals hold it already is told by the order's totals (order_totals.ts).
   */
  readonly perhapsTaken: boolean;
  readonly instruments: readonly InstrumentRef[];
  readonly voucher?: number;
  /** What it is taken off earns none either. */
  readonly noPoints: boolean;
};

export type Rows =
  | {
      readonly kind: "read";
      readonly goods: readonly GoodsRow[];
      readonly discounts: readonly DiscountRow[];
    }
  | { readonly kind: "invalid"; readonly reason: string; readonly field: string };

/**
 * Tells goods from discounts, and finds what each discount is taken off.
 *
 * How rows relate is partly known only (contracts/sitoo.md 5.2, third party), so by our reading (assumed):
 * - `moneyitemtotal_net + moneyitemtotal_vat` is the row after every discount that the row itself
 *   names (worked sample: price 250, row discount 50, totals 160 + 40). It is never lowered again.
 * - A row of another type than 10, a row without product, or a row with a CRM instrument is a discount
 *   when its value runs against the goods; else it is a line of its own, such as a fee.
 * - A discount belongs to the goods row before it. Where there is none, or one of another tax rate,
 *   it is the whole order's: it belongs to all goods of its direction and rate.
 * - A negative quantity is a return whatever sign Sitoo gives its total. Goods with a negative value
 *   and a positive quantity (a returned deposit) are a return too.
 *
 * @param earnsNothing tells rows that bring no points, or whose discount takes them away.
 */
export const readRows = (
  items: readonly OrderItem[],
  currency: string,
  earnsNothing: (item: OrderItem) => boolean,
): Rows => {
  const values: number[] = [];
  for (const [index, item] of items.entries()) {
    const value = grossMinor(
      item.moneyitemtotal_net ?? (isGoods(item) ? undefined : "0"),
      item.moneyitemtotal_vat,
      currency,
    );
    if (value === undefined)
      return {
        kind: "invalid",
        reason: `row ${index + 1} of the order has no total`,
        field: `orderitems.${index}.moneyitemtotal_net`,
      };
    values.push(value);
  }

  const goods: GoodsRow[] = [];
  const discounts: DiscountRow[] = [];
  const hasPurchases = items.some(
    (item, index) => isGoods(item) && (item.quantity ?? 1) > 0 && (values[index] ?? 0) >= 0,
  );
  const hasReturns = items.some((item) => isGoods(item) && (item.quantity ?? 1) < 0);

  for (const [index, item] of items.entries()) {
    const value = values[index] ?? 0;
    const instruments = instrumentsOf(item.additionaldata);
    const before = goods.at(-1);
    const rate = plainDecimal(item.vatvalue ?? "0");
    // On a discount, 0 says no more than that it has no rate of its own.
    const percent = rate === "0" ? undefined : rate;
    const off = (direction: Direction, amount: number, perhapsTaken: boolean): void => {
      discounts.push({
        kind: "discount",
        direction,
        ...(before?.direction === direction && (percent ?? before.taxPercent) === before.taxPercent
          ? { target: goods.length - 1 }
          : {}),
        ...(percent === undefined ? {} : { taxPercent: percent }),
        amount,
        perhapsTaken,
        instruments,
        ...voucherOf(item),
        noPoints: earnsNothing(item),
      });
    };
    const line = (direction: Direction, refs = instruments): void => {
      const noPoints = earnsNothing(item);
      goods.push({ ...goodsRow(item, direction, value, refs, currency), noPoints });
    };

    if (isGoods(item) && !(instruments.length > 0 && value < 0 && (item.quantity ?? 1) > 0)) {
      const direction = (item.quantity ?? 1) < 0 || value < 0 ? -1 : 1;
      line(direction);
      continue;
    }
    const usual: Direction = before?.direction ?? (hasPurchases || !hasReturns ? 1 : -1);
    const named = optionalMinor(rowDiscount(item), currency) ?? 0;
    if (value === 0 && (named !== 0 || instruments.length > 0))
      off(usual, Math.abs(named), named !== 0);
    else if (value === 0 && isProductType(item) && item.productname !== undefined) line(usual, []);
    else if (value < 0 && (usual === 1 || hasPurchases)) off(1, -value, false);
    else if (value > 0 && usual === -1) off(-1, value, false);
    else if (value !== 0) line(value < 0 ? -1 : 1);
    // Worth nothing by itself, such as one that opens a price list.
    else if (voucherOf(item).voucher !== undefined) off(usual, 0, false);
  }
  return { kind: "read", goods, discounts };
};

const isProductType = (item: OrderItem): boolean =>
  item.orderitemtype === undefined || item.orderitemtype === productItem;

const isGoods = (item: OrderItem): boolean =>
  isProductType(item) && (item.sku !== undefined || productId(item) !== undefined);

/** Sitoo writes 0 for no product. */
const productId = ({ productid }: OrderItem): string | undefined =>
  productid === "0" ? undefined : productid;

const rowDiscount = (item: OrderItem): string | undefined => {
  const noted = item.additionaldata["orderitem-moneyrowdiscount"];
  return item.moneyrowdiscount ?? (noted !== undefined && isDecimal(noted) ? noted : undefined);
};

const isDecimal = (text: string): boolean => /^[+-]?\d{1,15}(\.\d{1,12})?$/.test(text);

const goodsRow = (
  item: OrderItem,
  direction: Direction,
  value: number,
  instruments: readonly InstrumentRef[],
  currency: string,
): Omit<GoodsRow, "noPoints"> => {
  const group = item.additionaldata["product-group-name"];
  const product = productId(item);
  return {
    kind: "goods",
    direction,
    // A line typed in by hand has no product, yet every destination wants an article number.
    sku: item.sku ?? product ?? "no-sku",
    ...(product === undefined ? {} : { productId: product }),
    name: item.productname ?? item.sku ?? "",
    ...(group === undefined ? {} : { group }),
    quantity: quantityOf(item),
    gross: Math.abs(value),
    tax: Math.abs(optionalMinor(item.moneyitemtotal_vat, currency) ?? 0),
    taxPercent: plainDecimal(item.vatvalue ?? "0"),
    discounted: Math.abs(discounted(item, currency)),
    instruments,
    ...voucherOf(item),
  };
};

/** Goods sold by measure have their amount in `decimalquantitytotal`, beside a quantity of pieces (assumed). */
const quantityOf = (item: OrderItem): string => {
  const measured = plainDecimal(item.decimalquantitytotal ?? "0");
  if (measured !== "0") return measured;
  return plainDecimal(String(item.quantity ?? 1)) === "0"
    ? "1"
    : plainDecimal(String(item.quantity ?? 1));
};

/** The row's own discount with tax: as written, else per unit and net. */
const discounted = (item: OrderItem, currency: string): number => {
  const written = optionalMinor(rowDiscount(item), currency);
  if (written !== undefined) return written;
  if (item.moneydiscount === undefined) return 0;
  const gross = new Big(item.moneydiscount)
    .times(item.quantity ?? 1)
    .times(new Big(item.vatvalue ?? "0").div(100).plus(1));
  return parseMinor(gross.toFixed(6), currency) ?? 0;
};

/** Sitoo writes 0 for no voucher. A row that names an instrument is explained by that one. */
const voucherOf = (item: OrderItem): { readonly voucher?: number } => {
  const id = /^\d{1,15}$/.test(item.voucherid ?? "") ? Number(item.voucherid) : 0;
  return id === 0 || instrumentsOf(item.additionaldata).length > 0 ? {} : { voucher: id };
};

const instrumentKinds = [
  ["crm-promotionid", "promotion"],
  ["customcrm-promotionid", "promotion"],
  ["crm-bonuscheckid", "bonus_check"],
  ["customcrm-bonuscheckid", "bonus_check"],
] as const;

/** The instruments that a table of additional data names (contracts/sitoo.md 2.7, third party). */
export const instrumentsOf = (data: Readonly<Record<string, string>>): readonly InstrumentRef[] =>
  distinct(
    instrumentKinds.flatMap(([key, kind]) => {
      const id = data[key];
      return id === undefined ? [] : [{ kind, id }];
    }),
  );

export const distinct = (refs: readonly InstrumentRef[]): readonly InstrumentRef[] => [
  ...new Map(refs.map((ref) => [instrumentKey(ref), ref])).values(),
];
