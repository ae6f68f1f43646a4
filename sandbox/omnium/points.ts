import { Big } from "big.js";
import { text } from "../json.ts";
import type { Member, Order } from "./model.ts";
import { netTotal } from "./order_view.ts";
import type { OmniumStore } from "./store.ts";

const YEAR_MS = 365 * 86_400_000;

/** Points come from orders, not from calls (published); how many is the tenant's setting (assumed). */
export function settlePoints(store: OmniumStore, order: Order): Order {
  const member = memberOf(store, order);
  if (member === undefined) return order;
  const points = pointsFor(store, netTotal(order));
  if (order.status === "Completed") return earned(store, order, member, points);
  if (order.status.startsWith("OrderCanceled")) return released(store, order, member);
  if (order.heldPoints !== "0") return order;
  store.saveMember({ ...member, onHold: plus(member.onHold, points) });
  return { ...order, heldPoints: points.toString() };
}

/** What is returned loses its points, or keeps them: not published (contracts/omnium.md §19). */
export function takeBack(store: OmniumStore, order: Order, returned: Big): void {
  const member = memberOf(store, order);
  if (member === undefined || order.earnedPoints === "0") return;
  const points = store.profile.pointsTakenBack ? pointsFor(store, returned) : new Big(0);
  store.saveMember({
    ...member,
    balance: plus(member.balance, points.times(-1)),
    tierAmount: plus(member.tierAmount, returned.times(-1)),
  });
}

/** CustomerClubMoveFromOnHoldToEarnedPoints, and CustomerClubCalculateAndUpdateTierForMember. */
function earned(store: OmniumStore, order: Order, member: Member, points: Big): Order {
  if (order.earnedPoints !== "0") return order;
  const created = store.clock.iso();
  const expireDate = new Date(store.clock.now() + YEAR_MS).toISOString();
  store.saveMember({
    ...member,
    onHold: plus(member.onHold, new Big(order.heldPoints).times(-1)),
    balance: plus(member.balance, points),
    issued: plus(member.issued, points),
    validPoints: [
      ...member.validPoints,
      { amount: points.toString(), created, expireDate, orderId: order.id },
    ],
    tierAmount: plus(member.tierAmount, netTotal(order)),
    tierOrders: member.tierOrders + 1,
  });
  return { ...order, heldPoints: "0", earnedPoints: points.toString() };
}

/** CustomerClubCancelNewPointsOnHold. */
function released(store: OmniumStore, order: Order, member: Member): Order {
  store.saveMember({
    ...member,
    onHold: plus(member.onHold, new Big(order.heldPoints).times(-1)),
  });
  return { ...order, heldPoints: "0" };
}

function memberOf(store: OmniumStore, { fields }: Order): Member | undefined {
  const customerId = text(fields["customerId"]);
  if (customerId === undefined || store.profile.useExternalBonusPointsProvider) return undefined;
  return store.members.get(customerId);
}

function pointsFor(store: OmniumStore, amount: Big): Big {
  return amount.times(store.profile.pointsPerUnit).round(0, Big.roundDown);
}

function plus(amount: string, more: Big): string {
  return new Big(amount).plus(more).toString();
}
