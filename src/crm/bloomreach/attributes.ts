import * as z from "zod/mini";
import { failed, ok } from "../../model/outcome.ts";
import type { Source } from "../../tenants/bloomreach_settings.ts";
import type { CrmCall, CrmOutcome } from "../port.ts";
import type { Bloomreach } from "./client.ts";

/** One customer as read: the hard ID, and a value for each source; undefined: none, or it may not be read. */
export type Values = { readonly hardId: string; readonly of: (source: Source) => unknown };

const resultsSchema = z.looseObject({
  results: z.array(z.looseObject({ success: z.boolean(), value: z.optional(z.unknown()) })),
});

/** "properties.first_name" → "properties", "first_name"; names may hold dots. */
export const partsOf = (source: Source): readonly [string, string] => {
  const dot = source.indexOf(".");
  return [source.slice(0, dot), source.slice(dot + 1)];
};

const attributeOf = (source: Source): object => {
  const [kind, name] = partsOf(source);
  switch (kind) {
    case "properties":
      return { type: "property", property: name };
    case "ids":
      return { type: "id", id: name };
    case "consent":
      return { type: "consent", category: name, mode: "valid" };
    default:
      return { type: kind, id: name };
  }
};

/**
 * Whoever has the ID. How an unknown customer is answered is not published: a 404 and a customer
 * without a hard ID are both nobody, for nothing could be written to the latter (contracts/bloomreach.md 6).
 */
export const readCustomer = async (
  bloomreach: Bloomreach,
  ids: Readonly<Record<string, string>>,
  sources: readonly Source[],
  call: CrmCall,
): CrmOutcome<Values> => {
  const asked = [...new Set([`ids.${bloomreach.settings.hardId}`, ...sources])];
  const answer = await bloomreach.send(
    "data/customers/attributes",
    { customer_ids: ids, attributes: asked.map(attributeOf) },
    call,
  );
  if (!answer.ok) return answer;
  const parsed = resultsSchema.safeParse(answer.value);
  if (!parsed.success || parsed.data.results.length !== asked.length)
    return failed({ kind: "unreadable", detail: "bloomreach attributes: not one result for each" });
  const { results } = parsed.data;
  const denied = results.filter(({ success }) => !success).length;
  if (denied > 0)
    bloomreach.log("crm_attributes_denied", { count: denied, request_id: call.requestId });
  const values = new Map(
    results.map(({ success, value }, at) => [
      asked[at],
      success ? (value ?? undefined) : undefined,
    ]),
  );
  const [hardId] = [values.get(asked[0])].flat();
  return typeof hardId === "string" && hardId !== ""
    ? ok({ hardId, of: (source) => values.get(source) })
    : failed({ kind: "customer_not_found" });
};
