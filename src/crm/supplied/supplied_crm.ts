import type { Customer, Person } from "../../model/customer.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { Crm, Instruments, Profile, SearchKey } from "../port.ts";
import { indexable, keyOf, sameKey } from "./customer_keys.ts";
import { createKeyShards, type KeyShardsDeps } from "./key_shards.ts";
import { type FreshFields, withWrite } from "./fresh_fields.ts";
import { laidOver, writtenBy } from "./fresh_view.ts";
import { createMergedView, idKey } from "./merged_view.ts";
import { createSearch } from "./search_by_index.ts";

const noInstruments: Instruments = {
  promotions: [],
  bonusChecks: [],
  voucherPasswords: [],
  sections: [],
  degraded: [],
};

const noPurchases = { items: [], totalCount: 0 };

/** The CRM with what it lacks: found by keys that it cannot be asked, and showing at once what was written. */
export const supplyCrm = (crm: Crm, deps: KeyShardsDeps): Crm => {
  const { searchBy, indexedBy, writesShowWithinMs: keepMs } = crm.capabilities;
  const lags = keepMs > 0;
  const shards = createKeyShards(deps);
  const view = createMergedView(crm, shards);
  const keptBy = indexable.filter(
    (by) => indexedBy.includes(by) || (lags && searchBy.includes(by)),
  );

  /** Whoever has the keys now is found by them when this has answered, and nobody by those they had. */
  const noteKeys = (id: string, before: Person, after: Person): Promise<unknown>[] =>
    keptBy.flatMap((by) => {
      const turn = (key: SearchKey | undefined, value: boolean): Promise<unknown>[] => {
        if (key === undefined) return [];
        const fresh = { written: { [id]: { value, before: !value } }, keepMs };
        const row = () => (value ? shards.note(key, id) : shards.drop(key, id, 0));
        return [
          ...(indexedBy.includes(by) ? [row()] : []),
          ...(lags ? [shards.noteFresh(key, fresh)] : []),
        ];
      };
      const [from, to] = [keyOf(before, by), keyOf(after, by)];
      return sameKey(from, to) ? [] : [...turn(from, false), ...turn(to, true)];
    });

  /**
   * @param answer of the CRM: with what it may not show yet laid over it, it is what the till sees.
   * @param before absent: the customer is new, and the CRM may not know them yet.
   */
  const noted = async (
    answer: Profile,
    id: string,
    changes: Person,
    before?: Customer,
  ): Promise<Profile> => {
    const written = writtenBy(changes, before ?? {});
    const own = withWrite({}, written, 0);
    const shownWith = (fields: FreshFields): Profile => ({
      ...answer,
      customer: laidOver(answer.customer, fields).customer,
    });
    const made = before === undefined ? shownWith(own) : undefined;
    const after = made?.customer ?? laidOver({ ...before, id }, own).customer;
    const [fresh] = await Promise.all([
      lags ? shards.noteFresh(idKey(id), { written, keepMs, made }) : undefined,
      ...noteKeys(id, before ?? {}, after),
    ]);
    return lags ? shownWith(fresh?.fields ?? own) : answer;
  };

  return {
    ...crm,
    search: createSearch(crm, view, shards),
    get: view.get,
    async create(person, call) {
      const made = await crm.create(person, call);
      return made.ok ? ok(await noted(made.value, made.value.customer.id, person)) : made;
    },
    async update(customerId, changes, before, call) {
      const written = crm.update(customerId, changes, before, call);
      const updated = await view.unlessNew(customerId, written, failed({ kind: "being_created" }));
      return updated.ok ? ok(await noted(updated.value, customerId, changes, before)) : updated;
    },
    instruments: (customerId, call) =>
      view.unlessNew(customerId, crm.instruments(customerId, call), ok(noInstruments)),
    purchases: (customerId, page, call) =>
      view.unlessNew(customerId, crm.purchases(customerId, page, call), ok(noPurchases)),
  };
};
