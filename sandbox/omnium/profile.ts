import * as z from "zod";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { limits, phoneFormat } from "./profile_parts.ts";

const client = z.strictObject({
  id: z.string(),
  secret: z.string(),
  /** contracts/omnium.md §2; ApiOwner may everything. */
  roles: z.array(z.string()),
  /** null: AllStores, AllMarkets. */
  stores: z.array(z.string()).nullable().default(null),
  markets: z.array(z.string()).nullable().default(null),
});

const GATEWAY = ["CustomerAdmin", "OrderRead", "PromotionRead", "StoreRead", "POS Writer"];
const READER = ["CustomerRead", "OrderRead", "PromotionRead", "StoreRead"];
const known = (id: string, secret: string, roles: string[]): z.input<typeof client> => ({
  id: `sandbox-omnium-${id}`,
  secret: `sandbox-omnium-${secret}`,
  roles,
});

/** How this tenant of Omnium behaves where tenants differ or nothing is published (contracts/omnium.md §4.5, §16, §17). */
export const profileSchema = z.strictObject({
  clients: z
    .array(client)
    .prefault([
      known("client", "secret", GATEWAY),
      known("reader", "reader-secret", READER),
      known("owner", "owner-secret", ["ApiOwner"]),
      { ...known("norway", "norway-secret", GATEWAY), stores: ["400"], markets: ["NOR"] },
    ]),
  /** 10 days (published), by the instance's clock. */
  tokenLifeMs: z.number().positive().default(864_000_000),
  limits: limits.prefault({}),
  /** No body is published: ProblemDetails (assumed), plain text, {message}, or none. */
  errorBody: z.enum(["problem", "text", "message", "none"]).default("problem"),
  /** A name outside the model: not published, and refused because it is a client's mistake in any case (assumed). */
  unknownFields: z.enum(["refuse", "ignore"]).default("refuse"),
  /** Members without a value are answered as null (assumed) or left out. */
  showNulls: z.boolean().default(true),
  /** false: a path with a plus sign, escaped or not, is 404 (§19). */
  plusInPath: z.boolean().default(true),
  maxDocumentBytes: z.int().positive().default(1_000_000),

  customerIdField: z.enum(["Email", "Phone"]).nullable().default(null),
  /** A create whose customerId is not what CustomerIdField says. */
  customerIdMismatch: z.enum(["refuse", "replace"]).default("refuse"),
  /** true: with CustomerIdField Phone the id keeps the plus sign. */
  phoneIdPlus: z.boolean().default(false),
  requireUniqueCustomerEmails: z.boolean().default(false),
  requireUniqueCustomerPhoneNumbers: z.boolean().default(false),
  requireStoreIdsForAccess: z.boolean().default(false),
  phoneFormat: phoneFormat.prefault({}),
  consentTypes: z
    .array(
      z.strictObject({
        type: z.string(),
        content: z.string().default(""),
        isRequired: z.boolean().default(false),
        isFeatured: z.boolean().default(false),
      }),
    )
    .prefault([
      { type: "EmailMarketing" },
      { type: "SmsMarketing" },
      { type: "PostalMarketing" },
      { type: "PersonalOffers" },
    ]),
  copyConsentsToCustomerClubMember: z.boolean().default(false),
  /** `changes`: a consent posted again as it is adds no row (§11). */
  consentHistory: z.enum(["always", "changes"]).default("always"),
  /** Lists and address of a customer PATCH (§4.1, §17), null in it, and how its failures are told. */
  patchLists: z.enum(["replace", "merge"]).default("replace"),
  patchAddress: z.enum(["replace", "merge"]).default("replace"),
  patchNull: z.enum(["keep", "clear"]).default("keep"),
  patchFailure: z.enum(["counters", "status"]).default("counters"),
  /** GetNextCustomerNumber is switched on. */
  customerNumbers: z.boolean().default(true),
  /** Property that the search filter `taxId` looks at; "" finds nobody (§17). */
  taxIdProperty: z.string().default(""),
  externalIdShape: z.enum(["providerName", "source"]).default("providerName"),
  /** Joining the club again. */
  clubAddTwice: z.enum(["same", "409"]).default("same"),

  voucherPut: z.enum(["replace", "merge"]).default("replace"),
  /** false: a Redeemed voucher cannot become Available again: 400 (§17). */
  redeemedToAvailable: z.boolean().default(true),

  /** By the instance's clock (§16.6); `historyLagMs` is that of an order in the history calls. */
  searchLagMs: z.number().nonnegative().default(500),
  historyLagMs: z.number().nonnegative().default(0),
  historyOrder: z.enum(["newest", "oldest"]).default("newest"),
  /** Where an imported order tells Sitoo's order id, and its key, which is not published (§13). */
  sitooOrderIdPlace: z.enum(["externalIds", "properties", "none"]).default("externalIds"),
  sitooOrderIdKey: z.string().default("SitooOrderId"),

  queuedMs: z.number().nonnegative().default(2000),
  /** PosOrders with an id that is already there (§17). */
  posOrdersRepeat: z.enum(["duplicate", "409", "overwrite"]).default("duplicate"),
  negativeQuantities: z.enum(["refuse", "accept"]).default("refuse"),
  isB2CGetOrCreateDisabled: z.boolean().default(false),
  isB2CGetOrCreateFromOrderDisabled: z.boolean().default(false),
  useExternalBonusPointsProvider: z.boolean().default(false),
  /** Points per unit of the order's currency, from a completed order of a member; taken back on a return or not (§19). */
  pointsPerUnit: z.string().default("1"),
  pointsTakenBack: z.boolean().default(true),
  tiers: z
    .array(z.strictObject({ tierId: z.string(), name: z.string(), from: z.string() }))
    .default([
      { tierId: "basic", name: "Basic", from: "0" },
      { tierId: "gold", name: "Gold", from: "5000" },
      { tierId: "platinum", name: "Platinum", from: "20000" },
    ]),
  /** Roles for calls whose role is not published (§2): one of each list is enough. */
  voucherReadRoles: z.array(z.string()).default(["CustomerRead"]),
  voucherWriteRoles: z.array(z.string()).default(["CustomerAdmin"]),
  posImportRoles: z.array(z.string()).default(["POS Writer", "OrderAdmin"]),
});

export type Profile = z.infer<typeof profileSchema>;
export type Client = z.infer<typeof client>;

/** A patch may name one limit or one phone setting alone; lists are replaced whole. */
export function mergedProfile(profile: Profile, patch: JsonObject) {
  const old: JsonObject = JSON.parse(JSON.stringify(profile)) as JsonObject;
  const merged: JsonObject = { ...old };
  for (const [name, value] of Object.entries(patch)) merged[name] = deeper(old[name], value);
  return profileSchema.safeParse(merged);
}

function deeper(before: Json | undefined, change: Json): Json {
  return isObject(before) && isObject(change) ? { ...before, ...change } : change;
}
