import { instrumentKey, type InstrumentRef } from "../model/instrument.ts";
import { keyHash, shardName } from "../tenants/index_shards.ts";

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

export const createLedgerIndexClient = (deps: {
  readonly tenant: string;
  readonly crmInstance: string;
  /** Newest first. */
  readonly indexKeys: () => Promise<readonly [CryptoKey, ...CryptoKey[]]>;
  readonly open: (name: string) => IndexObject;
}): LedgerIndex => {
  const shardOf = (hash: string): IndexObject =>
    deps.open(shardName(deps.tenant, deps.crmInstance, hash));
  const note = async (text: string, ledger: string): Promise<void> => {
    const [newest] = await deps.indexKeys();
    const hash = await keyHash(newest, text);
    await shardOf(hash).noteLedger(hash, ledger);
  };
  /** Also under the keys that CONFIG_KEY held before: what was noted then is still looked for. */
  const ledgers = async (text: string): Promise<readonly string[]> => {
    const keys = await deps.indexKeys();
    const found = await Promise.all(
      keys.map(async (key) => {
        const hash = await keyHash(key, text);
        return shardOf(hash).ledgersOf(hash);
      }),
    );
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
