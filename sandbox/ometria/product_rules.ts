import * as z from "zod";
import type { JsonObject } from "../json.ts";
import { id } from "./field_rules.ts";
import type { Problem } from "./model.ts";
import { problemsOf } from "./problems.ts";
import type { AccountProfile } from "./profile.ts";

/** No table of a product's fields is published; its id and the directives are all that is checked. */
const fields = z.looseObject({ id });
const directives = z.strictObject({
  "@type": z.literal("product"),
  "@merge": z.boolean().optional(),
});

export function productProblems(
  profile: AccountProfile,
  given: { directives: JsonObject },
  stored: { fields: JsonObject },
): Problem[] {
  return [
    ...problemsOf(directives, given.directives, profile.unknownFields),
    ...problemsOf(fields, stored.fields, profile.unknownFields),
  ];
}
