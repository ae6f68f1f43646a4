import type { Store } from "../omnium/model.ts";
import { type Shop, SHOPS } from "./shops.ts";

/** Omnium's market ids are free text; these follow its own samples (NOR, SWE). */
const MARKET: Record<string, string> = { SE: "SWE", NO: "NOR", FI: "FIN", US: "USA" };

export function marketOf(country: string): string {
  return MARKET[country] ?? "SWE";
}

/** The store id is Sitoo's externalid (assumed); the warehouse is mapped as the connector does (§9.5). */
export function stores(): Store[] {
  const web: Store = {
    id: "100",
    name: "Web",
    availableOnMarkets: ["SWE"],
    externalIds: [],
    externalIdsList: [],
    isWarehouse: true,
  };
  return [web, ...SHOPS.map(store)];
}

function store(shop: Shop): Store {
  const warehouse = String(shop.warehouseId);
  return {
    id: shop.externalId,
    name: shop.name,
    availableOnMarkets: [marketOf(shop.country)],
    externalIds: [warehouse],
    externalIdsList: [{ providerName: "SitooWarehouseId", id: warehouse }],
    isWarehouse: true,
  };
}
