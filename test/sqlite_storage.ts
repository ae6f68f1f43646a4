import { DatabaseSync } from "node:sqlite";

type Row = Record<string, SqlStorageValue>;

/** What the tests use of a Durable Object's storage, on node's own SQLite in memory. */
export type SqliteStorage = {
  exec<Found extends Row>(
    query: string,
    ...bindings: SqlStorageValue[]
  ): { toArray(): Found[]; one(): Found; [Symbol.iterator](): IterableIterator<Found> };
  /** Like `ctx.storage.transactionSync`: a throw leaves nothing behind; may be nested. */
  transaction<T>(work: () => T): T;
  /** How many statements have run: what a write costs. */
  readonly statements: () => number;
};

/**
 * Stands in for `ctx.storage.sql`. One statement per call, as the gateway writes them;
 * several in one string run only without bindings.
 */
export const sqliteStorage = (): SqliteStorage => {
  const database = new DatabaseSync(":memory:");
  let depth = 0;
  let statements = 0;
  return {
    exec<Found extends Row>(query: string, ...bindings: SqlStorageValue[]) {
      statements += 1;
      // SQLite refuses transactions by statement inside an object; so must this.
      if (/^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT)/i.test(query))
        throw new Error("not authorized: use transaction()");
      const rows = database
        .prepare(query)
        .all(
          ...bindings.map((value) =>
            value instanceof ArrayBuffer ? new Uint8Array(value) : value,
          ),
        )
        .map((row) => ({ ...row }) as Found);
      return {
        toArray: () => rows,
        one: () => {
          const [only] = rows;
          if (only === undefined || rows.length > 1)
            throw new Error(`expected exactly one row, got ${rows.length}`);
          return only;
        },
        [Symbol.iterator]: () => rows[Symbol.iterator](),
      };
    },
    transaction(work) {
      const name = `level${depth}`;
      database.exec(`SAVEPOINT ${name}`);
      depth += 1;
      try {
        const value = work();
        database.exec(`RELEASE ${name}`);
        return value;
      } catch (error) {
        database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
        throw error;
      } finally {
        depth -= 1;
      }
    },
    statements: () => statements,
  };
};
