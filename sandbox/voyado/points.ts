import type { JsonObject } from "../json.ts";
import type { Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { contactNotFound, invalidContactId, refuse } from "./errors.ts";
import { guid } from "./keys.ts";
import type { Contact } from "./model.ts";
import { paged } from "./paging.ts";
import type { VoyadoStore } from "./store.ts";

const DEFINITION = "77777777-0000-4000-8000-000000000001";

/** `GET /point-accounts?contactId=`: one account per contact; v3 ids are GUIDs, v2 ids integers (published). */
export function accounts(store: VoyadoStore, call: Call, version: "v2" | "v3"): Reply {
  const id = guid(call.query.get("contactId"));
  if (id === undefined) return invalidContactId();
  const contact = store.contact(id);
  if (contact === undefined) return contactNotFound();
  const account: JsonObject = {
    id: version === "v3" ? accountId(contact) : 1,
    contactId: contact.id,
    definitionId: version === "v3" ? DEFINITION : 1,
    balance: contact.points,
    balanceExpires: null,
    pendingPoints: 0,
    links: [],
  };
  return paged(call, store.profile, [account], version === "v3" ? { links: [] } : {});
}

/** `GET /api/v3/point-transactions?accountId=`. */
export function transactions(store: VoyadoStore, call: Call): Reply {
  const id = guid(call.query.get("accountId"));
  const contact = id === undefined ? undefined : store.contact(contactOf(id));
  if (id === undefined || contact === undefined)
    return refuse(404, "PointAccountNotFound", "The point account was not found.");
  const items = store.points.by("contactId", contact.id).map((row) => ({
    id: row.id,
    accountId: id,
    description: row.description,
    source: row.type,
    amount: Math.abs(row.amount),
    type: row.amount < 0 ? "Deduction" : "Addition",
    transactionDate: row.transactionDate,
    createdOn: row.transactionDate,
    modifiedOn: row.transactionDate,
    validFrom: row.transactionDate,
    validTo: null,
    retailTransactionLineItemId: null,
  }));
  return paged(call, store.profile, items, { links: [] });
}

/** `GET /api/v2/contacts/{id}/bonuspointtransactions`. */
export function bonusPoints(store: VoyadoStore, contact: Contact, call: Call): Reply {
  const items = store.points.by("contactId", contact.id).map((row) => ({
    id: row.id,
    amount: row.amount,
    transactionDateTime: row.transactionDate,
    description: row.description,
    type: row.type,
    automationBonusAdjustmentReason: null,
  }));
  return paged(call, store.profile, items);
}

/** An id of its own that leads back to the contact: the same GUID with its first digit turned round. */
function accountId(contact: Contact): string {
  return contactOf(contact.id);
}

function contactOf(id: string): string {
  return (15 - Number.parseInt(id.slice(0, 1), 16)).toString(16) + id.slice(1);
}
