import * as z from "zod/mini";
import { parseMinor } from "../../model/money.ts";
import { numeric, optionalText, orUndefined } from "../wire_values.ts";
import { externalIds, listOf, properties } from "./customer_wire.ts";

const amount = orUndefined(numeric);

const lineSchema = z.looseObject({
  lineItemId: optionalText,
  code: optionalText,
  displayName: optionalText,
  quantity: amount,
  canceledQuantity: amount,
  returnQuantity: amount,
  /** Calculated, with the line's share of the order's discount (contracts/omnium.md 7.2). */
  extendedPrice: amount,
});
export type WireLine = z.infer<typeof lineSchema>;

/** OmniumOrder, as far as it is read. */
const orderSchema = z.looseObject({
  id: z.string(),
  orderNumber: optionalText,
  marketId: optionalText,
  storeId: optionalText,
  created: optionalText,
  billingCurrency: optionalText,
  netTotal: amount,
  orderForm: orUndefined(z.looseObject({ lineItems: listOf(lineSchema) })),
  returnOrderForms: listOf(
    z.looseObject({ rmaNumber: optionalText, lineItems: listOf(lineSchema) }),
  ),
  externalIds,
  properties,
});
export type WireOrder = z.infer<typeof orderSchema>;

export const parseOrder = (json: unknown): WireOrder | undefined =>
  orderSchema.safeParse(json).data;

/** An amount of Omnium's, whose JSON numbers may trail digits of their sums. */
export const minorOf = (text: string | undefined, currency: string): number | undefined =>
  text === undefined ? undefined : parseMinor(text.replace(/(\.\d{12})\d+$/, "$1"), currency);
