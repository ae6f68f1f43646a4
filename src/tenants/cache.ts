import { createLru } from "./lru.ts";
import { tenantName } from "./schema.ts";
import { parseStoredTenant, type StoredTenant } from "./stored_tenant.ts";
import type { Tenant } from "./tenant.ts";

/**
 * Tenants in the memory of one isolate (design.md 8). A warm call reads nothing.
 *
 * | age of what is held     | what `get` does                                              |
 * | ----------------------- | ------------------------------------------------------------ |
 * | to `freshMs` (30 s)     | serves it                                                    |
 * | to 5 min                | serves it, and asks the database behind                      |
 * | to 24 h                 | waits 300 ms for the database, then serves it                |
 * | older, or nothing held  | waits for the database; after 300 ms also takes the KV copy  |
 *
 * While the database does not answer, waiting is tried again only every 5 s: an outage
 * costs one call in a while 300 ms, not every call.
 */
const behindMs = 5 * 60_000;
const staleMs = 24 * 3_600_000;
const patienceMs = 300;
const unknownMs = 2_000;
const pauseAfterFailureMs = 5_000;
/** A till gives up at 10 s; a cold isolate whose database and KV are both away must answer well before. */
const coldPatienceMs = 3_000;
/** A load is bound to the request that began it and can die with it: no later call waits for it beyond this. */
const abandonedMs = 5_000;
const rereadEveryMs = 1_000;
const rereadPatienceMs = 1_000;
const tenantsHeld = 2_000;

export type Found = {
  readonly kind: "found";
  readonly tenant: Tenant;
  readonly stored: StoredTenant;
};
export type TenantAnswer =
  | Found
  | { readonly kind: "unknown" }
  /** Nobody could say: neither the database nor a copy. Not a reason to refuse a credential for good. */
  | { readonly kind: "unavailable" };

/** Keeps work alive after the answer; `ctx.waitUntil` of the request. */
export type WaitUntil = (work: Promise<unknown>) => void;

export type TenantCacheDeps = {
  /** Reads the database; rejects when it cannot. */
  load(name: string): Promise<StoredTenant | undefined>;
  /** The last good copy (JSON of StoredTenant) kept outside the database. */
  readCopy(name: string): Promise<string | undefined>;
  writeCopy(name: string, copy: string): Promise<void>;
  /** Opens the secrets and merges; rejects when the document cannot be used. */
  resolve(stored: StoredTenant): Promise<Tenant>;
  /** Epoch milliseconds. */
  now(): number;
  /** 30,000; 0 asks the database every time, for tests. */
  readonly freshMs: number;
  /** Told of what a caller is not: for logs. `detail` holds no personal data and no secret. */
  report?(fault: {
    readonly kind: "load" | "copy" | "resolve";
    readonly tenant: string;
    readonly detail: string;
  }): void;
};

export type TenantCache = {
  /**
   * @param patience `fresh`: what is past `freshMs` waits 300 ms for the database, as if it were
   * past 5 min, so that a pause counts within 30 s.
   */
  get(name: string, waitUntil: WaitUntil, patience?: "fresh"): Promise<TenantAnswer>;
  /**
   * Asks the database itself, at most once a second per tenant, before a credential is refused.
   * `unavailable` when it did not answer within a second.
   */
  reread(name: string, waitUntil: WaitUntil): Promise<TenantAnswer>;
  /** For Durable Objects, which are handed the stored form; memoised. Rejects like `resolve`. */
  fromStored(stored: StoredTenant): Promise<Tenant>;
};

type Entry = { readonly answer: Found; readonly at: number };
type Loaded = { readonly kind: "found" | "unknown" | "failed" };
type Flight = { readonly result: Promise<Loaded>; readonly startedAt: number };

const unavailable: TenantAnswer = { kind: "unavailable" };
/** Why one of two ways led nowhere: nobody reads it. */
const nothing = new Error("nothing found");

const sleep = (ms: number): Promise<"late"> =>
  new Promise((resolve) => setTimeout(() => resolve("late"), ms));

const words = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));

