import type { Clock } from "../clock.ts";
import { Collection } from "../collection.ts";
import type { Settings } from "../settings.ts";
import type {
  ApiKey,
  Category,
  Customer,
  Definition,
  EarlyRead,
  Merge,
  TrackedEvent,
  Write,
} from "./model.ts";
import { type Profile, profileSchema } from "./profile.ts";

/** All state of one simulated project. */
export class BloomreachStore {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly customers: Collection<Customer>;
  readonly events: Collection<TrackedEvent>;
  readonly writes: Collection<Write>;
  readonly merges: Collection<Merge>;
  readonly earlyReads: Collection<EarlyRead>;
  readonly categories: Collection<Category>;
  readonly definitions: Collection<Definition>;
  readonly keys: Collection<ApiKey>;
  #profile: Profile;

  constructor(sql: SqlStorage, settings: Settings, clock: Clock) {
    this.clock = clock;
    this.settings = settings;
    this.customers = new Collection<Customer>(sql, "customer", (row) => row.id, { id: idsOf });
    this.events = new Collection<TrackedEvent>(sql, "event", (row) => row.id, {
      customerId: (row) => [row.customerId],
    });
    this.writes = new Collection<Write>(sql, "write", (row) => row.id, {
      waiting: (row) => (isWaiting(row) ? ["yes"] : []),
      waitingId: (row) => (isWaiting(row) ? Object.entries(row.ids).map(named) : []),
      content: (row) => [contentKey(row)],
    });
    this.merges = new Collection<Merge>(sql, "merge", (row) => row.id);
    this.earlyReads = new Collection<EarlyRead>(sql, "early_read", (row) => row.id);
    this.categories = new Collection<Category>(sql, "category", (row) => row.id);
    this.definitions = new Collection<Definition>(sql, "definition", (row) => row.id);
    this.keys = new Collection<ApiKey>(sql, "key", (row) => row.id);
    const stored = profileSchema.safeParse(settings.get("profile") ?? {});
    this.#profile = stored.success ? stored.data : profileSchema.parse({});
  }

  get profile(): Profile {
    return this.#profile;
  }

  set profile(profile: Profile) {
    this.#profile = profile;
    this.settings.put("profile", profile);
  }

  clear(): void {
    for (const kind of [
      this.customers,
      this.events,
      this.writes,
      this.merges,
      this.earlyReads,
      this.categories,
      this.definitions,
      this.keys,
    ]) {
      kind.clear();
    }
    for (const name of this.settings.names("next:")) this.settings.delete(name);
  }

  /** Unix seconds, as the vendor counts. */
  seconds(): number {
    return this.clock.now() / 1000;
  }

  isHard(type: string): boolean {
    return this.#profile.hardIds.includes(type);
  }

  owner(type: string, value: string): Customer | undefined {
    return this.customers.by("id", named([type, value]))[0];
  }

  nextNumber(name: "customer" | "event" | "use" | "cookie"): number {
    const stored = this.settings.get(`next:${name}`);
    const next = typeof stored === "number" ? stored : 1;
    this.settings.put(`next:${name}`, next + 1);
    return next;
  }
}

export function named([type, value]: readonly [string, string]): string {
  return `${type}=${value}`;
}

function idsOf({ hard, soft }: Customer): string[] {
  return [
    ...Object.entries(hard).map(named),
    ...Object.entries(soft).flatMap(([type, list]) =>
      list.map(({ value }) => named([type, value])),
    ),
  ];
}

function isWaiting(row: Write): boolean {
  return row.errors.length === 0 && row.outcome === null;
}

/** A short key under which writes of the same content meet; whether they are the same is compared in full. */
export function contentKey({ name, data, ids }: Pick<Write, "name" | "data" | "ids">): string {
  return JSON.stringify([name, ids, data["event_type"], data["timestamp"]]);
}
