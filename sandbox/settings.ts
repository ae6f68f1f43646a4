import type { Json } from "./json.ts";

/** Small named values of one instance (profile, clock, faults), kept in SQLite beside the data. */
export class Settings {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, json TEXT NOT NULL)");
  }

  get(name: string): Json | undefined {
    const [row] = this.#sql
      .exec<{ json: string }>("SELECT json FROM settings WHERE name = ?", name)
      .toArray();
    return row === undefined ? undefined : (JSON.parse(row.json) as Json);
  }

  put(name: string, value: unknown): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO settings (name, json) VALUES (?, ?)",
      name,
      JSON.stringify(value),
    );
  }

  names(prefix: string): string[] {
    const rows = this.#sql.exec<{ name: string }>(
      "SELECT name FROM settings WHERE substr(name, 1, ?) = ?",
      prefix.length,
      prefix,
    );
    return rows.toArray().map(({ name }) => name);
  }

  delete(name: string): void {
    this.#sql.exec("DELETE FROM settings WHERE name = ?", name);
  }
}
