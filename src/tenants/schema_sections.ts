import { said } from "#said";
import * as z from "zod/mini";
import { described } from "./described.ts";
import { text } from "./schema_values.ts";

const attribute = z.strictObject({
  attribute: described(text, said("the field's name in the CRM")),
  title: described(text, said("its title in POS")),
  display_true: z.optional(
    described(z.string(), said("shown in place of the value when there is data")),
  ),
  display_false: z.optional(
    described(z.string(), said('shown when there is none: null, "", [] or false; 0 is data')),
  ),
});

/** Blocks of the customer card. Pasted files say `values` where ours say `attributes`. */
export const sections = z.array(
  z.pipe(
    z.strictObject({
      title: described(text, said("subject line of the block")),
      attributes: z.optional(z.array(attribute)),
      values: z.optional(described(z.array(attribute), said("the same as attributes"))),
    }),
    z.transform((section) => ({
      title: section.title,
      attributes: [...(section.attributes ?? []), ...(section.values ?? [])],
    })),
  ),
);
