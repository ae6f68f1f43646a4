import type { JsonObject } from "../json.ts";
import { Refused } from "./errors.ts";
import type { Client } from "./profile.ts";
import type { OmniumStore } from "./store.ts";

/** What a role brings besides its own name (contracts/omnium.md §2); Admin includes Read (assumed). */
const BRINGS: Record<string, string[]> = {
  CustomerAdmin: ["CustomerRead"],
  OrderAdmin: ["OrderRead"],
  PromotionAdmin: ["PromotionRead"],
  StoreAdmin: ["StoreRead"],
  CommerceUser: ["CustomerAdmin", "CustomerRead"],
};

export function needs(client: Client, oneOf: readonly string[]): void {
  const held = client.roles.flatMap((role) => [role, ...(BRINGS[role] ?? [])]);
  if (held.includes("ApiOwner") || oneOf.some((role) => held.includes(role))) return;
  throw new Refused(403, `One of these roles is missing: ${oneOf.join(", ")}.`);
}

/** May the caller touch this entity? Scope is AllStores, AllMarkets or named ones (published). */
export function inScope(
  store: OmniumStore,
  entity: { marketId: unknown; storeIds: readonly unknown[] },
  storesCount: boolean,
): boolean {
  const { client } = store;
  if (client === undefined) return true;
  const { marketId } = entity;
  if (client.markets !== null && typeof marketId === "string" && !client.markets.includes(marketId))
    return false;
  if (client.stores === null || !storesCount) return true;
  return entity.storeIds.some((id) => typeof id === "string" && client.stores?.includes(id));
}

/** (assumed) by market always, by the customer's storeIds only with RequireStoreIdsForAccess (§4.5). */
export function mayReachCustomer(store: OmniumStore, fields: JsonObject): boolean {
  const storeIds = Array.isArray(fields["storeIds"]) ? fields["storeIds"] : [];
  const entity = { marketId: fields["marketId"], storeIds };
  return inScope(store, entity, store.profile.requireStoreIdsForAccess);
}

export function mayReachOrder(store: OmniumStore, fields: JsonObject): boolean {
  return inScope(store, { marketId: fields["marketId"], storeIds: [fields["storeId"]] }, true);
}

export function forbidden(): Refused {
  return new Refused(403, "No access to this store or market.");
}
