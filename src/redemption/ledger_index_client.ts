import { instrumentKey, type InstrumentRef } from "../model/instrument.ts";
import { createIndexShards, type IndexDeps } from "../tenants/index_shards.ts";

/** The shard object's methods, as called from outside. */
export type IndexObject = {
  noteLedger(keyHash: string, ledger: string): Promise<void>;
  ledgersOf(keyHash: string): Promise<string[]>;
};

/**
 * Leads from an instrument, or from an order, to the ledgers that know it, in one CRM instance:
 * for orders that do not say whose they are. What it says is a hint; the ledger has the truth.
 */
export type LedgerIndex = {
  noteInstruments(refs: readonly InstrumentRef[], ledger: string): Promise<void>;
  /** @param order `account/site/order`. */
  noteOrder(order: string, ledger: string): Promise<void>;
  /** All that ever held it; more than one: ids of this CRM are each customer's own. */
  ofInstrument(ref: InstrumentRef): Promise<readonly string[]>;
  ofOrder(order: string): Promise<readonly string[]>;
};

export const createLedgerIndexClient = (deps: IndexDeps<IndexObject>): LedgerIndex => {
  const { shardOf, hashesOf } = createIndexShards(deps);
  const note = async (text: string, ledger: string): Promise<void> => {
    const [hash] = await hashesOf(text);
    await shardOf(hash).noteLedger(hash, ledger);
  };
  const ledgers = async (text: string): Promise<readonly string[]> => {
    const hashes = await hashesOf(text);
    const found = await Promise.all(hashes.map((hash) => shardOf(hash).ledgersOf(hash)));
    return [...new Set(found.flat())];
  };
  const instrument = (ref: InstrumentRef): string => `instrument ${instrumentKey(ref)}`;
  return {
    async noteInstruments(refs, ledger) {
      await Promise.all(refs.map((ref) => note(instrument(ref), ledger)));
    },
    noteOrder: (order, ledger) => note(`order ${order}`, ledger),
    ofInstrument: (ref) => ledgers(instrument(ref)),
    ofOrder: (order) => ledgers(`order ${order}`),
  };
};
