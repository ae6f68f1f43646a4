import * as z from "zod/mini";
import { listOf, requiredWholeNumber, text, wholeNumber } from "./wire_values.ts";

/** A page of a collection; elements are parsed one by one (contracts/sitoo.md 5.1, published). */
export const collection = z.object({ totalcount: wholeNumber, items: listOf(z.unknown()) });

/** contracts/sitoo.md 5.4, published. */
export const storeWire = z.object({
  storeid: requiredWholeNumber,
  name: text,
  externalid: text,
  externalgroupid: text,
  countryid: text,
});
export type SitooStore = z.infer<typeof storeWire>;

/** contracts/sitoo.md 5.4, third party. */
export const warehouseWire = z.object({ warehouseid: wholeNumber, storeid: wholeNumber });

/** Staff and Sitoo's own customers (contracts/sitoo.md 5.3); no more of a person than is needed. */
export const userWire = z.object({ userid: text, externalid: text, role: text });
export type SitooUser = z.infer<typeof userWire>;

/** contracts/sitoo.md 5.4, published. */
export const voucherWire = z.object({
  voucherid: requiredWholeNumber,
  voucherpassword: text,
  vouchername: text,
  vouchertype: wholeNumber,
  voucherstate: wholeNumber,
});
export type SitooVoucher = z.infer<typeof voucherWire>;
