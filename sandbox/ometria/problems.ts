import type * as z from "zod";
import type { Json } from "../json.ts";
import type { Problem } from "./model.ts";

/** "not a valid value" is published; the other two wordings are (assumed), contracts/ometria.md §3. */
export const NOT_VALID = "not a valid value";
const REQUIRED = "is required";
const UNKNOWN = "is not a known field";

/** One problem per broken rule, with a path such as "root > lineitems > 0 > quantity". */
export function problemsOf(
  schema: z.ZodType,
  value: Json,
  unknownFields: "error" | "ignore",
): Problem[] {
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue): Problem[] => {
    if (issue.code === "unrecognized_keys") {
      if (unknownFields === "ignore") return [];
      return issue.keys.map((key) => ({ message: UNKNOWN, path: pathText([...issue.path, key]) }));
    }
    const own = issue.code === "custom" && issue.message !== "Invalid input";
    const message = own ? issue.message : absent(value, issue.path) ? REQUIRED : NOT_VALID;
    return [{ message, path: pathText(issue.path) }];
  });
}

function pathText(path: readonly PropertyKey[]): string {
  return ["root", ...path.map(String)].join(" > ");
}

function absent(value: Json, path: readonly PropertyKey[]): boolean {
  let inner: unknown = value;
  for (const step of path) {
    if (typeof inner !== "object" || inner === null) return false;
    inner = (inner as Record<PropertyKey, unknown>)[step];
  }
  return inner === undefined;
}
