import Big from "big.js";
import * as z from "zod/mini";
import { formatMinor, parseMinor } from "../../model/money.ts";
import { orUndefined } from "../../model/or_undefined.ts";
import type { Sale } from "../../model/sale.ts";
import { parseJson } from "../../upstream/classify.ts";
import { type OrderSettings, productIdOf } from "./order_record.ts";
import type { PushRecord } from "./push.ts";

/** One product that came back by one order. `paid`: decimal text, tax included. */
type Back = { readonly product: string; readonly quantity: string; readonly paid: string };
/** What came back of a purchase, by the id of the order that brought it: told again, it is one return. */
export type Returns = Readonly<Record<string, readonly Back[]>>;

/** Text, because what a property may hold is not published. */
const returnsProperty = "returns";

const decimal = z.string().check(z.regex(/^\d{1,15}(\.\d{1,12})?$/));
const returnsSchema = z.record(
  z.string(),
  z.array(z.object({ product: z.string(), quantity: decimal, paid: decimal })),
);

const orderSchema = z.looseObject({
  "@type": orUndefined(z.string()),
  id: z.string(),
  currency: z.string(),
  lineitems: z.array(z.looseObject({ product_id: z.string(), quantity: z.number() })),
  properties: orUndefined(z.record(z.string(), z.unknown())),
});
export type StoredOrder = z.output<typeof orderSchema>;

/** An order as `GET /orders/{id}` shows it: what was pushed (assumed, contracts/ometria.md 12). */
export const parseOrder = (json: unknown): StoredOrder | undefined => {
  const read = orderSchema.safeParse(Array.isArray(json) ? json[0] : json);
  return read.success ? read.data : undefined;
};

export const returnsOf = ({ properties }: Pick<StoredOrder, "properties">): Returns => {
  const text = properties?.[returnsProperty];
  const read = returnsSchema.safeParse(typeof text === "string" ? parseJson(text) : undefined);
  return read.success ? read.data : {};
};

/** What this order brings back of another. */
export const backOf = (sale: Sale, settings: OrderSettings): readonly Back[] =>
  sale.lines
    .filter(({ kind }) => kind === "return")
    .map((line) => ({
      product: productIdOf(line, settings),
      quantity: line.quantity,
      paid: formatMinor(line.paid, sale.currency),
    }));

/**
 * The purchase with all that came back of it: quantities and amounts on its lines, its status, and whether
 * it still counts. Undefined where the purchase has no such goods, or fewer of them.
 */
export const withReturns = (order: StoredOrder, returns: Returns): PushRecord | undefined => {
  const back = Object.values(returns)
    .flat()
    .map(({ product, quantity, paid }) => ({
      product,
      quantity: new Big(quantity),
      paid: parseMinor(paid, order.currency) ?? 0,
    }));
  const lineitems = order.lineitems.map(({ quantity_refunded: _, refunded: __, ...line }) => {
    let quantity = new Big(0);
    let paid = 0;
    for (const one of back) {
      const room = new Big(line.quantity).minus(quantity);
      if (one.product !== line.product_id || one.quantity.lte(0) || room.lte(0)) continue;
      const taken = one.quantity.lt(room) ? one.quantity : room;
      // Whatever of the amount the rest of it does not need.
      const part = taken.eq(one.quantity)
        ? one.paid
        : Number(taken.div(one.quantity).times(one.paid).round(0).toFixed(0));
      quantity = quantity.plus(taken);
      paid += part;
      one.quantity = one.quantity.minus(taken);
      one.paid -= part;
    }
    // A published client has whole numbers alone here (contracts/ometria.md 4): of goods by weight the amount tells.
    return quantity.eq(0)
      ? { line, isBack: line.quantity <= 0 }
      : {
          line: {
            ...line,
            quantity_refunded: Number(quantity.round(0, Big.roundUp).toFixed(0)),
            refunded: Number(formatMinor(paid, order.currency)),
          },
          isBack: quantity.eq(line.quantity),
        };
  });
  if (back.some(({ quantity }) => quantity.gt(0))) return undefined;
  const { [returnsProperty]: _, ...properties } = order.properties ?? {};
  const isNone = back.length === 0;
  const isWhole = !isNone && lineitems.every(({ isBack }) => isBack);
  const status = isWhole ? "refunded" : "partially_refunded";
  return {
    ...order,
    "@type": "order",
    status: isNone ? "complete" : status,
    is_valid: !isWhole,
    lineitems: lineitems.map(({ line }) => line),
    properties: isNone ? properties : { ...properties, [returnsProperty]: JSON.stringify(returns) },
  };
};
