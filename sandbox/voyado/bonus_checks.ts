import type { JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { contactNotFound, invalidContactId, refuse } from "./errors.ts";
import { guid } from "./keys.ts";
import type { Voucher } from "./model.ts";
import type { VoyadoStore } from "./store.ts";
import { commonView, listOf, reactivate, redeem, type Shelf } from "./vouchers.ts";

/** v2 spelling of vouchers: checkNumber, bonusPoints, and 406 where v3 says 409 (contracts/voyado.md §3, §6). */
export function list(store: VoyadoStore, call: Call, shelf: Shelf): Reply {
  return listOf(store, call, call.params["contactId"], shelf, (voucher) =>
    checkView(store, voucher, shelf),
  );
}

export function redeemCheck(store: VoyadoStore, call: Call): Reply {
  const contactId = guid(call.params["contactId"]);
  const id = guid(call.params["bonusCheckId"]);
  if (contactId === undefined) return invalidContactId();
  if (id === undefined)
    return refuse(400, "InvalidBonusCheckId", "The bonus check id is not valid.");
  if (store.contact(contactId) === undefined) return contactNotFound();
  const voucher = store.vouchers.get(id);
  const outcome = redeem(store, voucher?.contactId === contactId ? voucher : undefined, call.seq);
  if ("done" in outcome) return ok(checkView(store, outcome.done, "all"));
  if (outcome.refused === "redeemed")
    return refuse(409, "BonusCheckAlreadyRedeemed", "The bonus check is already redeemed.");
  if (outcome.refused === "expired")
    return refuse(409, "BonusCheckExpired", "The bonus check has expired.");
  return refuse(404, "BonusCheckNotFound", "The bonus check was not found.");
}

/** `POST /api/v2/promotions/reward-vouchers/{id}/reactivate`. */
export function reactivateCheck(store: VoyadoStore, call: Call): Reply {
  const id = guid(call.params["voucherId"]);
  if (id === undefined)
    return refuse(400, "InvalidBonusCheckId", "The bonus check id is not valid.");
  const outcome = reactivate(store, store.vouchers.get(id), call.seq);
  if ("done" in outcome) return ok(checkView(store, outcome.done, "all"));
  if (outcome.refused === "active")
    return refuse(406, "RewardVoucherAlreadyActivated", "The reward voucher is already active.");
  if (outcome.refused === "expired")
    return refuse(406, "BonusCheckExpired", "The bonus check has expired.");
  if (outcome.refused === "limit")
    return refuse(
      406,
      "ReactivationLimitExceeded",
      "The reward voucher cannot be reactivated again.",
    );
  return refuse(404, "BonusCheckNotFound", "The bonus check was not found.");
}

/** `available` has no redeemed fields, `redeemed` only redeemedOn (published). */
export function checkView(store: VoyadoStore, voucher: Voucher, shelf: Shelf): JsonObject {
  const shown: JsonObject = {
    ...commonView(store, voucher),
    checkNumber: voucher.voucherNumber,
    bonusPoints: voucher.points,
  };
  if (shelf !== "all") delete shown["redeemed"];
  if (shelf === "available") delete shown["redeemedOn"];
  return shown;
}
