import type { Route } from "../router.ts";
import * as bonusChecks from "./bonus_checks.ts";
import * as contacts from "./contacts.ts";
import { contactView } from "./contact_view.ts";
import * as definitions from "./definitions.ts";
import { contactId } from "./find_contact.ts";
import { memberStatus } from "./member_status.ts";
import { overview } from "./overview.ts";
import { lookup } from "./person_lookup.ts";
import * as points from "./points.ts";
import * as promotions from "./promotions.ts";
import * as receipts from "./receipts.ts";
import * as rewardVouchers from "./reward_vouchers.ts";
import { ok } from "../reply.ts";
import type { VoyadoStore } from "./store.ts";
import * as transactions from "./transactions.ts";

const { withContact } = contacts;

/** contracts/voyado.md §1: what is published in v3, and the v2 calls beside it. Anything else is 404. */
export function routes(store: VoyadoStore): Route[] {
  return [...both(store, "v2"), ...both(store, "v3"), ...v2(store), ...v3(store)];
}

function both(store: VoyadoStore, version: "v2" | "v3"): Route[] {
  const base = `/api/${version}`;
  return [
    ["GET", `${base}/contacts/id`, (call) => contactId(store, call)],
    ["GET", `${base}/contacts/count`, () => contacts.countContacts(store)],
    [
      "GET",
      `${base}/contacts/:contactId`,
      withContact(store, (contact) => ok(contactView(store, contact))),
    ],
    ["GET", `${base}/contactoverview`, (call) => overview(store, call, version)],
    ["GET", `${base}/consents`, () => definitions.consents(store)],
    ["GET", `${base}/stores`, (call) => definitions.stores(store, call)],
    ["POST", `${base}/stores`, (call) => definitions.addStore(store, call)],
    ["GET", `${base}/stores/:externalId`, (call) => definitions.oneStore(store, call)],
    ["GET", `${base}/point-accounts`, (call) => points.accounts(store, call, version)],
    ["POST", `${base}/receipts`, (call) => receipts.post(store, call)],
    [
      "POST",
      `${base}/contacts/:contactId/updateContactType`,
      withContact(store, (contact, { query }) =>
        contacts.changeType(store, contact, query.get("contactTypeId")),
      ),
    ],
  ];
}

function v3(store: VoyadoStore): Route[] {
  return [
    ["POST", "/api/v3/contacts", (call) => contacts.create(store, call, contacts.v3Options(call))],
    [
      "PATCH",
      "/api/v3/contacts/:contactId",
      withContact(store, (contact, call) => contacts.update(store, contact, call)),
    ],
    [
      "POST",
      "/api/v3/promotion-assignments/:assignmentId/redeem",
      (call) => promotions.redeemAssignment(store, call),
    ],
    ["GET", "/api/v3/reward-vouchers", (call) => rewardVouchers.list(store, call, "all")],
    [
      "GET",
      "/api/v3/reward-vouchers/available",
      (call) => rewardVouchers.list(store, call, "available"),
    ],
    [
      "GET",
      "/api/v3/reward-vouchers/redeemed",
      (call) => rewardVouchers.list(store, call, "redeemed"),
    ],
    [
      "POST",
      "/api/v3/reward-vouchers/:voucherId/redeem",
      (call) => rewardVouchers.redeemVoucher(store, call),
    ],
    [
      "POST",
      "/api/v3/reward-vouchers/:voucherId/reactivate",
      (call) => rewardVouchers.reactivateVoucher(store, call),
    ],
    ["GET", "/api/v3/point-transactions", (call) => points.transactions(store, call)],
  ];
}

function v2(store: VoyadoStore): Route[] {
  const contact = "/api/v2/contacts/:contactId";
  return [
    ["POST", "/api/v2/contacts", (call) => contacts.create(store, call, contacts.v2Options(call))],
    ["POST", contact, withContact(store, (row, call) => contacts.update(store, row, call))],
    [
      "DELETE",
      contact,
      withContact(store, (row) => (store.contacts.delete(row.id), { status: 204 })),
    ],
    [
      "POST",
      `${contact}/promoteToMember`,
      withContact(store, (row) => contacts.changeType(store, row, "Member")),
    ],
    [
      "POST",
      `${contact}/preferences/:preference`,
      withContact(store, (row, call) => contacts.setPreference(store, row, call)),
    ],
    [
      "GET",
      `${contact}/promotions`,
      withContact(store, (row, call) => promotions.list(store, row, call)),
    ],
    [
      "POST",
      `${contact}/promotions/:promotionId/redeem`,
      (call) => promotions.redeemOfContact(store, call),
    ],
    [
      "POST",
      "/api/v2/promotions/codes/:assignmentId/redeem",
      (call) => promotions.redeemAssignment(store, call),
    ],
    ["GET", `${contact}/bonuschecks`, (call) => bonusChecks.list(store, call, "all")],
    [
      "GET",
      `${contact}/bonuschecks/available`,
      (call) => bonusChecks.list(store, call, "available"),
    ],
    ["GET", `${contact}/bonuschecks/redeemed`, (call) => bonusChecks.list(store, call, "redeemed")],
    [
      "POST",
      `${contact}/bonuschecks/:bonusCheckId/redeem`,
      (call) => bonusChecks.redeemCheck(store, call),
    ],
    [
      "POST",
      "/api/v2/promotions/reward-vouchers/:voucherId/reactivate",
      (call) => bonusChecks.reactivateCheck(store, call),
    ],
    [
      "GET",
      `${contact}/bonuspointtransactions`,
      withContact(store, (row, call) => points.bonusPoints(store, row, call)),
    ],
    [
      "GET",
      `${contact}/transactions`,
      withContact(store, (row, call) => transactions.list(store, row, call)),
    ],
    ["POST", "/api/v2/transactions", (call) => receipts.postTransactions(store, call)],
    ["GET", "/api/v2/personlookup/getpersonlookup", (call) => lookup(store, call)],
    ["GET", "/api/v2/memberstatus", (call) => memberStatus(store, call)],
  ];
}
