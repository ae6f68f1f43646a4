import { text } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { contactNotFound, refuse } from "./errors.ts";
import { socialSecurityNumber } from "./keys.ts";
import type { VoyadoStore } from "./store.ts";

const FIELDS = ["socialSecurityNumber", "email", "mobilePhone", "memberNumber", "externalId"];

/** `GET /api/v2/memberstatus?query={fieldId}:{value}`: the first match (contracts/voyado.md §4.2). */
export function memberStatus(store: VoyadoStore, call: Call): Reply {
  const [field = "", ...rest] = (call.query.get("query") ?? "").split(":");
  const value = rest.join(":");
  if (!FIELDS.includes(field) || value === "")
    return refuse(400, "InvalidSearchQuery", "query must be {fieldId}:{value}.");
  const key =
    field === "socialSecurityNumber"
      ? (socialSecurityNumber(value, store.clock.now()) ?? value)
      : value;
  const [contact] = store.contacts
    .by(field, key.toLowerCase())
    .filter((row) => store.contact(row.id) !== undefined);
  if (contact === undefined) return contactNotFound();
  return ok({
    statusColor: "green",
    statusText: text(contact.attributes["bonusBasedLevel"]) ?? contact.contactType,
    data: { contactId: contact.id, memberNumber: contact.attributes["memberNumber"] ?? null },
  });
}
