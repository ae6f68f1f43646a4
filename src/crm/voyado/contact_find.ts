import { ok } from "../../model/outcome.ts";
import type { SectionConfig } from "../../tenants/tenant.ts";
import type { CrmCall, CrmOutcome, Match, SearchKey } from "../port.ts";
import type { Voyado } from "./client.ts";
import { get, unknownContact } from "./contact_reads.ts";
import { parseContactId } from "./contact_wire.ts";
import { codeOf, readAs } from "./errors.ts";
import { routeOf } from "./routes.ts";

/** Which query field finds a contact by a key. `any` is never used: a miss hides later kinds (contracts/voyado.md 4.2). */
const queryFields = {
  mobile: "mobilePhone",
  email: "email",
  personal_id: "socialSecurityNumber",
  member_number: "customKey",
} as const;

/** Refusals that say no more than that the value cannot be anybody's key. */
const noSuchKey = new Set([
  "invalidemailaddress",
  "invalidphonenumber",
  "invalidsocialsecuritynumber",
  "invalidsearchquery",
]);

/** Who has a key; several people with one are told apart by the tenant's contact type, or not at all. */
export const search = async (
  voyado: Voyado,
  sections: readonly SectionConfig[],
  key: SearchKey,
  call: CrmCall,
): CrmOutcome<Match | undefined> => {
  if (key.by === "customer_id") {
    const profile = await get(voyado, sections, key.value, call);
    if (profile.ok) return ok({ id: profile.value.customer.id, profile: profile.value });
    return profile.failure.kind === "customer_not_found" ? ok(undefined) : profile;
  }
  const query = { [queryFields[key.by]]: key.value };
  const found = await find(voyado, query, call);
  const { contactType } = voyado.settings;
  if (found.ok || found.failure.kind !== "several_matches" || contactType === "") return found;
  // Of several types of contact, the tills' own decides.
  return find(voyado, { ...query, contactType }, call);
};

const find = async (
  voyado: Voyado,
  query: Readonly<Record<string, string>>,
  call: CrmCall,
): CrmOutcome<Match | undefined> => {
  const reply = await voyado.send({ route: routeOf("find", voyado.settings), query }, call);
  if (reply.ok && noSuchKey.has((codeOf(reply.value) ?? "").toLowerCase())) return ok(undefined);
  const meaning = {
    notFound: unknownContact,
    conflict: { kind: "several_matches", ids: [] },
  } as const;
  const text = reply.ok ? reply.value.text : undefined;
  const id = readAs(reply, (json) => parseContactId(json, text), meaning, voyado.now());
  if (id.ok) return ok({ id: id.value });
  return id.failure.kind === "customer_not_found" ? ok(undefined) : id;
};
