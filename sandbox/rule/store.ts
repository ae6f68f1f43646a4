import type { Clock } from "../clock.ts";
import { Collection } from "../collection.ts";
import { toJson } from "../json.ts";
import type { Call } from "../router.ts";
import type { Settings } from "../settings.ts";
import type {
  Change,
  FieldRecord,
  Group,
  Job,
  Preference,
  Segment,
  Subscriber,
  Suppression,
  Tag,
} from "./model.ts";
import { type Profile, profileSchema } from "./profile.ts";

/** The request that causes a change: its number in the log, and what it is called in the audit. */
export interface Cause {
  seq: number;
  call: string;
}

export function causeOf({ seq, method, path }: Call): Cause {
  const [version = "", ...rest] = path.split("/").slice(2);
  return { seq, call: `${version} ${method} /${rest.join("/")}` };
}

/** Rows in the order of their making: a collection moves a row that is changed to its end. */
export function inOrder<T extends { id: number }>(rows: T[]): T[] {
  return rows.toSorted((a, b) => a.id - b.id);
}

/** First ids far apart, so that an id of one kind taken for another finds nothing. */
const FIRST = {
  subscriber: 920_001,
  tag: 50_001,
  segment: 60_001,
  preference: 1,
  group: 170_001,
  field: 270_001,
  record: 8_000_001,
  suppression: 30_001,
  job: 1,
  change: 1,
} as const;

/** All state of one simulated Rule account. */
export class RuleStore {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly subscribers: Collection<Subscriber>;
  readonly tags: Collection<Tag>;
  readonly segments: Collection<Segment>;
  readonly preferences: Collection<Preference>;
  readonly groups: Collection<Group>;
  readonly records: Collection<FieldRecord>;
  readonly suppressions: Collection<Suppression>;
  readonly jobs: Collection<Job>;
  readonly changes: Collection<Change>;
  #profile: Profile;

  constructor(sql: SqlStorage, settings: Settings, clock: Clock) {
    this.clock = clock;
    this.settings = settings;
    const some = (value: string | null): string[] => (value === null ? [] : [value.toLowerCase()]);
    const id = (row: { id: number }): string => String(row.id);
    const ofSubscriber = {
      subscriber: (row: { subscriberId: number }) => [String(row.subscriberId)],
    };
    this.subscribers = new Collection<Subscriber>(sql, "subscriber", id, {
      email: (row) => some(row.email),
      phone_number: (row) => some(row.phoneNumber),
      custom_identifier: (row) => some(row.customIdentifier),
    });
    this.tags = new Collection<Tag>(sql, "tag", id, { name: (row) => [row.name] });
    this.segments = new Collection<Segment>(sql, "segment", id);
    this.preferences = new Collection<Preference>(sql, "preference", id);
    this.groups = new Collection<Group>(sql, "group", id, { name: (row) => [row.name] });
    this.records = new Collection<FieldRecord>(sql, "record", id, {
      ...ofSubscriber,
      group: (row) => [`${row.subscriberId}/${row.groupId}`],
    });
    this.suppressions = new Collection<Suppression>(sql, "suppression", id, ofSubscriber);
    this.jobs = new Collection<Job>(sql, "job", id, {
      waiting: (row) => (row.doneAt === null ? ["yes"] : []),
    });
    this.changes = new Collection<Change>(sql, "change", (row) => String(row.n), ofSubscriber);
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

  /** Everything but the profile. */
  clear(): void {
    for (const kind of [
      this.subscribers,
      this.tags,
      this.segments,
      this.preferences,
      this.groups,
      this.records,
      this.suppressions,
      this.jobs,
      this.changes,
    ]) {
      kind.clear();
    }
    for (const name of this.settings.names("next:")) this.settings.delete(name);
  }

  nextId(kind: keyof typeof FIRST): number {
    const stored = this.settings.get(`next:${kind}`);
    const next = typeof stored === "number" ? stored : FIRST[kind];
    this.settings.put(`next:${kind}`, next + 1);
    return next;
  }

  note(cause: Cause, subscriberId: number, kind: string, detail: object): void {
    const { seq, call } = cause;
    this.changes.put({
      n: this.nextId("change"),
      seq,
      at: this.clock.iso(),
      call,
      subscriberId,
      kind,
      detail: toJson(detail),
    });
  }

  /** Changes members of a subscriber and the time of its last change. */
  change(subscriber: Subscriber, members: Partial<Subscriber>): Subscriber {
    return this.subscribers.put({ ...subscriber, ...members, updatedAt: this.clock.iso() });
  }
}
