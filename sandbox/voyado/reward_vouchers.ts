import type { JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { refuse } from "./errors.ts";
import { guid } from "./keys.ts";
import type { Voucher } from "./model.ts";
import type { VoyadoStore } from "./store.ts";
import { commonView, listOf, type Outcome, reactivate, redeem, type Shelf } from "./vouchers.ts";

/** v3 spelling of vouchers (contracts/voyado.md §6). */
export function list(store: VoyadoStore, call: Call, shelf: Shelf): Reply {
  return listOf(store, call, call.query.get("contactId"), shelf, (voucher) => view(store, voucher));
}

export function redeemVoucher(store: VoyadoStore, call: Call): Reply {
  return act(store, call, redeem);
}

export function reactivateVoucher(store: VoyadoStore, call: Call): Reply {
  return act(store, call, reactivate);
}

function act(
  store: VoyadoStore,
  call: Call,
  step: (store: VoyadoStore, voucher: Voucher | undefined, seq: number) => Outcome,
): Reply {
  const id = guid(call.params["voucherId"]);
  if (id === undefined)
    return refuse(400, "InvalidRewardVoucherId", "The reward voucher id is not valid.");
  const outcome = step(store, store.vouchers.get(id), call.seq);
  return "done" in outcome ? ok(view(store, outcome.done)) : refusal(outcome.refused);
}

function refusal(reason: "notFound" | "redeemed" | "expired" | "active" | "limit"): Reply {
  switch (reason) {
    case "notFound":
      return refuse(404, "RewardVoucherNotFound", "The reward voucher was not found.");
    case "redeemed":
      return refuse(409, "RewardVoucherAlreadyRedeemed", "The reward voucher is already redeemed.");
    case "expired":
      return refuse(409, "RewardVoucherExpired", "The reward voucher has expired.");
    case "active":
      return refuse(409, "RewardVoucherAlreadyActivated", "The reward voucher is already active.");
    case "limit":
      return refuse(
        409,
        "ReactivationLimitExceeded",
        "The reward voucher cannot be reactivated again.",
      );
  }
}

function view(store: VoyadoStore, voucher: Voucher): JsonObject {
  return {
    ...commonView(store, voucher),
    voucherNumber: voucher.voucherNumber,
    points: voucher.points,
  };
}
