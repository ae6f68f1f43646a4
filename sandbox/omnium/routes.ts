import type { Reply } from "../reply.ts";
import type { Call, Route } from "../router.ts";
import { needs } from "./access.ts";
import * as club from "./club.ts";
import * as clubLists from "./club_lists.ts";
import * as consents from "./consents.ts";
import * as batch from "./customer_batch.ts";
import { patch as patchCustomer } from "./customer_patch.ts";
import * as customerSearch from "./customer_search.ts";
import * as customers from "./customers.ts";
import { orderRoutes } from "./order_routes.ts";
import * as privacy from "./privacy.ts";
import * as promotions from "./promotions.ts";
import type { OmniumStore } from "./store.ts";
import * as stores from "./stores.ts";
import * as vouchers from "./vouchers.ts";

type Handler = (store: OmniumStore, call: Call) => Reply;
export type Guarded = readonly [
  method: string,
  path: string,
  roles: (store: OmniumStore) => readonly string[],
  handler: Handler,
];

export const role =
  (...names: string[]) =>
  (): readonly string[] =>
    names;

const READ = role("CustomerRead");
const WRITE = role("CustomerAdmin");
const PEOPLE = "/PrivateCustomers";
const CLUB = `${PEOPLE}/:customerId/CustomerClubMember`;

/** contracts/omnium.md §4 to §7. Paths with words come before those with an id in the same place. */
const GUARDED: readonly Guarded[] = [
  ["POST", PEOPLE, WRITE, customers.create],
  ["POST", `${PEOPLE}/Update`, WRITE, customers.replaceWhole],
  ["PATCH", `${PEOPLE}/PatchPrivateCustomer`, WRITE, patchCustomer],
  ["POST", `${PEOPLE}/AddMany`, WRITE, batch.addMany],
  ["PUT", `${PEOPLE}/AddOrUpdateMany`, WRITE, batch.addOrUpdateMany],
  ["GET", `${PEOPLE}/GetCustomerByPhoneAndStore`, READ, customers.byPhoneAndStore],
  ["POST", `${PEOPLE}/Search`, READ, customerSearch.search],
  ["POST", `${PEOPLE}/Scroll`, READ, customerSearch.scroll],
  ["GET", `${PEOPLE}/Scroll/:scrollId`, READ, customerSearch.scrollOn],
  ["POST", `${PEOPLE}/Consents`, WRITE, consents.post],
  ["GET", `${PEOPLE}/Consents/:customerId`, READ, consents.list],
  ["DELETE", `${PEOPLE}/Anonymize`, WRITE, privacy.anonymise],
  ["GET", `${PEOPLE}/Information/:customerId`, READ, privacy.information],
  ["POST", `${PEOPLE}/AddComment`, WRITE, customers.addComment],
  ["POST", `${PEOPLE}/UpdateCustomerNumber`, WRITE, customers.setNumber],
  ["GET", `${PEOPLE}/GetNextCustomerNumber`, WRITE, customers.nextNumber],
  ["GET", `${PEOPLE}/GetAllCustomerClubMembers`, READ, clubLists.all],
  ["POST", `${PEOPLE}/CustomerClubMembers/Search`, READ, clubLists.search],
  ["GET", `${PEOPLE}/GetCustomerClubInterests`, READ, clubLists.interests],
  ["GET", `${PEOPLE}/:customerId`, READ, customers.read],
  ["DELETE", `${PEOPLE}/:customerId`, WRITE, customers.remove],
  ["GET", CLUB, READ, club.read],
  ["POST", `${CLUB}/Add`, WRITE, club.add],
  ["POST", `${CLUB}/AddPending`, WRITE, club.addPending],
  ["POST", `${CLUB}/AddWithConsentList`, WRITE, club.addWithConsents],
  ["POST", `${CLUB}/UpdateConsentList`, WRITE, club.updateConsents],
  ["POST", `${CLUB}/AddWithPatchRequest`, WRITE, club.addWithPatch],
  ["POST", `${CLUB}/UpdatedWithPatchRequest`, WRITE, club.updateWithPatch],
  ["POST", `${CLUB}/UpdateInterests`, WRITE, club.updateInterests],
  ["DELETE", `${CLUB}/Remove`, WRITE, club.remove],
  ["GET", "/CustomerPrivacy/ChangePrivateCustomerId", WRITE, privacy.changeId],
  ["POST", "/CustomerPrivacy/ChangePrivateCustomerIdBatch", WRITE, privacy.changeIds],
  ["PUT", "/Vouchers", ({ profile }) => profile.voucherWriteRoles, vouchers.put],
  ["POST", "/Vouchers/Search", ({ profile }) => profile.voucherReadRoles, vouchers.search],
  ["POST", "/Vouchers/ScrollSearch", ({ profile }) => profile.voucherReadRoles, vouchers.scroll],
  [
    "GET",
    "/Vouchers/Scroll/:scrollId",
    ({ profile }) => profile.voucherReadRoles,
    vouchers.scrollOn,
  ],
  ["DELETE", "/Vouchers/:id", ({ profile }) => profile.voucherWriteRoles, vouchers.remove],
  ["POST", "/Promotions/Search", role("PromotionRead"), promotions.search],
  [
    "GET",
    "/Promotions/GenerateSingleUsagePromotionCoupons/:id",
    role("PromotionAdmin"),
    promotions.generateCoupons,
  ],
  ["GET", "/Promotions/:id", role("PromotionRead"), promotions.read],
  ["GET", "/Stores", role("StoreRead"), stores.list],
  ["GET", "/Stores/GetByExternalId", role("StoreRead"), stores.byExternalId],
  ["GET", "/Stores/:storeId", role("StoreRead"), stores.read],
  ...orderRoutes,
];

export function routes(store: OmniumStore): Route[] {
  return GUARDED.map(([method, path, roles, handler]) => [
    method,
    `/api${path}`,
    (call) => {
      // There is a client whenever a route is reached: the vendor has looked at the token.
      if (store.client !== undefined) needs(store.client, roles(store));
      return handler(store, call);
    },
  ]);
}

/** Calls that count against the cap of batches (contracts/omnium.md §2). */
export function isBatch(path: string): boolean {
  return /\/(AddMany|AddOrUpdateMany|UpdateMany|ImportMany|ChangePrivateCustomerIdBatch)$/.test(
    path,
  );
}

export function isScrollStart({ method, path }: Call): boolean {
  return method === "POST" && /\/(Scroll|ScrollSearch)$/.test(path);
}
