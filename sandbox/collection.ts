/** The rows of one kind: read into memory once, written through row by row, so that an evicted object loses nothing. */
export class Collection<T extends object> {
  readonly #sql: SqlStorage;
  readonly #kind: string;
  readonly #idOf: (row: T) => string;
  readonly #keysOf: Record<string, (row: T) => readonly string[]>;
  readonly #rows = new Map<string, T>();
  readonly #indexes = new Map<string, Map<string, Set<string>>>();

  constructor(
    sql: SqlStorage,
    kind: string,
    idOf: (row: T) => string,
    keysOf: Record<string, (row: T) => readonly string[]> = {},
  ) {
    this.#sql = sql;
    this.#kind = kind;
    this.#idOf = idOf;
    this.#keysOf = keysOf;
    for (const name of Object.keys(keysOf)) this.#indexes.set(name, new Map());
    sql.exec(
      "CREATE TABLE IF NOT EXISTS rows (kind TEXT, id TEXT, json TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID",
    );
    for (const { json } of sql.exec<{ json: string }>("SELECT json FROM rows WHERE kind = ?", kind))
      this.#remember(JSON.parse(json) as T);
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): T | undefined {
    return this.#rows.get(id);
  }

  all(): T[] {
    return [...this.#rows.values()];
  }

  by(index: string, key: string): T[] {
    const ids = this.#indexes.get(index)?.get(key) ?? [];
    return [...ids].flatMap((id) => this.#rows.get(id) ?? []);
  }

  /** Rows are values: change one by putting a changed copy, or the indexes go stale. */
  put(row: T): T {
    const id = this.#idOf(row);
    this.#forget(id);
    this.#remember(row);
    this.#sql.exec(
      "INSERT OR REPLACE INTO rows (kind, id, json) VALUES (?, ?, ?)",
      this.#kind,
      id,
      JSON.stringify(row),
    );
    return row;
  }

  delete(id: string): void {
    this.#forget(id);
    this.#sql.exec("DELETE FROM rows WHERE kind = ? AND id = ?", this.#kind, id);
  }

  clear(): void {
    this.#rows.clear();
    for (const index of this.#indexes.values()) index.clear();
    this.#sql.exec("DELETE FROM rows WHERE kind = ?", this.#kind);
  }

  #remember(row: T): void {
    const id = this.#idOf(row);
    this.#rows.set(id, row);
    for (const [index, key] of this.#keys(row)) {
      const ids = index.get(key);
      if (ids === undefined) index.set(key, new Set([id]));
      else ids.add(id);
    }
  }

  #forget(id: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    for (const [index, key] of this.#keys(row)) {
      const ids = index.get(key);
      ids?.delete(id);
      if (ids?.size === 0) index.delete(key);
    }
    this.#rows.delete(id);
  }

  *#keys(row: T): Generator<readonly [Map<string, Set<string>>, string]> {
    for (const [name, keysOf] of Object.entries(this.#keysOf)) {
      const index = this.#indexes.get(name);
      if (index !== undefined) for (const key of keysOf(row)) yield [index, key];
    }
  }
}
