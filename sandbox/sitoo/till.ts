import { Big } from "big.js";
import { text } from "../json.ts";
import { SHOPS, type Shop } from "../seed/shops.ts";
import type { Settings } from "../settings.ts";
import type { Order } from "./model.ts";
import type { OrderStore } from "./order_store.ts";
import type { Profile } from "./profile.ts";
import { BadQuery } from "./query.ts";
import type { Resources } from "./resources.ts";
import type { Tax } from "./rows.ts";

/** What selling needs to know of the account. */
export interface Till {
  orders: OrderStore;
  resources: Resources;
  settings: Settings;
  profile: Profile;
  /** Unix seconds. */
  now: number;
}

export const STAFF = { userid: "{AAAAAAAA-0000-4000-8000-000000000001}", externalid: "staff-1" };

/** By external id ("200") or by storeid (1). */
export function shopOf(storeId: string | number): Shop {
  const shop = SHOPS.find((one) => one.externalId === String(storeId) || one.storeId === storeId);
  if (shop === undefined)
    throw new BadQuery(
      `There is no store ${storeId}; try ${SHOPS.map((one) => one.externalId).join(", ")}`,
    );
  return shop;
}

export function registerOf(shop: Shop, registerId: string | undefined): Shop["registers"][number] {
  const found =
    registerId === undefined
      ? shop.registers[0]
      : shop.registers.find((one) => one.id.toLowerCase() === registerId.toLowerCase());
  if (found === undefined)
    throw new BadQuery(
      `Store ${shop.externalId} has no register ${registerId}; it has ${shop.registers.map((one) => one.id).join(", ")}`,
    );
  return found;
}

export function taxOf(shop: Shop, currency: string, vat: string | number): Tax {
  return { currency, vat: new Big(vat), salesTax: new Big(shop.salesTax ?? 0) };
}

export function nextOrderId(till: Till): number {
  return Math.max(till.orders.highestId() + 1, 10_001);
}

/** registerkey + running number, as in the published sample (assumed). */
export function nextReceiptId(till: Till, register: Shop["registers"][number]): string {
  const name = `receipt:${register.id}`;
  const stored = till.settings.get(name);
  const next = typeof stored === "number" ? stored : 1;
  till.settings.put(name, next + 1);
  return register.key + String(next).padStart(4, "0");
}

export interface CustomerIds {
  customerId?: string | undefined;
  memberNumber?: string | undefined;
}

/** How the CRM's ids come back on an order (contracts/sitoo.md §2.7, third party). */
export function customerData(profile: Profile, ids: CustomerIds): Record<string, string> {
  const names = {
    crm: ["crm-customerid", "crm-membernumber"],
    customcrm: ["customcrm-contactid", "customcrm-membernumber"],
    voyado: ["voyado-contactid", "voyado-membernumber"],
    none: [],
  };
  const [id, number] = names[profile.crmKeys];
  return {
    ...(id !== undefined && ids.customerId !== undefined ? { [id]: ids.customerId } : {}),
    ...(number !== undefined && ids.memberNumber !== undefined
      ? { [number]: ids.memberNumber }
      : {}),
  };
}

export function itemData(
  profile: Profile,
  ids: { promotionId?: string | undefined; bonusCheckId?: string | undefined },
): Record<string, string> {
  const names = {
    crm: ["crm-promotionid", "crm-bonuscheckid"],
    customcrm: ["customcrm-promotionid", "customcrm-bonuscheckid"],
    voyado: [],
    none: [],
  };
  const [promotion, check] = names[profile.crmKeys];
  return {
    ...(promotion !== undefined && ids.promotionId !== undefined
      ? { [promotion]: ids.promotionId }
      : {}),
    ...(check !== undefined && ids.bonusCheckId !== undefined ? { [check]: ids.bonusCheckId } : {}),
  };
}

/** The notice Sitoo posts to a subscriber (contracts/sitoo.md §4.2): ids only. */
export function eventsOf(
  till: Till,
  order: Order,
  accountId = till.profile.accountId,
): { [field: string]: string | number | Record<string, string | number> }[] {
  const state =
    order.orderstateid === 10 ? "closed" : order.orderstateid === 20 ? "cancelled" : "open";
  const data = {
    eshop_id: order.eshopid,
    order_id: order.orderid,
    ...(typeof order["warehouseid"] === "number" ? { warehouse_id: order["warehouseid"] } : {}),
    order_event_type: state === "open" ? "add" : "update",
    order_state_changed: state,
  };
  return [
    {
      event_id: crypto.randomUUID().replaceAll("-", ""),
      event_type: "order",
      event_date: till.now,
      account_id: accountId,
      data,
    },
  ];
}

export function receiptIdOf(order: Order): string {
  return text(order.additionaldata["pos-receiptid"]) ?? "";
}
