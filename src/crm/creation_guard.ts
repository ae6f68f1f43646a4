import type { Person } from "../model/customer.ts";
import { mayHaveActed, type CrmFailure } from "../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../model/outcome.ts";
import type { Crm, CrmCall, Profile, SearchKey } from "./port.ts";

/** The part of a Durable Object's storage that the guard uses. */
export type GuardStorage = { readonly sql: Pick<SqlStorage, "exec"> };

/** The keys that a person can be found by, strongest first; the first one names the shard. */
export const keysOf = (person: Person): SearchKey[] => [
  ...(person.personalId ? [{ by: "personal_id", value: person.personalId } as const] : []),
  ...(person.email ? [{ by: "email", value: person.email.toLowerCase() } as const] : []),
  ...(person.mobile ? [{ by: "mobile", value: person.mobile } as const] : []),
];

const answerKeptMs = 10 * 60_000;
/** Clocks of ours and of a CRM differ by this much at most. */
const clockSlackMs = 60_000;
const beingCreatedWaitMs = 300;

type Attempt = {
  readonly fingerprint: string;
  readonly state: "pending" | "created";
  readonly customerId: string | undefined;
  readonly startedAt: number;
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Makes a customer once (design.md 7, Customer): for one key, one attempt at a time; search first;
 * the answer is kept for 10 minutes, so a repeated form gets the same customer; after an unclear
 * answer the CRM is searched before anything is sent again.
 *
 * Rows hold hashes and ids only: no personal data.
 */
export const createCreationGuard = (deps: {
  readonly storage: GuardStorage;
  readonly now: () => number;
  readonly wakeAt: (at: number) => void;
}) => {
  const { sql } = deps.storage;
  const tails = new Map<string, Promise<unknown>>();
  let ready = false;
  const ensure = (): void => {
    if (ready) return;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS creations (
         key_hash TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, state TEXT NOT NULL,
         customer_id TEXT, started_at INTEGER NOT NULL)`,
    );
    ready = true;
  };
  /** The shard may hold other things only, and is woken for them too. */
  const exists = (): boolean =>
    ready || sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'creations'").toArray().length > 0;
  const readAttempt = (keyHash: string): Attempt | undefined => {
    ensure();
    const [row] = sql
      .exec(
        "SELECT * FROM creations WHERE key_hash = ? AND started_at > ?",
        keyHash,
        deps.now() - answerKeptMs,
      )
      .toArray();
    if (row === undefined) return undefined;
    return {
      fingerprint: typeof row.fingerprint === "string" ? row.fingerprint : "",
      state: row.state === "created" ? "created" : "pending",
      customerId: typeof row.customer_id === "string" ? row.customer_id : undefined,
      startedAt: Number(row.started_at),
    };
  };
  const write = (keyHash: string, attempt: Attempt): void => {
    sql.exec(
      `INSERT INTO creations (key_hash, fingerprint, state, customer_id, started_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (key_hash) DO UPDATE SET fingerprint = excluded.fingerprint, state = excluded.state,
         customer_id = excluded.customer_id, started_at = excluded.started_at`,
      keyHash,
      attempt.fingerprint,
      attempt.state,
      attempt.customerId ?? null,
      attempt.startedAt,
    );
  };
  const forget = (keyHash: string): void => {
    sql.exec("DELETE FROM creations WHERE key_hash = ?", keyHash);
  };

  /** Who has any of the person's keys; one key after another would cost the till a trip each. */
  const findHolder = async (
    crm: Crm,
    person: Person,
    call: CrmCall,
  ): Promise<Outcome<string | undefined, CrmFailure>> => {
    const keys = keysOf(person).filter((key) => crm.capabilities.searchBy.includes(key.by));
    const found = await Promise.all(keys.map((key) => crm.search(key, call)));
    for (const outcome of found) {
      if (outcome.ok && outcome.value !== undefined) return ok(outcome.value.id);
      if (!outcome.ok && outcome.failure.kind === "several_matches")
        return failed({ kind: "already_member" });
    }
    const broken = found.find(
      (outcome) => !outcome.ok && outcome.failure.kind !== "customer_not_found",
    );
    return broken === undefined || broken.ok ? ok(undefined) : failed(broken.failure);
  };

  const create = async (
    crm: Crm,
    person: Person,
    keyHash: string,
    fingerprint: string,
    call: CrmCall,
  ): Promise<Outcome<Profile, CrmFailure>> => {
    const before = readAttempt(keyHash);
    const isRepeat = before?.fingerprint === fingerprint;
    if (isRepeat && before.state === "created" && before.customerId !== undefined)
      return crm.get(before.customerId, call);

    const holder = await findHolder(crm, person, call);
    if (!holder.ok) return holder;
    if (holder.value !== undefined) {
      if (!isRepeat || before.state !== "pending") return failed({ kind: "already_member" });
      // Our earlier attempt had no clear answer: is this what it made?
      const profile = await crm.get(holder.value, call);
      if (!profile.ok) return profile;
      const createdAt = Date.parse(profile.value.customer.createdAt ?? "");
      if (Number.isNaN(createdAt) || createdAt < before.startedAt - clockSlackMs)
        return failed({ kind: "already_member" });
      write(keyHash, { ...before, state: "created", customerId: holder.value });
      return profile;
    }

    // Nobody is found; but where the CRM lags, that says nothing of an attempt a moment ago.
    if (
      before?.state === "pending" &&
      deps.now() < before.startedAt + crm.capabilities.writesShowWithinMs
    )
      return failed({ kind: "being_created" });

    const startedAt = deps.now();
    write(keyHash, { fingerprint, state: "pending", customerId: undefined, startedAt });
    deps.wakeAt(startedAt + answerKeptMs);
    const created = await crm.create(person, call);
    if (created.ok) {
      write(keyHash, {
        fingerprint,
        state: "created",
        customerId: created.value.customer.id,
        startedAt,
      });
      return created;
    }
    if (created.failure.kind === "being_created") return waitForOther(crm, person, keyHash, call);
    if (!mayHaveActed(created.failure)) forget(keyHash);
    return created;
  };

  /** Somebody else's create holds the key: look again after 300 ms, twice (contracts/voyado.md 3). */
  const waitForOther = async (
    crm: Crm,
    person: Person,
    keyHash: string,
    call: CrmCall,
  ): Promise<Outcome<Profile, CrmFailure>> => {
    forget(keyHash);
    for (let look = 0; look < 2; look++) {
      await sleep(beingCreatedWaitMs);
      const holder = await findHolder(crm, person, call);
      if (!holder.ok) return holder;
      if (holder.value !== undefined) return failed({ kind: "already_member" });
    }
    return failed({ kind: "being_created" });
  };

  return {
    /**
     * @param keyHash HMAC of the person's strongest key.
     * @param fingerprint HMAC of everything that was typed: the same form is a repeat.
     */
    create(
      crm: Crm,
      person: Person,
      keyHash: string,
      fingerprint: string,
      call: CrmCall,
    ): Promise<Outcome<Profile, CrmFailure>> {
      const before = tails.get(keyHash) ?? Promise.resolve();
      const mine = before.then(() => create(crm, person, keyHash, fingerprint, call));
      const tail = mine
        .catch(() => undefined)
        .finally(() => {
          if (tails.get(keyHash) === tail) tails.delete(keyHash);
        });
      tails.set(keyHash, tail);
      return mine;
    },
    /** Drops answers that no repeat can still ask for. */
    prune(): void {
      if (!exists()) return;
      sql.exec("DELETE FROM creations WHERE started_at <= ?", deps.now() - answerKeptMs);
      const [row] = sql.exec("SELECT MIN(started_at) AS oldest FROM creations").toArray();
      if (typeof row?.oldest === "number") deps.wakeAt(row.oldest + answerKeptMs + 1_000);
    },
  };
};
