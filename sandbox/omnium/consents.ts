import { isObject, type Json, type JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { bodyOf } from "./body.ts";
import { copiedToMember } from "./club_member.ts";
import { customerWith } from "./customer_rules.ts";
import { withoutNulls } from "./customer_view.ts";
import type { Customer } from "./model.ts";
import { required } from "./query.ts";
import { consent } from "./schema.ts";
import type { OmniumStore } from "./store.ts";

/**
 * `POST /PrivateCustomers/Consents?customerId=`: takes effect at once and leaves a row in the history (§11, assumed).
 * The type is free text (published), so one that the settings do not name is taken as well.
 */
export function post(store: OmniumStore, call: Call): Reply {
  const customer = customerWith(store, required(call, "customerId"));
  const body = withoutNulls(bodyOf(call, consent, store.profile) as JsonObject);
  const changed = store.saveCustomer(consented(store, customer, body, call));
  if (store.profile.copyConsentsToCustomerClubMember)
    copiedToMember(store, changed.customerId, consentsOf(changed), call);
  // (assumed) 200 with all consents: no answer is published.
  return ok(consentsOf(changed));
}

export function list(store: OmniumStore, call: Call): Reply {
  return ok(consentsOf(customerWith(store, call.params["customerId"] ?? "")));
}

export function consentsOf({ fields }: Customer): JsonObject[] {
  const all: Json = fields["consents"] ?? [];
  return Array.isArray(all) ? all.filter(isObject) : [];
}

function consented(
  store: OmniumStore,
  customer: Customer,
  given: JsonObject,
  call: Call,
): Customer {
  const write = store.stamp(call);
  const row = { ...given, date: given["date"] ?? write.at };
  const before = consentsOf(customer).find(({ type }) => type === given["type"]);
  const kept = consentsOf(customer).filter(({ type }) => type !== given["type"]);
  const recorded =
    store.profile.consentHistory === "always" || before?.["status"] !== given["status"];
  return {
    ...customer,
    fields: { ...customer.fields, consents: [...kept, row] },
    consentHistory: recorded
      ? [...customer.consentHistory, { consent: row, seq: call.seq }]
      : customer.consentHistory,
    modified: write.at,
    modifiedBy: write.client,
    writes: [...customer.writes, write],
  };
}
