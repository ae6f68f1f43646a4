import { joined } from "./merging.ts";
import type { Customer, Outcome, Write } from "./model.ts";
import { withSoft } from "./soft_ids.ts";
import { named, type BloomreachStore } from "./store.ts";

type Id = [type: string, value: string];

/**
 * The profile that a write is about, made, merged and given its IDs by the rules of contracts/bloomreach.md §4.
 * Notes what happened in `outcome`.
 */
export function addressed(store: BloomreachStore, write: Write, outcome: Outcome): Customer {
  const { hard, soft } = sorted(store, write.ids);
  const together = oneCustomer(store, hard, soft).toSorted((a, b) => a.id.localeCompare(b.id));
  const [first, ...others] = together;
  outcome.created = first === undefined;
  let customer = first ?? blank(store);
  for (const other of others) customer = joined(store, customer, other, write, outcome);
  for (const id of hard) customer = withHard(store, customer, id, outcome);
  for (const id of soft) customer = withSoft(store, customer, id, outcome);
  return store.customers.put(customer);
}

/** For a read: the owner of the first hard ID that has one, else of the first soft ID (assumed). */
export function found(store: BloomreachStore, ids: Record<string, string>): Customer | undefined {
  const { hard, soft } = sorted(store, ids);
  return ownersOf(store, [...hard, ...soft])[0];
}

/** Writing for an unknown customer creates the profile without a word (third party). */
export function blank(store: BloomreachStore): Customer {
  return {
    id: `b1${String(store.nextNumber("customer")).padStart(22, "0")}`,
    createdAt: store.clock.iso(),
    hard: {},
    soft: {},
    properties: {},
    computed: {},
  };
}

function sorted(store: BloomreachStore, ids: Record<string, string>): { hard: Id[]; soft: Id[] } {
  const { hardIds } = store.profile;
  return {
    hard: hardIds.flatMap((type): Id[] => (ids[type] === undefined ? [] : [[type, ids[type]]])),
    soft: Object.entries(ids).filter(([type]) => !hardIds.includes(type)),
  };
}

function ownersOf(store: BloomreachStore, ids: Id[]): Customer[] {
  return ids.flatMap(([type, value]) => store.owner(type, value) ?? []);
}

/**
 * Those owners of the IDs that are one customer. The first hard ID decides (assumed): so a new e-mail address names a
 * new profile, whatever else is sent with it. Among owners of soft IDs the newer one goes first, as a clashing soft ID
 * moves to the newer profile (published).
 */
function oneCustomer(store: BloomreachStore, hard: Id[], soft: Id[]): Customer[] {
  const together = new Map<string, Customer>();
  const known: Record<string, string> = Object.fromEntries(hard.slice(0, 1));
  const take = (owner: Customer): void => {
    if (clashes(known, owner.hard)) return;
    together.set(owner.id, owner);
    Object.assign(known, owner.hard);
  };
  ownersOf(store, hard).forEach(take);
  for (const [type, value] of hard) known[type] ??= value;
  ownersOf(store, soft)
    .toSorted((a, b) => b.id.localeCompare(a.id))
    .forEach(take);
  return [...together.values()];
}

/** Different values of one hard type prevent a merge (published). */
function clashes(known: Record<string, string>, hard: Record<string, string>): boolean {
  return Object.entries(hard).some(([type, value]) => (known[type] ?? value) !== value);
}

/** Exactly one value per type and customer (published): a second one, or another's, is left out (assumed). */
function withHard(
  store: BloomreachStore,
  customer: Customer,
  [type, value]: Id,
  outcome: Outcome,
): Customer {
  const mine = customer.hard[type];
  if (mine === value) return customer;
  if (mine === undefined && store.owner(type, value) === undefined)
    return { ...customer, hard: { ...customer.hard, [type]: value } };
  outcome.clashed.push(named([type, value]));
  return customer;
}
