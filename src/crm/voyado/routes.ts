import type { Route } from "../route.ts";
import type { VoyadoCall, VoyadoSettings } from "../../tenants/voyado_settings.ts";

type Version = "v2" | "v3";

/**
 * Which path each call takes in each version (contracts/voyado.md 1).
 * The version is data, so that one call can fall back to v2 for one tenant.
 * Every path is published; that v2 takes receipts under the same name is read from its samples.
 */
const routes: { readonly [Call in VoyadoCall]: Readonly<Record<Version, Route>> } = {
  find: { v3: "GET /v3/contacts/id", v2: "GET /v2/contacts/id" },
  get: { v3: "GET /v3/contacts/{contactId}", v2: "GET /v2/contacts/{contactId}" },
  create: { v3: "POST /v3/contacts", v2: "POST /v2/contacts" },
  update: { v3: "PATCH /v3/contacts/{contactId}", v2: "POST /v2/contacts/{contactId}" },
  consents: { v3: "GET /v3/consents", v2: "GET /v2/consents" },
  stores: { v3: "GET /v3/stores", v2: "GET /v2/stores" },
  // `{list}` is "", "/available" or "/redeemed".
  vouchers: {
    v3: "GET /v3/reward-vouchers{list}?contactId={contactId}",
    v2: "GET /v2/contacts/{contactId}/bonuschecks{list}",
  },
  redeem_voucher: {
    v3: "POST /v3/reward-vouchers/{instrumentId}/redeem",
    v2: "POST /v2/contacts/{contactId}/bonuschecks/{instrumentId}/redeem",
  },
  reactivate_voucher: {
    v3: "POST /v3/reward-vouchers/{instrumentId}/reactivate",
    v2: "POST /v2/promotions/reward-vouchers/{instrumentId}/reactivate",
  },
  redeem_promotion: {
    v3: "POST /v3/promotion-assignments/{instrumentId}/redeem",
    v2: "POST /v2/promotions/codes/{instrumentId}/redeem",
  },
  receipts: { v3: "POST /v3/receipts", v2: "POST /v2/receipts" },
};

/** Calls for which only a v2 path is published (contracts/voyado.md 1). */
export const v2Only = {
  promotions: "GET /v2/contacts/{contactId}/promotions",
  transactions: "GET /v2/contacts/{contactId}/transactions",
  personLookup: "GET /v2/personlookup/getpersonlookup",
} as const satisfies Record<string, Route>;

/** Where v3 does not know a promotion that v2 listed (contracts/voyado.md 17, assumed). */
export const redeemPromotionV2 = routes.redeem_promotion.v2;

export const versionOf = (call: VoyadoCall, settings: VoyadoSettings): Version =>
  settings.versions[call] ?? "v3";

export const routeOf = (call: VoyadoCall, settings: VoyadoSettings): Route =>
  routes[call][versionOf(call, settings)];

/** Ids go into paths: a GUID passes, and nothing that could change the path. */
export const isPathId = (id: string): boolean => /^[A-Za-z0-9-]{1,64}$/.test(id);

/** `{list}` is ours, with its slash, so it is no value to encode. */
export const listRoute = (list: string, settings: VoyadoSettings): Route =>
  routeOf("vouchers", settings).replace("{list}", list) as Route;
