import * as z from "zod";
import type { JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { mayReachCustomer } from "./access.ts";
import { bodyOf } from "./body.ts";
import { memberView } from "./club_view.ts";
import { Refused } from "./errors.ts";
import type { Member } from "./model.ts";
import { wholeNumber } from "./query.ts";
import { flag, texts, whole } from "./schema.ts";
import { found, historyPage, pageOf } from "./search.ts";
import type { OmniumStore } from "./store.ts";

const searchSchema = z.strictObject({
  customerIds: texts,
  emailMarketingConsent: flag,
  marketIds: texts,
  storeIds: texts,
  page: whole,
  take: whole,
});

/** `POST /PrivateCustomers/CustomerClubMembers/Search`; pages from 0, like the customers' (assumed). */
export function search(store: OmniumStore, call: Call): Reply {
  const wanted = bodyOf(call, searchSchema, store.profile);
  const page = pageOf(wanted, 0);
  const named = (ids: string[] | null | undefined, id: unknown): boolean =>
    !ids || ids.length === 0 || ids.some((one) => one === id);
  const rows = reachable(store, store.index.members.rows()).filter(
    (member) =>
      named(wanted.customerIds, member.customerId) &&
      named(wanted.storeIds, member.storeId) &&
      named(wanted.marketIds, fieldsOf(store, member)["marketId"]) &&
      (typeof wanted.emailMarketingConsent !== "boolean" ||
        member.consents.emailMarketing === wanted.emailMarketingConsent),
  );
  return found(
    rows.map((member) => memberView(store, member)),
    page,
  );
}

/** `GET /PrivateCustomers/GetAllCustomerClubMembers?page&pageSize&memberSince`; pages from 1 (assumed). */
export function all(store: OmniumStore, call: Call): Reply {
  const page = historyPage(wholeNumber(call, "page", 1), wholeNumber(call, "pageSize", 20));
  const since = call.query.get("memberSince");
  if (since !== null && Number.isNaN(Date.parse(since)))
    throw new Refused(400, "memberSince must be a date-time.");
  const rows = reachable(store, store.members.all()).filter(
    ({ memberSince }) => since === null || Date.parse(memberSince) >= Date.parse(since),
  );
  return found(
    rows.map((member) => memberView(store, member)),
    page,
  );
}

export function interests(store: OmniumStore): Reply {
  return ok([...new Set(store.members.all().flatMap((member) => member.interests))].toSorted());
}

function reachable(store: OmniumStore, members: Member[]): Member[] {
  return members.filter((member) => mayReachCustomer(store, fieldsOf(store, member)));
}

function fieldsOf(store: OmniumStore, member: Member): JsonObject {
  return store.customers.get(member.customerId)?.fields ?? {};
}
