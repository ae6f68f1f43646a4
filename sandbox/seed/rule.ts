import { addGroup, addRecord, addSubscriber } from "../rule/build.ts";
import type { RuleStore } from "../rule/store.ts";
import { purchases } from "./rule_purchases.ts";
import { GROUPS } from "./rule_schema.ts";
import { subscribers } from "./rule_subscribers.ts";

/** Fills an empty account. Ids are fixed, dates are relative to the instance's clock. */
export function seedRule(store: RuleStore): void {
  const now = store.clock.now();
  for (const name of ["memberTerms", "personalOffers", "thirdParty"])
    store.preferences.put({ id: store.nextId("preference"), name });
  store.segments.put({ id: store.nextId("segment"), name: "Till customers", tag: "Sitoo" });
  for (const group of GROUPS) addGroup(store, group);
  for (const row of subscribers(now)) addSubscriber(store, row);
  for (const row of purchases(now)) addRecord(store, row);
  for (const row of store.subscribers.all()) {
    const member = row.tags.some((id) => store.tags.get(String(id))?.name === "Sitoo");
    store.subscribers.put({
      ...row,
      updatedAt: row.createdAt,
      segments: member ? store.segments.all().map(({ id }) => id) : [],
    });
  }
  // The audit begins with what a test does.
  store.changes.clear();
}
