import { said } from "#said";
import * as z from "zod";
import { text } from "./schema_values.ts";

const attribute = z.strictObject({
  attribute: text.describe(said("the field's name in the CRM")),
  title: text.describe(said("its title in POS")),
  display_true: z
    .string()
    .describe(said("shown in place of the value when there is data"))
    .optional(),
  display_false: z
    .string()
    .describe(said('shown when there is none: null, "", [] or false; 0 is data'))
    .optional(),
});

/** Blocks of the customer card. Pasted files say `values` where ours say `attributes`. */
export const sections = z.array(
  z
    .strictObject({
      title: text.describe(said("subject line of the block")),
      attributes: z.array(attribute).optional(),
      values: z.array(attribute).describe(said("the same as attributes")).optional(),
    })
    .transform((section) => ({
      title: section.title,
      attributes: [...(section.attributes ?? []), ...(section.values ?? [])],
    })),
);
