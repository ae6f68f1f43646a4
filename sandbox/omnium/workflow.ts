import { isObject, type JsonObject, text } from "../json.ts";
import { idByField } from "./customer_rules.ts";
import { newCustomer } from "./customers.ts";
import type { Customer, Order } from "./model.ts";
import { formOf } from "./order_totals.ts";
import { storedPhone } from "./phone.ts";
import { settlePoints } from "./points.ts";
import type { OmniumStore } from "./store.ts";

/** Workflows of orders whose time in the queue is over. */
export function runDue(store: OmniumStore): void {
  for (const order of store.orders.by("waiting", "yes"))
    if (order.queuedUntil <= store.clock.now()) run(store, order);
}

/** The steps that matter here, in this order (assumed): GetOrCreateCustomerFromOrder, CheckAndUpdateCouponUsage, points. */
function run(store: OmniumStore, order: Order): void {
  const resolved = withCustomer(store, order);
  markCoupons(store, resolved);
  store.saveOrder({ ...settlePoints(store, resolved), workflow: "done" });
}

/**
 * By the id; by an external id of any provider, as in (1) of contracts/omnium.md §9.3; by e-mail, then phone (which of
 * the two comes first is not published); else a new customer.
 */
export function withCustomer(store: OmniumStore, order: Order): Order {
  const { profile } = store;
  if (profile.isB2CGetOrCreateDisabled) return { ...order, customerResolved: "none" };
  const { fields } = order;
  const [id, email, phone] = [
    text(fields["customerId"]),
    text(fields["customerEmail"]),
    text(fields["customerPhone"]),
  ];
  const linked = (how: Order["customerResolved"], customer: Customer): Order => ({
    ...order,
    fields: { ...fields, customerId: customer.customerId, isNewCustomer: how === "created" },
    customerResolved: how,
  });
  const own = id === undefined ? undefined : store.customers.get(id);
  if (own !== undefined) return linked("customerId", own);
  const outside = id === undefined ? undefined : byExternalId(store, id);
  if (outside !== undefined) return linked("externalId", outside);
  const [mailed] = email === undefined ? [] : store.customers.by("email", email);
  if (mailed !== undefined) return linked("email", mailed);
  const [called] = phone === undefined ? [] : store.customers.by("phone", stored(store, phone));
  if (called !== undefined) return linked("phone", called);
  const nobody = id === undefined && email === undefined && phone === undefined;
  if (nobody || profile.isB2CGetOrCreateFromOrderDisabled)
    return { ...order, customerResolved: "none" };
  return linked("created", created(store, order));
}

function byExternalId(store: OmniumStore, wanted: string): Customer | undefined {
  return store.customers.all().find(({ fields }) => {
    const ids = Array.isArray(fields["externalIds"]) ? fields["externalIds"] : [];
    return ids.some((one) => isObject(one) && one["id"] === wanted);
  });
}

function created(store: OmniumStore, { fields, seq }: Order): Customer {
  const [firstName = "", ...rest] = (text(fields["customerName"]) ?? "").split(" ");
  const phone = text(fields["customerPhone"]);
  const person: JsonObject = {
    firstName,
    lastName: rest.join(" "),
    email: fields["customerEmail"] ?? null,
    phone: phone === undefined ? null : stored(store, phone),
    marketId: fields["marketId"] ?? null,
    storeIds: typeof fields["storeId"] === "string" ? [fields["storeId"]] : [],
  };
  const byField = idByField(store.profile, person);
  const id = byField ?? text(fields["customerId"]) ?? crypto.randomUUID();
  const write = { at: store.clock.iso(), seq, call: "GetOrCreateCustomerFromOrder", client: "" };
  return store.saveCustomer(newCustomer(store, id, person, write));
}

function stored(store: OmniumStore, phone: string): string {
  const result = storedPhone(phone, store.profile.phoneFormat);
  return "phone" in result ? result.phone : phone;
}

/** Every use is kept; a coupon that can be used once is marked used once (contracts/omnium.md §11, assumed). */
function markCoupons(store: OmniumStore, { fields, id, seq }: Order): void {
  const codes = formOf(fields)["couponCodes"];
  for (const couponCode of Array.isArray(codes) ? codes : []) {
    if (typeof couponCode !== "string") continue;
    const at = store.clock.iso();
    const customerId = text(fields["customerId"]) ?? null;
    const key = store.nextKey("couponUse");
    store.couponUses.put({ key, couponCode, customerId, orderId: id, at, seq });
    for (const promotion of store.promotions.all()) {
      if (!promotion.additionalCoupons.some((one) => one.couponCode === couponCode)) continue;
      const additionalCoupons = promotion.additionalCoupons.map((one) =>
        one.couponCode === couponCode ? { ...one, used: true } : one,
      );
      store.promotions.put({ ...promotion, additionalCoupons });
    }
  }
}
