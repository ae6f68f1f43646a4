import type { CrmFailure } from "../../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { Crm, CrmCall, CrmOutcome, Profile, SearchKey } from "../port.ts";
import { keyOf } from "./customer_keys.ts";
import { type KeyShards, type Known, nothingKnown } from "./key_shards.ts";
import { laidOver } from "./fresh_view.ts";

/** For the cashier as when the CRM is down: nothing else can say who it is. */
export const indexAway: CrmFailure = {
  kind: "unavailable",
  sent: false,
  detail: "the index did not answer",
};

export const idKey = (customerId: string): SearchKey => ({ by: "customer_id", value: customerId });

/** Customers as the CRM shows them, with what tills wrote of late. */
export type MergedView = {
  get(customerId: string, call: CrmCall): CrmOutcome<Profile>;
  /** The same of a profile that is read already. */
  merged(customerId: string, profile: Profile): Promise<Profile>;
  /** The CRM's answer; `instead`, when it does not know a customer who was added just now. */
  unlessNew<Value>(
    customerId: string,
    answer: CrmOutcome<Value>,
    instead: Outcome<Value, CrmFailure>,
  ): CrmOutcome<Value>;
};

export const createMergedView = (crm: Crm, shards: KeyShards): MergedView => {
  const { indexedBy, writesShowWithinMs } = crm.capabilities;
  const known = async (customerId: string): Promise<Known | undefined> =>
    writesShowWithinMs === 0 ? nothingKnown : shards.known(idKey(customerId));

  /** Whoever is shown to a till, or found for an order, is found by their other keys from then on. */
  const noteKeys = ({ customer }: Profile): void => {
    for (const by of indexedBy) {
      const key = keyOf(customer, by);
      if (key !== undefined) shards.seen(key, customer.id);
    }
  };

  const lay = (customerId: string, profile: Profile, at: Known | undefined): Profile => {
    const { customer, shown } = laidOver(profile.customer, at?.fresh?.fields ?? {});
    if (Object.keys(shown).length > 0) shards.dropShown(idKey(customerId), shown);
    const merged = { ...profile, customer };
    noteKeys(merged);
    return merged;
  };

  return {
    async get(customerId, call) {
      const [read, at] = await Promise.all([crm.get(customerId, call), known(customerId)]);
      if (read.ok) return ok(lay(customerId, read.value, at));
      if (read.failure.kind !== "customer_not_found") return read;
      // Perhaps added a moment ago: "gone" would send the cashier to add them again.
      if (at === undefined) return failed(indexAway);
      const { fresh } = at;
      if (fresh?.made === undefined) return read;
      return ok({ ...fresh.made, customer: laidOver(fresh.made.customer, fresh.fields).customer });
    },
    async merged(customerId, profile) {
      return lay(customerId, profile, await known(customerId));
    },
    async unlessNew(customerId, answer, instead) {
      const answered = await answer;
      if (answered.ok || answered.failure.kind !== "customer_not_found") return answered;
      return (await known(customerId))?.fresh?.made === undefined ? answered : instead;
    },
  };
};
