import { Big } from "big.js";
import type { JsonObject } from "../json.ts";
import { text, toJson } from "../json.ts";
import { shown } from "./customer_view.ts";
import type { Member } from "./model.ts";
import { jsonNumber } from "./money.ts";
import type { Profile } from "./profile.ts";
import type { OmniumStore } from "./store.ts";

const MEMBERS = [
  "customerId",
  "customerName",
  "firstName",
  "lastName",
  "email",
  "phone",
  "birthDate",
  "storeId",
  "marketId",
  "memberSince",
  // Spelled so (published).
  "membersshipApproved",
  "membershipEndDate",
  "consents",
  "customerClubConsents",
  "interests",
  "tier",
  "summary",
  "validPoints",
  "properties",
  "salesPersonId",
];

/** CustomerClubMember (contracts/omnium.md §5); the person's data are those of the customer (assumed). */
export function memberView(store: OmniumStore, member: Member): JsonObject {
  const fields = store.customers.get(member.customerId)?.fields ?? {};
  const names = [text(fields["firstName"]), text(fields["lastName"])];
  const person = Object.fromEntries(
    ["firstName", "lastName", "email", "phone", "birthDate", "marketId"].map((name) => [
      name,
      fields[name] ?? null,
    ]),
  );
  return shown(
    {
      ...toJson(member),
      ...person,
      customerName: names.filter((name) => name !== undefined).join(" "),
      membersshipApproved: member.approved,
      tier: tierView(member, store.profile),
      summary: {
        currentBalance: jsonNumber(new Big(member.balance)),
        newPointsOnHold: jsonNumber(new Big(member.onHold)),
        reservedPoints: 0,
        usedPoints: 0,
        expiredPoints: 0,
        totalIssuedPoints: jsonNumber(new Big(member.issued)),
      },
      validPoints: member.validPoints.map((points) => ({
        pointAmount: jsonNumber(new Big(points.amount)),
        created: points.created,
        expireDate: points.expireDate,
        orderId: points.orderId,
        skuIds: [],
      })),
    },
    MEMBERS,
    store.profile,
  );
}

/** The highest tier that the amount reaches; null on the last for what is missing to the next. */
function tierView(member: Member, { tiers }: Profile): JsonObject | null {
  const amount = new Big(member.tierAmount);
  const reached = tiers.findLast(({ from }) => amount.gte(from)) ?? tiers[0];
  if (reached === undefined) return null;
  const next = tiers.find(({ from }) => amount.lt(from));
  return {
    tierId: reached.tierId,
    name: reached.name,
    tierStart: member.tierStart,
    tierEnd: null,
    tierSummary: {
      amount: jsonNumber(amount),
      amountToNextTier: next === undefined ? null : jsonNumber(new Big(next.from).minus(amount)),
      numberOfOrders: member.tierOrders,
    },
  };
}
