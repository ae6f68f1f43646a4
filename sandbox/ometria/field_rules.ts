import * as z from "zod";
import { OPT_IN } from "./model.ts";

/** Formats that several kinds of record share (contracts/ometria.md §3 to §7). Null on an optional field is a blank (assumed). */
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;
const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;

/** An id must not be an e-mail address or a phone number (published). A bare row of digits is an order number. */
function isPersonal(id: string): boolean {
  return id.includes("@") || /^(\+|0)\d{7,15}$/.test(id.replace(/[\s().-]/g, ""));
}

export const id = z
  .string()
  .min(1)
  .refine((value) => !isPersonal(value), { error: "must not hold personal data" });
export const email = z.string().regex(EMAIL);
/** A phone that is not E.164 must be left out (third party). */
export const phone = z.string().regex(/^\+[1-9]\d{6,14}$/);
export const time = z
  .string()
  .refine((value) => ISO_TIME.test(value) && !Number.isNaN(Date.parse(value)));
export const day = z.iso.date();
export const currency = z.string().regex(/^[A-Z]{3}$/);
/** Booleans also occur (published). */
export const optIn = z.union([z.enum(OPT_IN), z.boolean()]);
export const properties = z.record(z.string(), z.json()).nullish();
export const words = z.string().nullish();
export const amount = z.number().nullish();
