import { DatabaseSync, type StatementSync } from "node:sqlite";

type Row = Record<string, SqlStorageValue>;

/**
 * A Durable Object's storage on node's own SQLite, as in test/sqlite_storage.ts, but with its
 * statements kept: thousands of histories run on it.
 */
export const quickStorage = () => {
  const database = new DatabaseSync(":memory:");
  const statements = new Map<string, StatementSync>();
  let depth = 0;
  return {
    exec: (query: string, ...bindings: SqlStorageValue[]) => {
      const statement = statements.get(query) ?? database.prepare(query);
      statements.set(query, statement);
      const rows = statement.all(
        ...bindings.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value)),
      ) as Row[];
      return {
        toArray: () => rows,
        one: () => {
          const [only] = rows;
          if (only === undefined || rows.length > 1) throw new Error(`${rows.length} rows`);
          return only;
        },
      };
    },
    /** A throw leaves nothing behind; may be nested. */
    transaction: <Result>(work: () => Result): Result => {
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
    close: (): void => database.close(),
  };
};
