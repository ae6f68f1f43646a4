import { text } from "../json.ts";
import { found } from "./identity.ts";
import type { Customer, Write } from "./model.ts";
import type { BloomreachStore } from "./store.ts";

/** External ids and Private properties go, a new cookie comes (published); events stay. Answers whose profile it was. */
export function forget(store: BloomreachStore, write: Write): string | null {
  const customer = targetOf(store, write);
  if (customer === undefined) return null;
  const properties = Object.fromEntries(
    Object.entries(customer.properties).filter(
      ([name]) => !store.profile.privateProperties.includes(name),
    ),
  );
  const cookie = { value: crypto.randomUUID(), used: store.nextNumber("use") };
  store.customers.put({ ...customer, hard: {}, soft: { cookie: [cookie] }, properties });
  return customer.id;
}

/** An internal id may be that of a profile that was merged meanwhile. */
function targetOf(store: BloomreachStore, { data, ids }: Write): Customer | undefined {
  const internal = text(data["internal_id"]);
  if (internal === undefined) return found(store, ids);
  return (
    store.customers.get(internal) ?? store.customers.get(store.merges.get(internal)?.into ?? "")
  );
}
