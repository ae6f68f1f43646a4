import type { Clock } from "../clock.ts";
import { Collection } from "../collection.ts";
import { text } from "../json.ts";
import type { Call } from "../router.ts";
import type { Settings } from "../settings.ts";
import type {
  CouponUse,
  Customer,
  Delivery,
  Member,
  Order,
  Promotion,
  Scroll,
  Store,
  Token,
  Voucher,
  Write,
} from "./model.ts";
import { type Client, type Profile, profileSchema } from "./profile.ts";
import { SearchIndex } from "./search_index.ts";

/** All state of one simulated Omnium tenant. */
export class OmniumStore {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly customers: Collection<Customer>;
  readonly members: Collection<Member>;
  readonly vouchers: Collection<Voucher>;
  readonly promotions: Collection<Promotion>;
  readonly orders: Collection<Order>;
  readonly deliveries: Collection<Delivery>;
  readonly couponUses: Collection<CouponUse>;
  readonly stores: Collection<Store>;
  readonly tokens: Collection<Token>;
  readonly scrolls: Collection<Scroll>;
  readonly index: {
    customers: SearchIndex<Customer>;
    members: SearchIndex<Member>;
    vouchers: SearchIndex<Voucher>;
    orders: SearchIndex<Order>;
  };
  /** Who makes the call under way; there is one, because `answer` is synchronous. */
  client: Client | undefined;
  #profile: Profile;

  constructor(sql: SqlStorage, settings: Settings, clock: Clock) {
    this.clock = clock;
    this.settings = settings;
    const field = (name: string) => (row: Customer) => [text(row.fields[name]) ?? []].flat();
    this.customers = new Collection<Customer>(sql, "customer", (row) => row.customerId, {
      email: field("email"),
      phone: field("phone"),
    });
    this.members = new Collection<Member>(sql, "member", (row) => row.customerId);
    this.vouchers = new Collection<Voucher>(sql, "voucher", (row) => row.id);
    this.promotions = new Collection<Promotion>(sql, "promotion", (row) => row.id);
    this.orders = new Collection<Order>(sql, "order", (row) => row.key, {
      id: (row) => [row.id],
      waiting: (row) => (row.workflow === "waiting" ? ["yes"] : []),
    });
    this.deliveries = new Collection<Delivery>(sql, "delivery", (row) => row.key, {
      orderId: (row) => [row.orderId ?? []].flat(),
    });
    this.couponUses = new Collection<CouponUse>(sql, "couponUse", (row) => row.key);
    this.stores = new Collection<Store>(sql, "store", (row) => row.id);
    this.tokens = new Collection<Token>(sql, "token", (row) => row.token);
    this.scrolls = new Collection<Scroll>(sql, "scroll", (row) => row.id);
    const time = { clock, lagMs: () => this.profile.searchLagMs };
    this.index = {
      customers: new SearchIndex(sql, "customer", (row) => row.customerId, time),
      members: new SearchIndex(sql, "member", (row) => row.customerId, time),
      vouchers: new SearchIndex(sql, "voucher", (row) => row.id, time),
      orders: new SearchIndex(sql, "order", (row) => row.key, time),
    };
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
      this.members,
      this.vouchers,
      this.promotions,
      this.orders,
      this.deliveries,
      this.couponUses,
      this.stores,
      this.tokens,
      this.scrolls,
      ...Object.values(this.index),
    ]) {
      kind.clear();
    }
    for (const name of this.settings.names("next:")) this.settings.delete(name);
  }

  saveCustomer(row: Customer): Customer {
    this.index.customers.put(row);
    return this.customers.put(row);
  }

  saveMember(row: Member): Member {
    this.index.members.put(row);
    return this.members.put(row);
  }

  saveVoucher(row: Voucher): Voucher {
    this.index.vouchers.put(row);
    return this.vouchers.put(row);
  }

  saveOrder(row: Order): Order {
    this.index.orders.put(row);
    return this.orders.put(row);
  }

  /** Newest first: an id may stand twice. */
  ordersWithId(id: string): Order[] {
    return this.orders.by("id", id).toSorted((a, b) => (a.key < b.key ? 1 : -1));
  }

  stamp(call: Pick<Call, "method" | "path" | "seq">): Write {
    return {
      at: this.clock.iso(),
      seq: call.seq,
      call: `${call.method} ${call.path}`,
      client: this.client?.id ?? "control",
    };
  }

  /** Makes what a seed or a test put in visible to searches at once. */
  refresh(): void {
    for (const index of Object.values(this.index)) index.refresh();
  }

  nextNumber(name: string, first: number): number {
    const stored = this.settings.get(`next:${name}`);
    const next = typeof stored === "number" ? stored : first;
    this.settings.put(`next:${name}`, next + 1);
    return next;
  }

  /** Sorts as text, so that rows come back in order. */
  nextKey(name: string): string {
    return String(this.nextNumber(name, 1)).padStart(9, "0");
  }
}
