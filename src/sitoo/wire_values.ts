import * as z from "zod/mini";

/** Text that Sitoo may also write as a number, or leave empty; "" and null are absent. */
export const text = z.pipe(
  z.nullish(z.union([z.string(), z.number()])),
  z.transform((value) => {
    const trimmed = value === null || value === undefined ? "" : String(value).trim();
    return trimmed === "" ? undefined : trimmed;
  }),
);

/** A decimal: money has two decimals, quantities three, both written as strings (contracts/sitoo.md 5.1). */
export const decimal = z.pipe(
  text,
  z.optional(z.string().check(z.regex(/^[+-]?\d{1,15}(\.\d{1,12})?$/, "is not a decimal number"))),
);

/** A whole number, also when it comes as a string such as "2" or "2.000". */
export const wholeNumber = z.pipe(
  text,
  z.optional(
    z.pipe(
      z.string().check(z.regex(/^-?\d{1,15}(\.0+)?$/, "is not a whole number")),
      z.transform(Number),
    ),
  ),
);

export const requiredWholeNumber = z.pipe(wholeNumber, z.number());

/**
 * `additionaldata`: a free table of strings. A back end in PHP writes an empty
 * table as `[]`, so anything but an object reads as an empty table (assumed).
 */
export const additionalData = z.pipe(
  z.optional(z.unknown()),
  z.transform((value): Readonly<Record<string, string>> => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
    const table: Record<string, string> = {};
    for (const [key, entry] of Object.entries(value)) {
      if (typeof entry !== "string" && typeof entry !== "number" && typeof entry !== "boolean")
        continue;
      const trimmed = String(entry).trim();
      if (trimmed !== "") table[key] = trimmed;
    }
    return table;
  }),
);

export const listOf = <Item extends z.ZodMiniType>(item: Item) =>
  z.pipe(
    z.nullish(z.array(item)),
    z.transform((items) => items ?? []),
  );
