import type { Money } from "./money.ts";

export type InstrumentKind = "promotion" | "bonus_check";

/** Names one promotion or bonus check of one customer. */
export type InstrumentRef = { readonly kind: InstrumentKind; readonly id: string };

/** What a promotion gives at the till (contracts/sitoo.md 2.5; only `cart_percent` is published). */
export type Offer =
  | { readonly type: "cart_percent"; readonly percent: number }
  | { readonly type: "cart_amount"; readonly amount: Money }
  | { readonly type: "voucher"; readonly password: string }
  | { readonly type: "manual"; readonly text: string };

export type Promotion = {
  readonly kind: "promotion";
  readonly id: string;
  readonly name: string;
  readonly offer: Offer;
  readonly redeemed: boolean;
  /** ISO 8601 with offset. */
  readonly expiresAt?: string;
};

export type BonusCheck = {
  readonly kind: "bonus_check";
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly amount: Money;
  readonly redeemed: boolean;
  readonly redeemedAt?: string;
  readonly expiresAt?: string;
};

export type Instrument = Promotion | BonusCheck;

/** One string per instrument, for maps and storage keys. */
export const instrumentKey = (ref: InstrumentRef): string => `${ref.kind}:${ref.id}`;
