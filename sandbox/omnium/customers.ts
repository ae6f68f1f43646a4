import * as z from "zod";
import { type JsonObject, toJson } from "../json.ts";
import { ok, type Reply, reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { mayReachCustomer } from "./access.ts";
import { bodyOf } from "./body.ts";
import { memberView } from "./club_view.ts";
import { accepted, creatable, customerWith } from "./customer_rules.ts";
import { customerView } from "./customer_view.ts";
import { Refused } from "./errors.ts";
import type { Customer, Write } from "./model.ts";
import { required } from "./query.ts";
import { customerSchema } from "./schema.ts";
import type { OmniumStore } from "./store.ts";

/** `POST /PrivateCustomers`. (assumed) 201 with the customer; only the statuses 200, 201 and 204 are published. */
export function create(store: OmniumStore, call: Call): Reply {
  const body = bodyOf(call, customerSchema, store.profile);
  const fields = accepted(store.profile, body as JsonObject);
  const customerId = creatable(store, body.customerId, fields);
  const made = store.saveCustomer(newCustomer(store, customerId, fields, store.stamp(call)));
  return reply(201, customerView(made, store.profile));
}

export function newCustomer(
  store: OmniumStore,
  customerId: string,
  fields: JsonObject,
  write: Write,
): Customer {
  const at = store.clock.iso();
  return {
    customerId,
    fields,
    created: at,
    modified: at,
    modifiedBy: write.client,
    consentHistory: [],
    comments: [],
    writes: [write],
  };
}

/** `POST /PrivateCustomers/Update`: whatever is not in the body is gone afterwards (published). */
export function replaceWhole(store: OmniumStore, call: Call): Reply {
  const body = bodyOf(call, customerSchema, store.profile);
  const old = customerWith(store, body.customerId);
  const fields = accepted(store.profile, body as JsonObject);
  return ok(customerView(store.saveCustomer(replaced(store, old, fields, call)), store.profile));
}

/** Also what AddOrUpdateMany does with a customer that is there. History and creation are Omnium's own (assumed). */
export function replaced(
  store: OmniumStore,
  old: Customer,
  fields: JsonObject,
  call: Call,
): Customer {
  const write = store.stamp(call);
  return {
    ...old,
    fields,
    modified: write.at,
    modifiedBy: write.client,
    writes: [...old.writes, write],
  };
}

export function read(store: OmniumStore, call: Call): Reply {
  const customer = customerWith(store, call.params["customerId"] ?? "");
  return ok(customerView(customer, store.profile));
}

/** The customer must have the phone number and be connected to the store (published); a search, so it lags (assumed). */
export function byPhoneAndStore(store: OmniumStore, call: Call): Reply {
  const [phone, storeId] = [required(call, "phoneNumber"), required(call, "storeId")];
  const found = store.index.customers
    .rows()
    .find(
      ({ fields }) =>
        fields["phone"] === phone &&
        Array.isArray(fields["storeIds"]) &&
        fields["storeIds"].includes(storeId) &&
        mayReachCustomer(store, fields),
    );
  if (found === undefined) throw new Refused(404, "There is no such customer.");
  const member = store.members.get(found.customerId);
  return ok({
    privateCustomer: customerView(found, store.profile),
    customerClubMember: member === undefined ? null : memberView(store, member),
  });
}

/** (assumed) 204. The vouchers and orders stay where they are. */
export function remove(store: OmniumStore, call: Call): Reply {
  const customer = customerWith(store, call.params["customerId"] ?? "");
  forget(store, customer.customerId);
  return { status: 204 };
}

export function forget(store: OmniumStore, customerId: string): void {
  store.customers.delete(customerId);
  store.index.customers.delete(customerId);
  store.members.delete(customerId);
  store.index.members.delete(customerId);
}

const commentSchema = z.strictObject({
  customerId: z.string().min(1),
  commentText: z.string(),
  createdBy: z.string().nullish(),
});

export function addComment(store: OmniumStore, call: Call): Reply {
  const body = bodyOf(call, commentSchema, store.profile);
  const customer = customerWith(store, body.customerId);
  const comment = { ...toJson(body), created: store.clock.iso() };
  store.saveCustomer({ ...customer, comments: [...customer.comments, comment] });
  return ok(comment);
}

/** `POST /PrivateCustomers/UpdateCustomerNumber?customerId&customerNumber`; numbers need not be unique (published). */
export function setNumber(store: OmniumStore, call: Call): Reply {
  const customer = customerWith(store, required(call, "customerId"));
  const fields = { ...customer.fields, customerNumber: required(call, "customerNumber") };
  const changed = store.saveCustomer(replaced(store, customer, fields, call));
  return ok(customerView(changed, store.profile));
}

/** (assumed) text as the answer, and 400 when the tenant has no number series. */
export function nextNumber(store: OmniumStore, call: Call): Reply {
  required(call, "marketId");
  if (!store.profile.customerNumbers)
    throw new Refused(400, "This tenant has no series of customer numbers.");
  return ok(String(store.nextNumber("customerNumber", 20_001)));
}
