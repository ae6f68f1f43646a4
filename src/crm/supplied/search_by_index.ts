import type { CrmFailure } from "../../model/crm_failure.ts";
import type { Customer } from "../../model/customer.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { Crm, CrmCall, Match } from "../port.ts";
import { keyOf, sameKey } from "./customer_keys.ts";
import { type KeyShards, nothingKnown } from "./key_shards.ts";
import { indexAway, type MergedView } from "./merged_view.ts";

/** Of more people than this behind one key the rest is not looked at: the answer is "several" anyway. */
const mostSharing = 6;

/**
 * The port's search, with what the CRM cannot be asked or does not know yet. Whom only the gateway
 * knows by the key is read in the CRM before they are anybody's answer: a row may be a year old, and
 * a stranger's card must not open for a phone number that was given back.
 */
export const createSearch = (crm: Crm, view: MergedView, shards: KeyShards): Crm["search"] => {
  const { searchBy, indexedBy, writesShowWithinMs } = crm.capabilities;
  /** Whoever is read under the id, unless it is known of them that they are not meant. */
  const read = async (
    id: string,
    call: CrmCall,
    isMeant?: (customer: Customer) => boolean,
  ): Promise<Outcome<Match | undefined, CrmFailure>> => {
    const got = await view.get(id, call);
    if (!got.ok) return got.failure.kind === "customer_not_found" ? ok(undefined) : got;
    const profile = got.value;
    const { customer } = profile;
    return ok(isMeant?.(customer) === false ? undefined : { id: customer.id, profile });
  };
  return async (key, call) => {
    const { by } = key;
    if (by === "customer_id") return read(key.value, call);
    const isNative = searchBy.includes(by);
    const isKept = indexedBy.includes(by) || (isNative && writesShowWithinMs > 0);
    const [found, known] = await Promise.all([
      isNative || !isKept ? crm.search(key, call) : undefined,
      isKept ? shards.known(key) : nothingKnown,
    ]);
    if (found === undefined && known === undefined) return failed(indexAway);

    /** By id; whom the CRM itself names needs no proof. */
    const asked = new Map<string, Match | undefined>();
    if (found?.ok === false) {
      const { failure } = found;
      const ids = failure.kind === "several_matches" ? failure.ids : [];
      if (ids.length === 0 && failure.kind !== "customer_not_found") return found;
      for (const id of ids) asked.set(id, { id });
    } else if (found?.value !== undefined) asked.set(found.value.id, found.value);
    const { ids: noted, fresh } = known ?? nothingKnown;
    for (const id of noted) asked.set(id, asked.get(id));
    // Whom a till gave the key just now, or took it from.
    for (const [id, { value }] of Object.entries(fresh?.fields ?? {}))
      if (value === true) asked.set(id, asked.get(id));
      else asked.delete(id);

    const answers = await Promise.all(
      [...asked].slice(0, mostSharing).map(async ([id, match]) => {
        if (match !== undefined)
          return ok(
            match.profile === undefined
              ? match
              : { id, profile: await view.merged(id, match.profile) },
          );
        const verified = await read(id, call, (customer) => sameKey(keyOf(customer, by), key));
        // A row of just now stays: where a fresh write was lost, the CRM shows it in a while.
        if (verified.ok && verified.value === undefined)
          void shards.drop(key, id, writesShowWithinMs);
        return verified;
      }),
    );
    const hits = new Map<string, Match>();
    for (const answer of answers) {
      // Perhaps they share the key: without them nobody can be told apart.
      if (!answer.ok) return answer;
      if (answer.value !== undefined) hits.set(answer.value.id, answer.value);
    }
    const [first] = hits.values();
    return hits.size > 1 ? failed({ kind: "several_matches", ids: [...hits.keys()] }) : ok(first);
  };
};
