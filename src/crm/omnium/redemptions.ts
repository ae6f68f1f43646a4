import type { CrmFailure } from "../../model/crm_failure.ts";
import type { InstrumentRef } from "../../model/instrument.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import { isoWithOffset } from "../iso_time.ts";
import type { CrmCall, CrmOutcome, InstrumentStatus } from "../port.ts";
import type { Omnium } from "./client.ts";
import { readCoupons } from "./coupons.ts";
import { parseVoucher } from "./customer_wire.ts";
import { confirmed, type Meaning } from "./errors.ts";
import { hasExpired, readVouchers, type Voucher } from "./vouchers.ts";

const unknownInstrument = { kind: "instrument_not_found" } as const satisfies CrmFailure;

/** How long a search may be behind a write of ours, and how soon it is worth a second look. */
const [freshMs, lookAgainMs] = [5_000, 700];

const find = async (
  omnium: Omnium,
  customerId: string,
  id: string,
  call: CrmCall,
): CrmOutcome<Voucher | undefined> => {
  const vouchers = await readVouchers(omnium, customerId, call);
  return vouchers.ok ? ok(vouchers.value.find(({ wire }) => wire.id === id)) : vouchers;
};

const modifiedAt = ({ wire }: Voucher, { market }: Omnium): string | undefined =>
  wire.modified === undefined ? undefined : isoWithOffset(wire.modified, market.timeZone);

/** Saves the voucher whole with another status: Omnium looks at no status, so whoever calls has (contracts/omnium.md 12). */
const put = async (
  omnium: Omnium,
  { whole }: Voucher,
  status: "Redeemed" | "Available",
  meaning: Meaning,
  call: CrmCall,
) => {
  const reply = await omnium.send({ route: "PUT /Vouchers", body: { ...whole, status } }, call);
  return confirmed(reply, { notFound: unknownInstrument, ...meaning }, omnium.now());
};

/**
 * Redeems a voucher: read, then saved as Redeemed. Omnium would take the second save as well as the first,
 * and nobody would see it; so it is the ledger that lets one through, and this reading that meets a use elsewhere.
 * A use between the two calls, in the web shop, cannot be seen (docs/omnium.md).
 */
export const commit = async (
  omnium: Omnium,
  customerId: string,
  ref: InstrumentRef,
  call: CrmCall,
): CrmOutcome<{ readonly at?: string }> => {
  if (ref.kind === "promotion") return failed({ kind: "not_supported" });
  for (let tries = 1; ; tries += 1) {
    const found = await find(omnium, customerId, ref.id, call);
    if (!found.ok) return found;
    const voucher = found.value;
    const refusal = refusalOf(voucher, omnium);
    if (voucher === undefined || refusal !== undefined) {
      const changed = voucher === undefined ? undefined : modifiedAt(voucher, omnium);
      const isFresh = changed !== undefined && omnium.now() - Date.parse(changed) < freshMs;
      // Given back a moment ago, perhaps: the search may not know yet.
      if (isFresh && voucher?.wire.status === "Redeemed" && tries === 1) {
        await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
        continue;
      }
      return failed(refusal ?? unknownInstrument);
    }
    const conflict = { kind: "refused", detail: "omnium PUT /Vouchers: HTTP 409" } as const;
    const saved = await put(omnium, voucher, "Redeemed", { conflict }, call);
    // Two writers at once: read again who was first (contracts/omnium.md 12).
    if (!saved.ok && saved.failure === conflict && tries === 1) continue;
    if (!saved.ok) return saved;
    const wire = parseVoucher(saved.value.json);
    const at = wire && modifiedAt({ wire, whole: {} }, omnium);
    return ok(at === undefined ? {} : { at });
  }
};

const refusalOf = (voucher: Voucher | undefined, omnium: Omnium): CrmFailure | undefined => {
  if (voucher === undefined) return unknownInstrument;
  if (voucher.wire.status === "Redeemed") return { kind: "already_redeemed" };
  if (hasExpired(voucher.wire, omnium)) return { kind: "expired" };
  // Applied: it lies in a cart of the web shop.
  return voucher.wire.status === "Available" ? undefined : { kind: "already_redeemed" };
};

/** Whether Omnium lets a redeemed voucher become available again is not published; a refusal is told (assumed). */
export const reverse = async (
  omnium: Omnium,
  customerId: string,
  ref: InstrumentRef,
  call: CrmCall,
): CrmOutcome<Record<never, never>> => {
  if (ref.kind === "promotion") return failed({ kind: "not_supported" });
  const found = await find(omnium, customerId, ref.id, call);
  if (!found.ok) return found;
  const voucher = found.value;
  if (voucher === undefined) return failed(unknownInstrument);
  if (hasExpired(voucher.wire, omnium)) return failed(cannot("it has expired"));
  if (voucher.wire.status === "Applied") return failed(cannot("it lies in a cart"));
  // Saved even where the search calls it available: it may not have heard of our use yet.
  const saved = await put(omnium, voucher, "Available", { conflict: cannot("conflict") }, call);
  if (saved.ok) return ok({});
  return failed(saved.failure.kind === "refused" ? cannot(saved.failure.detail) : saved.failure);
};

const cannot = (detail: string) =>
  ({ kind: "cannot_reverse", detail }) as const satisfies CrmFailure;

/** What Omnium now says of an instrument; reads only. */
export const status = async (
  omnium: Omnium,
  customerId: string,
  ref: InstrumentRef,
  call: CrmCall,
): CrmOutcome<InstrumentStatus> => {
  if (ref.kind === "promotion") return couponStatus(omnium, customerId, ref.id, call);
  const found = await find(omnium, customerId, ref.id, call);
  if (!found.ok) return found;
  const voucher = found.value;
  if (voucher === undefined) return ok({ state: "gone" });
  const at = modifiedAt(voucher, omnium);
  if (voucher.wire.status === "Redeemed")
    return ok({ state: "redeemed", ...(at === undefined ? {} : { at }) });
  if (hasExpired(voucher.wire, omnium)) return ok({ state: "expired" });
  return ok({ state: voucher.wire.status === "Available" ? "available" : "gone" });
};

const couponStatus = async (
  omnium: Omnium,
  customerId: string,
  id: string,
  call: CrmCall,
): Promise<Outcome<InstrumentStatus, CrmFailure>> => {
  const coupons = await readCoupons(omnium, customerId, call);
  if (!coupons.ok) return coupons;
  if (coupons.value.failure !== undefined) return failed(coupons.value.failure);
  const coupon = coupons.value.promotions.find((one) => one.id === id);
  if (coupon === undefined) return ok({ state: "gone" });
  return ok({ state: coupon.redeemed ? "redeemed" : "available" });
};
