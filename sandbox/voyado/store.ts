import type { Clock } from "../clock.ts";
import { Collection } from "../collection.ts";
import { text } from "../json.ts";
import type { Settings } from "../settings.ts";
import type {
  ConsentDefinition,
  Contact,
  PointTransaction,
  Promotion,
  Receipt,
  RegisterPerson,
  Store,
  StoreRef,
  Voucher,
} from "./model.ts";
import { type Profile, profileSchema } from "./profile.ts";

/** A cached answer: contact overview or count. */
export interface Snapshot {
  key: string;
  at: number;
  json: string;
}

/** All state of one simulated Engage tenant. */
export class VoyadoStore {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly contacts: Collection<Contact>;
  readonly vouchers: Collection<Voucher>;
  readonly promotions: Collection<Promotion>;
  readonly receipts: Collection<Receipt>;
  readonly points: Collection<PointTransaction>;
  readonly stores: Collection<Store>;
  readonly consents: Collection<ConsentDefinition>;
  readonly register: Collection<RegisterPerson>;
  readonly snapshots: Collection<Snapshot>;
  #profile: Profile;

  constructor(sql: SqlStorage, settings: Settings, clock: Clock) {
    this.clock = clock;
    this.settings = settings;
    const attribute = (name: string) => (row: Contact) =>
      [text(row.attributes[name])?.toLowerCase() ?? []].flat();
    this.contacts = new Collection<Contact>(sql, "contact", (row) => row.id, {
      email: attribute("email"),
      mobilePhone: attribute("mobilePhone"),
      socialSecurityNumber: attribute("socialSecurityNumber"),
      memberNumber: attribute("memberNumber"),
      externalId: attribute("externalId"),
    });
    const ofContact = { contactId: (row: { contactId: string }) => [row.contactId] };
    this.vouchers = new Collection<Voucher>(sql, "voucher", (row) => row.id, ofContact);
    this.promotions = new Collection<Promotion>(sql, "promotion", (row) => row.id, ofContact);
    this.receipts = new Collection<Receipt>(sql, "receipt", (row) => row.uniqueReceiptId, {
      ...ofContact,
      waiting: (row) => (row.imported ? [] : ["yes"]),
    });
    this.points = new Collection<PointTransaction>(sql, "points", (row) => row.id, ofContact);
    this.stores = new Collection<Store>(sql, "store", (row) => row.externalId);
    this.consents = new Collection<ConsentDefinition>(sql, "consent", (row) => row.id);
    this.register = new Collection<RegisterPerson>(
      sql,
      "person",
      (row) => row.socialSecurityNumber,
      {
        phone: (row) => row.phoneNumbers,
      },
    );
    this.snapshots = new Collection<Snapshot>(sql, "snapshot", (row) => row.key);
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
      this.contacts,
      this.vouchers,
      this.promotions,
      this.receipts,
      this.points,
      this.stores,
      this.consents,
      this.register,
      this.snapshots,
    ]) {
      kind.clear();
    }
    for (const name of this.settings.names("next:")) this.settings.delete(name);
  }

  /** The contact when it exists and its creation is finished. */
  contact(id: string): Contact | undefined {
    const found = this.contacts.get(id);
    return found !== undefined && found.visibleFrom <= this.clock.now() ? found : undefined;
  }

  storeRef(externalId: string): StoreRef | undefined {
    const store = this.stores.get(externalId);
    return store === undefined
      ? undefined
      : { id: store.id, name: store.name, externalId: store.externalId };
  }

  contactType(id: string): Profile["contactTypes"][number] | undefined {
    return this.#profile.contactTypes.find((type) => type.id.toLowerCase() === id.toLowerCase());
  }

  nextNumber(name: string, first: number): number {
    const stored = this.settings.get(`next:${name}`);
    const next = typeof stored === "number" ? stored : first;
    this.settings.put(`next:${name}`, next + 1);
    return next;
  }
}
