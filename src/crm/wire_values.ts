import * as z from "zod/mini";
import { orUndefined } from "../model/or_undefined.ts";
import { parseMinor } from "../model/money.ts";

export { orUndefined };

/** Text that may be missing, null, empty or of another type: then undefined. */
export const optionalText = orUndefined(
  z.pipe(
    z.string(),
    z.transform((text) => (text.trim() === "" ? undefined : text.trim())),
  ),
);

/** Ids are GUIDs in v3 and v2, and whole numbers in some v2 answers. */
export const idText = z.pipe(
  z.union([z.string().check(z.minLength(1)), z.number()]),
  z.transform(String),
);

/** A number, or a number in text. */
export const numeric = z.pipe(
  z.union([z.number(), z.string().check(z.regex(/^[+-]?\d+(\.\d+)?$/))]),
  z.transform(String),
);

/** The entries that have the form; others are dropped, so that one bad entry costs no more than itself. */
export const parseEach = <Entry>(
  schema: z.ZodMiniType<Entry>,
  entries: readonly unknown[],
): Entry[] => {
  const parsed: Entry[] = [];
  for (const entry of entries) {
    const result = schema.safeParse(entry);
    if (result.success) parsed.push(result.data);
  }
  return parsed;
};

const moneySchema = z.looseObject({ amount: numeric, currency: z.string().check(z.minLength(3)) });

/**
 * The amount in one currency: `value` when it is in that currency, else its entry in `localValues`
 * (contracts/voyado.md 6, assumed). Minor units; undefined when there is none.
 */
export const amountIn = (
  currency: string,
  value: unknown,
  localValues: unknown,
): number | undefined => {
  const candidates = [value, ...(Array.isArray(localValues) ? localValues : [])];
  for (const candidate of candidates) {
    const money = moneySchema.safeParse(candidate);
    if (money.success && money.data.currency.toUpperCase() === currency) {
      return parseMinor(money.data.amount, currency);
    }
  }
  return undefined;
};
