import * as z from "zod/mini";
import { orUndefined } from "../model/or_undefined.ts";
import { additionalData, decimal, requiredWholeNumber, text, wholeNumber } from "./wire_values.ts";

/**
 * An order as lists are walked by: id, state, time, place and money, and nobody's name
 * (contracts/sitoo.md 5.2). Only the id must be readable: an order is never passed over for
 * what else Sitoo wrote of it.
 */
export const orderHead = z.object({
  orderid: requiredWholeNumber,
  orderstateid: orUndefined(wholeNumber),
  ordertypeid: orUndefined(wholeNumber),
  orderdate: orUndefined(wholeNumber),
  warehouseid: orUndefined(wholeNumber),
  currencycode: orUndefined(text),
  moneytotal_gross_all: orUndefined(decimal),
  moneytotal_gross_roundoff: orUndefined(decimal),
  moneyfinal_salestax: orUndefined(decimal),
  additionaldata: additionalData,
});
export type OrderHead = z.infer<typeof orderHead>;

/** `fields` of the list (published): what a walk needs, and what money is compared by. */
export const stateFields: readonly string[] = ["orderid", "orderstateid"];
export const moneyFields: readonly string[] = Object.keys(orderHead.shape);