export const createTenantCache = (deps: TenantCacheDeps): TenantCache => {
  const entries = createLru<Entry>(tenantsHeld);
  const unknowns = createLru<number>(tenantsHeld);
  const flights = createLru<Flight>(tenantsHeld);
  const failures = createLru<number>(tenantsHeld);
  const rereads = createLru<{ at: number; answer: Promise<TenantAnswer> }>(tenantsHeld);
  const copied = createLru<number>(tenantsHeld);
  const resolved = createLru<{ document: string; tenant: Promise<Tenant> }>(tenantsHeld);

  const fromStored = (stored: StoredTenant): Promise<Tenant> => {
    const key = `${stored.name} ${stored.version}`;
    const known = resolved.get(key);
    if (known !== undefined && known.document === stored.document) return known.tenant;
    const tenant = deps.resolve(stored);
    resolved.set(key, { document: stored.document, tenant });
    // A failure is not kept: the key that was missing may be there in the next isolate, or the next minute.
    tenant.catch(() => resolved.delete(key));
    return tenant;
  };

  const keep = async (stored: StoredTenant, at: number): Promise<boolean> => {
    try {
      entries.set(stored.name, {
        answer: { kind: "found", tenant: await fromStored(stored), stored },
        at,
      });
      unknowns.delete(stored.name);
      return true;
    } catch (fault) {
      deps.report?.({ kind: "resolve", tenant: stored.name, detail: words(fault) });
      return false;
    }
  };

  /** Written when a change is seen, and never over a newer one: another isolate may be ahead. */
  const saveCopy = async (stored: StoredTenant): Promise<void> => {
    if (copied.get(stored.name) === stored.revision) return;
    try {
      const before = await deps.readCopy(stored.name);
      const kept = before === undefined ? undefined : parseStoredTenant(before);
      if (kept === undefined || kept.name !== stored.name || kept.revision < stored.revision)
        await deps.writeCopy(stored.name, JSON.stringify(stored));
      copied.set(stored.name, stored.revision);
    } catch (fault) {
      deps.report?.({ kind: "copy", tenant: stored.name, detail: words(fault) });
    }
  };

  const loadNow = async (name: string, waitUntil: WaitUntil): Promise<Loaded> => {
    const startedAt = deps.now();
    try {
      const stored = await deps.load(name);
      if (stored === undefined) {
        entries.delete(name);
        failures.delete(name);
        unknowns.set(name, deps.now());
        return { kind: "unknown" };
      }
      const held = entries.get(name);
      // A load that was stuck for long may end after a later one: what is newer stays.
      if (held !== undefined && held.answer.stored.revision > stored.revision)
        return { kind: "found" };
      if (!(await keep(stored, startedAt))) throw new Error("the document cannot be used");
      failures.delete(name);
      waitUntil(saveCopy(stored));
      return { kind: "found" };
    } catch (fault) {
      failures.set(name, deps.now());
      deps.report?.({ kind: "load", tenant: name, detail: words(fault) });
      return { kind: "failed" };
    }
  };

  /** One load per name at a time, shared by whoever asks meanwhile; it never rejects. */
  const load = (name: string, waitUntil: WaitUntil): Promise<Loaded> => {
    const running = flights.get(name);
    if (running !== undefined && deps.now() - running.startedAt < abandonedMs)
      return running.result;
    const flight: Flight = {
      startedAt: deps.now(),
      result: loadNow(name, waitUntil).finally(() => {
        if (flights.get(name) === flight) flights.delete(name);
      }),
    };
    flights.set(name, flight);
    waitUntil(flight.result);
    return flight.result;
  };

  const held = (name: string): TenantAnswer => entries.get(name)?.answer ?? unavailable;

  const answerTo = (name: string, loaded: Loaded | "late"): TenantAnswer =>
    loaded !== "late" && loaded.kind === "unknown" ? { kind: "unknown" } : held(name);

  /** The copy counts as just too old to be served without asking, so the next call asks again. */
  const takeCopy = async (name: string): Promise<boolean> => {
    try {
      const copy = await deps.readCopy(name);
      const stored = copy === undefined ? undefined : parseStoredTenant(copy);
      if (stored === undefined || stored.name !== name) return false;
      // The database may have answered while we read.
      return entries.get(name) !== undefined || (await keep(stored, deps.now() - behindMs));
    } catch (fault) {
      deps.report?.({ kind: "copy", tenant: name, detail: words(fault) });
      return false;
    }
  };

  const getCold = async (name: string, waitUntil: WaitUntil): Promise<TenantAnswer> => {
    const loading = load(name, waitUntil);
    const first = await Promise.race([loading, sleep(patienceMs)]);
    if (first !== "late" && first.kind !== "failed") return answerTo(name, first);
    if (first === "late") failures.set(name, deps.now());
    const copy = takeCopy(name);
    waitUntil(copy);
    // Whichever says something first; `any` passes over the one that could not.
    const second = await Promise.race([
      Promise.any([
        loading.then((loaded) => (loaded.kind === "failed" ? Promise.reject(nothing) : loaded)),
        copy.then((taken) => (taken ? ("late" as const) : Promise.reject(nothing))),
      ]).catch(() => "late" as const),
      sleep(coldPatienceMs - patienceMs),
    ]);
    return answerTo(name, second);
  };

  const get: TenantCache["get"] = async (name, waitUntil, patience) => {
    if (!tenantName.safeParse(name).success) return { kind: "unknown" };
    const now = deps.now();
    const unknownAt = unknowns.get(name);
    if (deps.freshMs > 0 && unknownAt !== undefined && now - unknownAt < unknownMs)
      return { kind: "unknown" };
    const entry = entries.get(name);
    const age = entry === undefined ? Infinity : now - entry.at;
    if (entry === undefined || age >= staleMs) {
      entries.delete(name);
      return getCold(name, waitUntil);
    }
    if (age < deps.freshMs) return entry.answer;
    const failedAt = failures.get(name);
    if (failedAt !== undefined && now - failedAt < pauseAfterFailureMs) return entry.answer;
    const loading = load(name, waitUntil);
    if (deps.freshMs > 0 && age < behindMs && patience !== "fresh") return entry.answer;
    const loaded = await Promise.race([loading, sleep(patienceMs)]);
    // Slowness counts as a failure here, or every call of an outage would wait its 300 ms.
    if (loaded === "late") failures.set(name, deps.now());
    return loaded === "late" || loaded.kind === "failed" ? entry.answer : answerTo(name, loaded);
  };

  const reread = async (name: string, waitUntil: WaitUntil): Promise<TenantAnswer> => {
    if (!tenantName.safeParse(name).success) return { kind: "unknown" };
    const last = rereads.get(name);
    if (last !== undefined && deps.now() - last.at < rereadEveryMs)
      return Promise.race([last.answer, sleep(rereadPatienceMs).then(() => unavailable)]);
    // Not a load that began before the credential was shown: it may have read what has changed since.
    flights.delete(name);
    const answer = Promise.race([load(name, waitUntil), sleep(rereadPatienceMs)]).then((loaded) =>
      loaded === "late" || loaded.kind === "failed" ? unavailable : answerTo(name, loaded),
    );
    rereads.set(name, { at: deps.now(), answer });
    return answer;
  };

  return { get, reread, fromStored };
};
