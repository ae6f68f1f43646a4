import { putContact, putOrder, putProduct } from "../ometria/build.ts";
import { prefer } from "../ometria/preferences.ts";
import { patchProfile } from "../ometria/profile_rows.ts";
import type { OmetriaStore } from "../ometria/store.ts";
import { contacts } from "./ometria_contacts.ts";
import { orders } from "./ometria_orders.ts";
import { CATALOGUE } from "./sitoo_catalogue.ts";

const DAY = 86_400_000;

/** Fills an empty account. Ids are fixed, dates are relative to the instance's clock. */
export function seedOmetria(store: OmetriaStore): void {
  const now = store.clock.now();
  // Id and SKU are the same in this shop, as often (published, contracts/ometria.md §4).
  for (const { sku, name, prices } of CATALOGUE)
    putProduct(store, {
      id: sku,
      sku,
      title: name,
      price: Number(prices["SEK"]),
      is_in_stock: true,
    });
  for (const row of contacts(now)) putContact(store, row);
  for (const row of orders(now)) putOrder(store, row);
  prefer(store, {
    email: "kim@example.org",
    type: "link_unsubscribe",
    reason: "Too many e-mails",
    at: new Date(now - DAY).toISOString(),
  });
  label(store, "astrid@example.com", ["vip", "staff"], {
    bonus_level: "Gold",
    offer: "spring_member",
  });
  label(store, "hedda@example.net", ["vip"], { bonus_level: "Platinum" });
}

/** Tags and properties as the retailer's own tables would keep them: the only trace of offers at Ometria (§5, §8). */
function label(
  store: OmetriaStore,
  email: string,
  tags: string[],
  properties: Record<string, string>,
): void {
  for (const profile of store.profiles.by("email", email))
    patchProfile(store, profile, { tags, properties });
}
