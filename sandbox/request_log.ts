import { isObject, type Json } from "./json.ts";

export interface LoggedRequest {
  seq: number;
  at: string;
  method: string;
  path: string;
  query: Record<string, string | string[]>;
  headers: Record<string, string>;
  body: Json;
  /** null while the answer is still being held. */
  status: number | null;
  fault: string | null;
  ms: number | null;
}

const KEPT = 20_000;
const FLUSH_AFTER_MS = 250;
const FLUSH_AT = 500;

/**
 * Every request to the simulated vendor, newest 20,000 kept. Entries are written to SQLite in small batches, because a
 * write per request would cost more than the request; a killed process can lose the last quarter of a second.
 */
export class RequestLog {
  readonly #sql: SqlStorage;
  readonly #dirty = new Set<LoggedRequest>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: number;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS requests (seq INTEGER PRIMARY KEY, path TEXT NOT NULL, json TEXT NOT NULL)",
    );
    // The number must never go back, not even after the log was cleared: tests page with `since`.
    sql.exec(
      "CREATE TABLE IF NOT EXISTS last_request (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL)",
    );
    const [row] = sql.exec<{ seq: number }>("SELECT seq FROM last_request").toArray();
    this.#last = row?.seq ?? 0;
  }

  open(entry: Omit<LoggedRequest, "seq" | "status" | "fault" | "ms">): LoggedRequest {
    this.#last += 1;
    const logged = { seq: this.#last, ...entry, status: null, fault: null, ms: null };
    this.#touch(logged);
    return logged;
  }

  close(entry: LoggedRequest, end: { status: number; fault: string | null; ms: number }): void {
    Object.assign(entry, end);
    this.#touch(entry);
  }

  list(filter: { since: number; path: string; limit: number }): LoggedRequest[] {
    this.#flush();
    const rows = this.#sql.exec<{ json: string }>(
      "SELECT json FROM requests WHERE seq > ? AND instr(path, ?) > 0 ORDER BY seq LIMIT ?",
      filter.since,
      filter.path,
      filter.limit,
    );
    return rows.toArray().map(({ json }) => JSON.parse(json) as LoggedRequest);
  }

  clear(): void {
    this.#flush();
    this.#sql.exec("DELETE FROM requests");
  }

  #touch(entry: LoggedRequest): void {
    this.#dirty.add(entry);
    if (this.#dirty.size >= FLUSH_AT) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_AFTER_MS);
  }

  #flush(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#dirty.size === 0) return;
    for (const entry of this.#dirty) {
      this.#sql.exec(
        "INSERT OR REPLACE INTO requests (seq, path, json) VALUES (?, ?, ?)",
        entry.seq,
        target(entry),
        JSON.stringify(entry),
      );
    }
    this.#dirty.clear();
    this.#sql.exec("DELETE FROM requests WHERE seq <= ?", this.#last - KEPT);
    this.#sql.exec("INSERT OR REPLACE INTO last_request (one, seq) VALUES (1, ?)", this.#last);
  }
}

/** Path with query, so that a test can look for either. */
function target(entry: LoggedRequest): string {
  const query = Object.entries(entry.query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}=${one}`),
  );
  return query.length === 0 ? entry.path : `${entry.path}?${query.join("&")}`;
}

/** True or false for a value that is a credential, by the name that it goes under. */
type Judge = (name: string, value: string) => boolean | undefined;

function judged(judge: Judge, name: string, value: string): string {
  const right = judge(name.toLowerCase(), value);
  return right === undefined ? value : right ? "right" : "wrong";
}

/** Headers as a test wants them: lower case, secrets reduced to whether they were right. */
export function loggedHeaders(headers: Headers, judge: Judge): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of headers) shown[name] = judged(judge, name, value);
  return shown;
}

/** Some vendors take their key in the query too, and put it into addresses that a client follows. */
export function loggedQuery(
  query: URLSearchParams,
  judge: Judge,
): Record<string, string | string[]> {
  const shown: Record<string, string | string[]> = {};
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name).map((value) => judged(judge, name, value));
    shown[name] = values.length === 1 ? (values[0] ?? "") : values;
  }
  return shown;
}

/** A key may stand in the body as well; one that is no JSON is searched for what looks like a name and its value. */
export function loggedBody(body: string, json: Json | undefined, judge: Judge): Json {
  if (body === "") return null;
  if (json === undefined)
    return body.replaceAll(
      /([\w-]+)("?\s*[:=]\s*"?)([^"&\s,}]+)/g,
      (_all, name: string, between: string, value: string) =>
        name + between + judged(judge, name, value),
    );
  if (!isObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [
      name,
      typeof value === "string" ? judged(judge, name, value) : value,
    ]),
  );
}
