import type { Clock } from "../clock.ts";
import { Collection } from "../collection.ts";
import { isObject, text } from "../json.ts";
import type { Settings } from "../settings.ts";
import type {
  CustomEvent,
  Listing,
  Mail,
  Order,
  Product,
  Profile,
  PushError,
  Received,
  Refusal,
  Sent,
  Unsubscribe,
} from "./model.ts";
import { type AccountProfile, profileSchema } from "./profile.ts";

const numbered = (row: { number: number }): string => String(row.number).padStart(9, "0");
const keyed = (row: { key: string }): string => row.key;
const some = (value: string | null | undefined): string[] =>
  value === null || value === undefined ? [] : [value];

/** All state of one simulated Ometria account. `profile` is how it behaves, `profiles` are its people. */
export class OmetriaStore {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly received: Collection<Received>;
  readonly listings: Collection<Listing>;
  readonly orders: Collection<Order>;
  readonly products: Collection<Product>;
  readonly events: Collection<CustomEvent>;
  readonly profiles: Collection<Profile>;
  readonly errors: Collection<PushError>;
  readonly mails: Collection<Mail>;
  readonly unsubscribes: Collection<Unsubscribe>;
  readonly sent: Collection<Sent>;
  readonly refusals: Collection<Refusal>;
  #profile: AccountProfile;

  constructor(sql: SqlStorage, settings: Settings, clock: Clock) {
    this.clock = clock;
    this.settings = settings;
    this.received = new Collection<Received>(sql, "received", numbered, {
      waiting: (row) => [
        ...(row.outcome === "queued" ? ["record"] : []),
        ...(row.profileDueAt === null ? [] : ["profile"]),
      ],
      record: (row) => [`${String(row.type)}:${String(row.id)}`],
    });
    this.listings = new Collection<Listing>(sql, "listing", keyed, {
      collection: (row) => [row.collection],
      profile: (row) => some(row.profileId),
      customer: ({ fields }) => some(text(fields["customer_id"])),
      email: ({ fields }) => some(text(fields["email"])?.toLowerCase()),
      phone: ({ fields }) => some(text(fields["phone_number"])),
    });
    this.orders = new Collection<Order>(sql, "order", keyed, {
      profile: (row) => some(row.profileId),
      customer: ({ fields }) => some(customerOf(fields["customer"])?.id),
      email: ({ fields }) => some(customerOf(fields["customer"])?.email),
    });
    this.products = new Collection<Product>(sql, "product", keyed);
    this.events = new Collection<CustomEvent>(sql, "event", keyed, {
      profile: (row) => some(row.profileId),
    });
    this.profiles = new Collection<Profile>(sql, "profile", (row) => row.id, {
      email: (row) => row.emails,
    });
    this.errors = new Collection<PushError>(sql, "error", numbered);
    this.mails = new Collection<Mail>(sql, "mail", numbered);
    this.unsubscribes = new Collection<Unsubscribe>(sql, "unsubscribe", numbered);
    this.sent = new Collection<Sent>(sql, "sent", numbered);
    this.refusals = new Collection<Refusal>(sql, "refusal", (row) => row.id);
    const stored = profileSchema.safeParse(settings.get("profile") ?? {});
    this.#profile = stored.success ? stored.data : profileSchema.parse({});
  }

  get profile(): AccountProfile {
    return this.#profile;
  }

  set profile(profile: AccountProfile) {
    this.#profile = profile;
    this.settings.put("profile", profile);
  }

  clear(): void {
    for (const kind of [
      this.received,
      this.listings,
      this.orders,
      this.products,
      this.events,
      this.profiles,
      this.errors,
      this.mails,
      this.unsubscribes,
      this.sent,
      this.refusals,
    ]) {
      kind.clear();
    }
    for (const name of this.settings.names("next:")) this.settings.delete(name);
  }

  next(name: string): number {
    const stored = this.settings.get(`next:${name}`);
    const next = typeof stored === "number" ? stored : 1;
    this.settings.put(`next:${name}`, next + 1);
    return next;
  }
}

/** Collections forget the order of insertion when an object is loaded again; the number keeps it. */
export function inOrder<T extends { number: number }>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => a.number - b.number);
}

/** Who an order says bought: its id is a contact's customer_id, not its id (published, contracts/ometria.md §4). */
export function customerOf(
  customer: unknown,
): { id: string | undefined; email: string | undefined } | undefined {
  if (!isObject(customer)) return undefined;
  return { id: text(customer["id"]), email: text(customer["email"])?.toLowerCase() };
}
