import type * as z from "zod/mini";

const kindOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  // NaN and Infinity by name: "number" would say nothing.
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : typeof value;
};

const written = (value: unknown): string =>
  typeof value === "string" ? `"${value}"` : String(value);

/** How long, where the thing has a length, else how much. */
const sized = (origin: string, bound: string): string => {
  const unit = { string: "characters", array: "items" }[origin];
  return `expected ${origin} to ${unit === undefined ? `be ${bound}` : `have ${bound} ${unit}`}`;
};

/**
 * What zod's English says of the faults that tills and operators are told of, word for word.
 * `zod/mini` brings no language, and its English is 1.1 KiB gzip for formats and keys that none of these schemas has.
 */
export const englishFault: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return `Invalid input: expected ${issue.expected}, received ${kindOf(issue.input)}`;
    case "invalid_value":
      return issue.values.length === 1
        ? `Invalid input: expected ${written(issue.values[0])}`
        : `Invalid option: expected one of ${issue.values.map(written).join("|")}`;
    case "too_big":
      return `Too big: ${sized(issue.origin, `${issue.inclusive ? "<=" : "<"}${issue.maximum}`)}`;
    case "too_small":
      return `Too small: ${sized(issue.origin, `${issue.inclusive ? ">=" : ">"}${issue.minimum}`)}`;
    default:
      return undefined;
  }
};
