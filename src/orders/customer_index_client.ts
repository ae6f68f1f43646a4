import { createIndexShards, type IndexDeps } from "../tenants/index_shards.ts";
import type { OrderLead } from "./customer_index.ts";

/** The shard object's methods, as called from outside. */
export type CustomerShard = {
  noteCustomer(keyHash: string, leads: readonly string[]): Promise<void>;
  customerLeads(keyHash: string, most: number): Promise<string[]>;
};

/**
 * Leads from a customer, by the CRM's id, to the orders that are or were theirs, in one CRM
 * instance. What it says is a hint; the journals have the truth.
 */
export type CustomerIndex = {
  note(customer: string, orders: readonly OrderLead[]): Promise<void>;
  /** The CRM answers the one id with the other. */
  noteJoined(former: string, customer: string): Promise<void>;
  /** @returns so many at least, where there are as many; newest first. */
  of(customer: string, most: number): Promise<readonly OrderLead[]>;
};

/** Before the HMAC of another id of the customer. Greater than any time, so those come first. */
const joinedMark = "=";
const mostJoined = 10;

const isOrder = (lead: string): lead is OrderLead => !lead.startsWith(joinedMark);

export const createCustomerIndexClient = (deps: IndexDeps<CustomerShard>): CustomerIndex => {
  const { shardOf, hashesOf } = createIndexShards(deps);
  const hashes = (customer: string) => hashesOf(`customer ${customer}`);
  const note = (hash: string, leads: readonly string[]): Promise<void> =>
    shardOf(hash).noteCustomer(hash, leads);
  return {
    async note(customer, orders) {
      const [newest] = await hashes(customer);
      await note(newest, orders);
    },
    /** By every key: what was noted under an old one is found only by that key's hash. */
    async noteJoined(former, customer) {
      const [before, now] = await Promise.all([hashes(former), hashes(customer)]);
      await Promise.all(
        before.flatMap((one, key) => {
          const other = now[key] ?? "";
          return [note(one, [joinedMark + other]), note(other, [joinedMark + one])];
        }),
      );
    },
    async of(customer, most) {
      const asked = new Set<string>();
      const found = new Set<OrderLead>();
      const ask = async (hash: string): Promise<void> => {
        if (asked.has(hash)) return;
        asked.add(hash);
        for (const lead of await shardOf(hash).customerLeads(hash, most + mostJoined))
          if (isOrder(lead)) found.add(lead);
          else await ask(lead.slice(joinedMark.length));
      };
      await Promise.all((await hashes(customer)).map(ask));
      return [...found].toSorted().toReversed();
    },
  };
};
