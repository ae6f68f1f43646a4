import type { Crm, CrmCall, Match } from "../crm/port.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../model/outcome.ts";

/** More than this many people behind one key are not told apart by a date. */
const atMost = 5;

/** `on_multiple: newest`: of the people who share a key, the one changed last. */
export const newestOf = async (
  several: Extract<CrmFailure, { kind: "several_matches" }>,
  crm: Crm,
  call: CrmCall,
): Promise<Outcome<Match, CrmFailure>> => {
  if (several.ids.length === 0 || several.ids.length > atMost) return failed(several);
  const profiles = await Promise.all(several.ids.map((id) => crm.get(id, call)));
  const readable = profiles.flatMap((profile) => (profile.ok ? [profile.value] : []));
  const changed = (at: string | undefined): number => (at === undefined ? 0 : Date.parse(at) || 0);
  const [newest] = readable.toSorted(
    (one, other) => changed(other.customer.modifiedAt) - changed(one.customer.modifiedAt),
  );
  return newest === undefined ? failed(several) : ok({ id: newest.customer.id, profile: newest });
};
