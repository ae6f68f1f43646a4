import { createIndexTable, type IndexTableDeps } from "../tenants/index_table.ts";

/** As long as the rows of a ledger. */
const keptMs = 400 * 24 * 3_600_000;

/**
 * Which ledgers know a key, an instrument or an order, in one shard (design.md 8).
 * Rows hold HMACs and names of ledgers only. A key may have several ledgers: some CRMs number the
 * instruments of each customer from one.
 */
export const createLedgerIndex = (deps: IndexTableDeps) => {
  const { note, of, prune } = createIndexTable(deps, {
    name: "ledger_index",
    column: "ledger",
    keptMs,
  });
  return {
    note: (keyHash: string, ledger: string): void => note(keyHash, [ledger]),
    ledgers: (keyHash: string): string[] => of(keyHash).toReversed(),
    prune,
  };
};
