import type { CrmFailure } from "../../model/crm_failure.ts";
import type { InstrumentRef } from "../../model/instrument.ts";
import { failed, ok, unreachable, type Outcome } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, InstrumentStatus } from "../port.ts";
import type { Reply } from "../reply.ts";
import type { Voyado } from "./client.ts";
import { isoWithOffset } from "../iso_time.ts";
import { codeOf, confirmed } from "./errors.ts";
import type { Route } from "../route.ts";
import { readPromotions } from "./promotions.ts";
import { isPathId, redeemPromotionV2, routeOf, versionOf } from "./routes.ts";
import { readVouchers, voucherExpiry } from "./vouchers.ts";

const unknownInstrument = { kind: "instrument_not_found" } as const satisfies CrmFailure;

/** Redeems one instrument; sent once (contracts/voyado.md 5, 6, 12). */
export const commit = async (
  voyado: Voyado,
  contactId: string,
  ref: InstrumentRef,
  call: CrmCall,
): CrmOutcome<{ readonly at?: string }> => {
  if (!isPathId(contactId) || !isPathId(ref.id)) return failed(unknownInstrument);
  const redeemed = await sendRedeem(voyado, contactId, ref, call);
  if (!redeemed.ok) return redeemed;
  const at = redeemedOnOf(redeemed.value.json, voyado.market.timeZone);
  return ok(at === undefined ? {} : { at });
};

const sendRedeem = async (
  voyado: Voyado,
  contactId: string,
  ref: InstrumentRef,
  call: CrmCall,
): Promise<Outcome<Reply, CrmFailure>> => {
  const path = { contactId, instrumentId: ref.id };
  const write = (route: Route, body?: unknown) =>
    voyado.send(body === undefined ? { route, path } : { route, path, body }, call);
  const settle = (reply: Outcome<Reply, CrmFailure>) =>
    confirmed(reply, { notFound: unknownInstrument }, voyado.now());

  switch (ref.kind) {
    case "bonus_check":
      return settle(await write(routeOf("redeem_voucher", voyado.settings)));
    case "promotion": {
      const body = { redemptionChannel: "POS" };
      const reply = await write(routeOf("redeem_promotion", voyado.settings), body);
      // v3 may not know an assignment that v2 listed (17, assumed). A clear "not found" did nothing, so asking
      // the other path is no repeat.
      const isUnknown =
        reply.ok && reply.value.status === 404 && codeOf(reply.value) === "PromotionNotFound";
      return isUnknown && versionOf("redeem_promotion", voyado.settings) === "v3"
        ? settle(await write(redeemPromotionV2, body))
        : settle(reply);
    }
    default:
      return unreachable(ref.kind);
  }
};

const redeemedOnOf = (json: unknown, timeZone: string): string | undefined =>
  typeof json === "object" &&
  json !== null &&
  "redeemedOn" in json &&
  typeof json.redeemedOn === "string"
    ? isoWithOffset(json.redeemedOn, timeZone)
    : undefined;

/** Gives a voucher back, three times by default; Engage has no way to give back a promotion. */
export const reverse = async (
  voyado: Voyado,
  contactId: string,
  ref: InstrumentRef,
  call: CrmCall,
): CrmOutcome<Record<never, never>> => {
  switch (ref.kind) {
    case "promotion":
      return failed({ kind: "cannot_reverse", detail: "Engage has no un-redeem of promotions" });
    case "bonus_check": {
      if (!isPathId(contactId) || !isPathId(ref.id)) return failed(unknownInstrument);
      const path = { contactId, instrumentId: ref.id };
      const reply = await voyado.send(
        { route: routeOf("reactivate_voucher", voyado.settings), path },
        call,
      );
      const reversed = confirmed(
        reply,
        { notFound: unknownInstrument, conflict: { kind: "cannot_reverse", detail: "conflict" } },
        voyado.now(),
      );
      // Active already: the undo is done (3).
      return reversed.ok || reversed.failure.kind === "already_active" ? ok({}) : reversed;
    }
    default:
      return unreachable(ref.kind);
  }
};

/** What Engage now says of an instrument (12.3); reads only. */
export const status = async (
  voyado: Voyado,
  contactId: string,
  ref: InstrumentRef,
  call: CrmCall,
): CrmOutcome<InstrumentStatus> => {
  if (!isPathId(contactId) || !isPathId(ref.id)) return ok({ state: "gone" });
  switch (ref.kind) {
    case "promotion":
      return promotionStatus(voyado, contactId, ref.id, call);
    case "bonus_check":
      return voucherStatus(voyado, contactId, ref.id, call);
    default:
      return unreachable(ref.kind);
  }
};

/** Engage lists available promotions only, so a redeemed one is as gone as an expired one. */
const promotionStatus = async (
  voyado: Voyado,
  contactId: string,
  id: string,
  call: CrmCall,
): CrmOutcome<InstrumentStatus> => {
  const promotions = await readPromotions(voyado, contactId, call);
  if (!promotions.ok) return promotions;
  const promotion = promotions.value.find((candidate) => candidate.id === id);
  if (promotion === undefined) return ok({ state: "gone" });
  return ok(promotion.redeemed === true ? redeemedAt(promotion, voyado) : { state: "available" });
};

const voucherStatus = async (
  voyado: Voyado,
  contactId: string,
  id: string,
  call: CrmCall,
): CrmOutcome<InstrumentStatus> => {
  const isIt = (voucher: { id: string }) => voucher.id === id;
  const [redeemed, available] = await Promise.all([
    readVouchers(voyado, "/redeemed", contactId, call, isIt),
    readVouchers(voyado, "/available", contactId, call, isIt),
  ]);
  // A reactivated voucher may linger in the list of redeemed ones: what can be redeemed now is available.
  if (available.ok && available.value.some(isIt)) return ok({ state: "available" });
  if (!available.ok) return available;
  if (!redeemed.ok) return redeemed;
  const used = redeemed.value.find(isIt);
  if (used !== undefined) return ok(redeemedAt(used, voyado));

  const all = await readVouchers(voyado, "", contactId, call, isIt);
  if (!all.ok) return all;
  const left = all.value.find(isIt);
  if (left === undefined) return ok({ state: "gone" });
  if (left.redeemed === true) return ok(redeemedAt(left, voyado));
  const expiresAt = voucherExpiry(left, voyado.market);
  const hasExpired = expiresAt !== undefined && Date.parse(expiresAt) <= voyado.now();
  return ok({ state: hasExpired ? "expired" : "gone" });
};

const redeemedAt = (
  wire: { redeemedOn?: string | undefined },
  voyado: Voyado,
): InstrumentStatus => {
  const at =
    wire.redeemedOn === undefined
      ? undefined
      : isoWithOffset(wire.redeemedOn, voyado.market.timeZone);
  return { state: "redeemed", ...(at === undefined ? {} : { at }) };
};
