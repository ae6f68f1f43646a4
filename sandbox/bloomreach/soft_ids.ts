import type { Customer, Outcome } from "./model.ts";
import { named, type BloomreachStore } from "./store.ts";

/** No two profiles share an ID (published): the latest write takes it. */
export function withSoft(
  store: BloomreachStore,
  customer: Customer,
  [type, value]: [string, string],
  outcome?: Outcome,
): Customer {
  const owner = store.owner(type, value);
  if (owner !== undefined && owner.id !== customer.id) {
    const left = (owner.soft[type] ?? []).filter((id) => id.value !== value);
    store.customers.put({ ...owner, soft: { ...owner.soft, [type]: left } });
    if (outcome !== undefined) outcome.taken[named([type, value])] = owner.id;
  }
  const used = { value, used: store.nextNumber("use") };
  const mine = customer.soft[type] ?? [];
  const list = mine.some((id) => id.value === value)
    ? mine.map((id) => (id.value === value ? used : id))
    : [...mine, used];
  return evicted(store, { ...customer, soft: { ...customer.soft, [type]: list } }, outcome);
}

/** One value too many of a type pushes out the least recently used (published); reads are no use (assumed). */
export function evicted(store: BloomreachStore, customer: Customer, outcome?: Outcome): Customer {
  const soft = { ...customer.soft };
  for (const [type, list] of Object.entries(soft)) {
    const lost = list
      .toSorted((a, b) => a.used - b.used)
      .slice(0, Math.max(0, list.length - store.profile.softIdValues));
    for (const { value } of lost) outcome?.pushedOut.push(named([type, value]));
    soft[type] = list.filter((id) => !lost.includes(id));
  }
  return { ...customer, soft };
}
