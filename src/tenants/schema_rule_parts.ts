import { said } from "#said";
import * as z from "zod/mini";
import { described } from "./described.ts";
import { checkMembers } from "./rule_fields.ts";
import { decimal, idText, text, textList } from "./schema_values.ts";

/** Rule refuses a tag that is named twice. */
export const tagList = z.pipe(
  z.union([idText, z.array(idText)]),
  z.transform((tags) => [...new Set([tags].flat())]),
);

export const consent = z.strictObject({
  id: described(text, said("id that Sitoo knows it by")),
  name: described(text, said("shown to cashiers")),
  description: z.optional(described(text, said("the text that the customer agrees to"))),
  preference: z.optional(
    described(z.int().check(z.positive()), said("id of the preference in Rule that holds it")),
  ),
  tag: z.optional(
    described(
      idText,
      said("tag in Rule that holds it; without both, the field acceptedconsents does"),
    ),
  ),
});

export const promotion = z
  .strictObject({
    tag: described(text, said("who has this tag in Rule has the promotion")),
    id: z.optional(described(text, said("another id when it is given anew; the tag by default"))),
    name: described(text, said("shown to cashiers")),
    percent: z.optional(described(decimal, said("per cent off the cart"))),
    amount: z.optional(described(decimal, said("amount off the cart, in the market's currency"))),
    voucher: z.optional(described(text, said("Sitoo voucher password that it opens"))),
    manual: z.optional(described(text, said("what the cashier does by hand"))),
    untag: z._default(
      described(
        z.boolean(),
        said("true: a use takes the tag away in Rule, and undo sets it again"),
      ),
      false,
    ),
  })
  .check(
    z.refine(
      ({ percent, amount, voucher, manual }) =>
        [percent, amount, voucher, manual].filter((one) => one !== undefined).length === 1,
      said("needs one of percent, amount, voucher and manual"),
    ),
  );

export const tagPasswords = z.strictObject({
  tag: described(text, said("tag in Rule")),
  voucher_passwords: described(textList, said("Sitoo voucher passwords that it opens")),
});

export const bonusChecks = z.strictObject({
  container: z._default(
    described(
      z.enum(["array", "object", "single"]),
      said("how the JSON holds them: a list, an object by id, or one check alone"),
    ),
    "array",
  ),
  names: z._default(
    described(
      z.partialRecord(z.enum(checkMembers), text),
      said("names in the JSON that differ from ours"),
    ),
    {},
  ),
  numbers: z._default(
    described(
      z.enum(["string", "number", "minor"]),
      said('how amounts are written: "100.00", 100, or 10000 in öre'),
    ),
    "string",
  ),
  dates: z._default(
    described(
      z.enum(["date", "datetime", "iso"]),
      said("how dates are written: 2026-12-31, 2026-12-31 23:59:59, or ISO 8601"),
    ),
    "date",
  ),
});
