import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";

/** Where the SQL files are, whatever the current directory. */
const folder = path.resolve(import.meta.dirname, "../../migrations");

/**
 * Our files hold plain statements that end at a line's end, and whole-line comments;
 * a trigger would need a real parser, and so must not be put into one.
 */
const statementsOf = (sql: string): readonly string[] =>
  sql
    .replaceAll(/^\s*--.*$/gm, "")
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");

/**
 * Brings a database up to date, as `wrangler d1 migrations apply` does and in the same table,
 * so that either can carry on from the other. Several processes may run it at once.
 * @returns names of the files that were applied.
 */
export const migrateLocal = async (db: D1Database): Promise<readonly string[]> => {
  await db
    .prepare(
      `CREATE TABLE IF NOT EXISTS d1_migrations (
         id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE,
         applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`,
    )
    .run();
  const appliedNames = async () => {
    const { results } = await db.prepare("SELECT name FROM d1_migrations").all<unknown>();
    return new Set(
      z
        .array(z.object({ name: z.string() }))
        .parse(results)
        .map((row) => row.name),
    );
  };
  const before = await appliedNames();
  const files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).toSorted();
  const pending = files.filter((name) => !before.has(name));
  for (const name of pending) {
    const statements = statementsOf(await readFile(path.join(folder, name), "utf8"));
    try {
      // The name goes first and is unique: of two processes, one stops here with nothing changed.
      await db.batch([
        db.prepare("INSERT INTO d1_migrations (name) VALUES (?1)").bind(name),
        ...statements.map((statement) => db.prepare(statement)),
      ]);
    } catch (fault) {
      if (!(await appliedNames()).has(name)) throw fault;
    }
  }
  return pending;
};
