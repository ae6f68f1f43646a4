import { Collection } from "../collection.ts";
import type { Clock } from "../clock.ts";

interface Pending<T> {
  key: string;
  id: string;
  at: number;
  /** null: the row was deleted. */
  row: T | null;
}

/**
 * What a search sees. It lags the rows, so it holds copies of its own: until a write arrives here, a search answers
 * the row as it was (contracts/omnium.md §4.4, §16.6).
 */
export class SearchIndex<T extends object> {
  readonly #clock: Clock;
  readonly #idOf: (row: T) => string;
  readonly #lagMs: () => number;
  readonly #shown: Collection<T>;
  readonly #pending: Collection<Pending<T>>;
  #last = 0;

  constructor(
    sql: SqlStorage,
    kind: string,
    idOf: (row: T) => string,
    time: { clock: Clock; lagMs: () => number },
  ) {
    this.#clock = time.clock;
    this.#lagMs = time.lagMs;
    this.#idOf = idOf;
    this.#shown = new Collection<T>(sql, `${kind}.shown`, idOf);
    this.#pending = new Collection<Pending<T>>(sql, `${kind}.pending`, ({ key }) => key);
    for (const { key } of this.#pending.all()) this.#last = Math.max(this.#last, Number(key));
  }

  rows(): T[] {
    const now = this.#clock.now();
    for (const change of this.#pending.all()) if (change.at <= now) this.#apply(change);
    return this.#shown.all();
  }

  put(row: T, lagMs = this.#lagMs()): void {
    this.#change(this.#idOf(row), row, lagMs);
  }

  delete(id: string, lagMs = this.#lagMs()): void {
    this.#change(id, null, lagMs);
  }

  get waiting(): number {
    this.rows();
    return this.#pending.size;
  }

  /** Shows everything at once. */
  refresh(): void {
    for (const change of this.#pending.all()) this.#apply(change);
  }

  clear(): void {
    this.#shown.clear();
    this.#pending.clear();
  }

  #change(id: string, row: T | null, lagMs: number): void {
    this.#last += 1;
    // Padded, so that the rows come back in order after the object was evicted.
    const key = String(this.#last).padStart(12, "0");
    const at = this.#clock.now() + lagMs;
    // An older write must not arrive after this one, as it would when the lag was made shorter in between.
    for (const change of this.#pending.all())
      if (change.id === id && change.at > at) this.#pending.delete(change.key);
    this.#pending.put({ key, id, at, row });
    if (lagMs === 0) this.rows();
  }

  #apply(change: Pending<T>): void {
    this.#pending.delete(change.key);
    if (change.row === null) this.#shown.delete(change.id);
    else this.#shown.put(change.row);
  }
}
