import { customerFrom, memberFrom, promotionFrom, voucherFrom } from "../omnium/build.ts";
import type { OmniumStore } from "../omnium/store.ts";
import { customers, members } from "./omnium_customers.ts";
import { promotions, vouchers } from "./omnium_instruments.ts";
import { history } from "./omnium_orders.ts";
import { stores } from "./omnium_stores.ts";

/** Fills an empty instance. Ids are fixed, dates are relative to the instance's clock; searches see all of it at once. */
export function seedOmnium(store: OmniumStore): void {
  const now = store.clock.now();
  for (const row of stores()) store.stores.put(row);
  for (const row of customers(now)) store.saveCustomer(customerFrom(store, row));
  for (const row of members(now)) store.saveMember(memberFrom(store, row));
  for (const row of promotions(now)) store.promotions.put(promotionFrom(store, row));
  for (const row of vouchers(now)) store.saveVoucher(voucherFrom(store, row));
  history(store, now);
  store.refresh();
}
