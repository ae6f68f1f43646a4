import { createIndexTable, type IndexTableDeps } from "../../tenants/index_table.ts";
import type { Profile } from "../port.ts";
import {
  fieldsLeft,
  type FreshFields,
  type Shown,
  withWrite,
  type Written,
} from "./fresh_fields.ts";

/**
 * What tills wrote of late, under the hash of a customer's id: the fields, and the whole profile of
 * a customer whom the CRM may not know yet. Under the hash of a key: by customer id, whether the key
 * has become theirs or is theirs no more.
 */
export type Fresh = { readonly fields: FreshFields; readonly made?: Profile | undefined };
export type FreshWrite = {
  readonly written: Written;
  readonly keepMs: number;
  readonly made?: Profile | undefined;
};

/** The shard object's methods, as called from outside. */
export type KeyShard = {
  /** Customers in sealed texts, and what is fresh. */
  keyed(keyHash: string): Promise<{ readonly rows: string[]; readonly fresh: Fresh | undefined }>;
  noteKey(keyHash: string, customer: string): Promise<void>;
  /** Rows noted within `quietMs` stay. */
  dropKey(keyHash: string, customer: string, quietMs: number): Promise<void>;
  /** Answers all that is fresh with it. */
  noteFresh(keyHash: string, write: FreshWrite): Promise<Fresh>;
  dropShown(keyHash: string, shown: Shown): Promise<void>;
};

/** A customer who comes once a year is still found; whoever is seen is noted anew. */
const keptMs = 400 * 24 * 3_600_000;
/** A timer may ring early by this much. */
const earlyMs = 50;

/**
 * Customers in one shard of a CRM instance's index (design.md 8): rows that lead from a key to who
 * has it, and in memory alone what the CRM may not show yet. Fresh writes hold personal data, so
 * they are never stored: an object that restarts shows what the CRM shows.
 */
export const createKeyIndex = (
  deps: IndexTableDeps & {
    /** Keeps the object in memory until then. */
    readonly later: (ms: number, work: () => void) => void;
  },
) => {
  const rows = createIndexTable(deps, { name: "key_index", column: "customer", keptMs });
  const fresh = new Map<string, Fresh>();
  /** What is over, or `shown`, is gone with it. */
  const freshOf = (keyHash: string, shown: Shown = {}): Fresh | undefined => {
    const known = fresh.get(keyHash);
    if (known === undefined) return undefined;
    const fields = fieldsLeft(known.fields, shown, deps.now());
    if (Object.keys(fields).length > 0) fresh.set(keyHash, { ...known, fields });
    else fresh.delete(keyHash);
    return fresh.get(keyHash);
  };
  return {
    prune: rows.prune,
    async keyed(keyHash) {
      return { rows: rows.of(keyHash), fresh: freshOf(keyHash) };
    },
    async noteKey(keyHash, customer) {
      rows.note(keyHash, [customer]);
    },
    async dropKey(keyHash, customer, quietMs) {
      rows.drop(keyHash, customer, quietMs);
    },
    async noteFresh(keyHash, { written, keepMs, made }) {
      const known = freshOf(keyHash);
      const fields = withWrite(known?.fields ?? {}, written, deps.now() + keepMs);
      const next = { fields, made: made ?? known?.made };
      fresh.set(keyHash, next);
      deps.later(keepMs + earlyMs, () => freshOf(keyHash));
      return next;
    },
    async dropShown(keyHash, shown) {
      freshOf(keyHash, shown);
    },
  } satisfies KeyShard & { prune(): void };
};
