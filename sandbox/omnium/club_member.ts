import * as z from "zod";
import type { Json, JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { memberView } from "./club_view.ts";
import { withoutNulls } from "./customer_view.ts";
import type { Customer, Member } from "./model.ts";
import { flag, text, texts } from "./schema.ts";
import type { OmniumStore } from "./store.ts";

export const patchRequest = z.strictObject({
  consents: z
    .strictObject({ approvedConsents: flag, emailMarketing: flag, smsMarketing: flag })
    .nullish(),
  interests: texts,
  storeId: text,
});

export function blankMember(store: OmniumStore, customer: Customer): Member {
  const now = store.clock.iso();
  const [storeId] = Array.isArray(customer.fields["storeIds"]) ? customer.fields["storeIds"] : [];
  return {
    customerId: customer.customerId,
    storeId: typeof storeId === "string" ? storeId : null,
    memberSince: now,
    approved: null,
    consents: { approvedConsents: false, emailMarketing: false, smsMarketing: false },
    customerClubConsents: [],
    interests: [],
    tierAmount: "0",
    tierOrders: 0,
    tierStart: now,
    balance: "0",
    onHold: "0",
    issued: "0",
    validPoints: [],
    salesPersonId: null,
    properties: [],
    writes: [],
  };
}

/** CopyConsentsToCustomerClubMember (contracts/omnium.md §4.5). */
export function copiedToMember(
  store: OmniumStore,
  customerId: string,
  consents: JsonObject[],
  call: Call,
): void {
  const member = store.members.get(customerId);
  if (member !== undefined) saved(store, call, { ...member, ...withList(member, consents) });
}

export function saved(store: OmniumStore, call: Call, member: Member): Reply {
  const write = store.stamp(call);
  return ok(memberView(store, store.saveMember({ ...member, writes: [...member.writes, write] })));
}

export function withList(
  old: Member | undefined,
  given: JsonObject[],
): Pick<Member, "consents" | "customerClubConsents"> {
  const rows = given.map(withoutNulls);
  const kept = (old?.customerClubConsents ?? []).filter(
    ({ type }) => !rows.some((row) => row["type"] === type),
  );
  const customerClubConsents = [...kept, ...rows];
  const yes = (type: string): boolean =>
    customerClubConsents.some((row) => row["type"] === type && row["status"] === true);
  return {
    customerClubConsents,
    consents: {
      approvedConsents: true,
      emailMarketing: yes("EmailMarketing"),
      smsMarketing: yes("SmsMarketing"),
    },
  };
}

export function withPatch(
  old: Member | undefined,
  body: z.infer<typeof patchRequest>,
): Partial<Member> {
  const before = old?.consents;
  const pick = (value: Json | undefined, otherwise: boolean | undefined): boolean =>
    typeof value === "boolean" ? value : (otherwise ?? false);
  return {
    consents: {
      approvedConsents: pick(body.consents?.approvedConsents, before?.approvedConsents),
      emailMarketing: pick(body.consents?.emailMarketing, before?.emailMarketing),
      smsMarketing: pick(body.consents?.smsMarketing, before?.smsMarketing),
    },
    ...(body.interests ? { interests: body.interests } : {}),
    ...(body.storeId ? { storeId: body.storeId } : {}),
  };
}
