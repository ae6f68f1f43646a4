import type { JsonObject } from "../json.ts";
import type { Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { contactNotFound, invalidContactId } from "./errors.ts";
import { guid } from "./keys.ts";
import { moneyView } from "./money.ts";
import type { HistoryEntry, Voucher } from "./model.ts";
import { paged } from "./paging.ts";
import type { VoyadoStore } from "./store.ts";

/** What both spellings share: reward vouchers (v3) and bonus checks (v2) are the same thing (published). */
export type Shelf = "available" | "redeemed" | "all";
export type Outcome =
  | { done: Voucher }
  | { refused: "notFound" | "redeemed" | "expired" | "active" | "limit" };

export function onShelf(store: VoyadoStore, contactId: string, shelf: Shelf): Voucher[] {
  const now = store.clock.now();
  const own = store.vouchers.by("contactId", contactId);
  if (shelf === "all") return own;
  return own.filter((voucher) =>
    shelf === "redeemed"
      ? voucher.redeemedOn !== null
      : voucher.redeemedOn === null && !expired(voucher, now),
  );
}

export function listOf(
  store: VoyadoStore,
  call: Call,
  id: string | null | undefined,
  shelf: Shelf,
  view: (voucher: Voucher) => JsonObject,
): Reply {
  const contactId = guid(id);
  if (contactId === undefined) return invalidContactId();
  if (store.contact(contactId) === undefined) return contactNotFound();
  return paged(call, store.profile, onShelf(store, contactId, shelf).map(view));
}

/** Fields under the same name in v2 and v3. */
export function commonView(store: VoyadoStore, voucher: Voucher): JsonObject {
  const { id, name, expiresOn, redeemedOn, value, localValues } = voucher;
  const shown = {
    id,
    name,
    redeemedOn,
    redeemed: redeemedOn !== null,
    expiresOn,
    value: moneyView(value),
  };
  return store.profile.omitLocalValues
    ? shown
    : { ...shown, localValues: localValues.map(moneyView) };
}

/** All or nothing: there is no amount (assumed). */
export function redeem(store: VoyadoStore, voucher: Voucher | undefined, seq: number): Outcome {
  if (voucher === undefined) return { refused: "notFound" };
  if (voucher.redeemedOn !== null) return { refused: "redeemed" };
  if (expired(voucher, store.clock.now())) return { refused: "expired" };
  const at = store.clock.iso();
  return {
    done: store.vouchers.put({
      ...voucher,
      redeemedOn: at,
      history: grown(voucher, { action: "redeem", at, seq }),
    }),
  };
}

/** Must be redeemed and not expired; 3 times by default; value and expiry stay (published). */
export function reactivate(store: VoyadoStore, voucher: Voucher | undefined, seq: number): Outcome {
  if (voucher === undefined) return { refused: "notFound" };
  if (voucher.redeemedOn === null) return { refused: "active" };
  if (expired(voucher, store.clock.now())) return { refused: "expired" };
  if (voucher.reactivations >= store.profile.reactivationLimit) return { refused: "limit" };
  const history = grown(voucher, { action: "reactivate", at: store.clock.iso(), seq });
  return {
    done: store.vouchers.put({
      ...voucher,
      redeemedOn: null,
      reactivations: voucher.reactivations + 1,
      history,
    }),
  };
}

function grown(voucher: Voucher, entry: HistoryEntry): HistoryEntry[] {
  return [...voucher.history, entry];
}

function expired(voucher: Voucher, now: number): boolean {
  return voucher.expiresOn !== null && Date.parse(voucher.expiresOn) <= now;
}
