import type { BonusCheck } from "../../model/instrument.ts";
import { parseMinor } from "../../model/money.ts";
import { ok } from "../../model/outcome.ts";
import { isoWithOffset } from "../iso_time.ts";
import type { CrmCall, CrmOutcome } from "../port.ts";
import { expiryText } from "../texts.ts";
import type { Omnium } from "./client.ts";
import { parseFound, parseVoucher, type WireVoucher } from "./customer_wire.ts";
import { readAs } from "./errors.ts";

/** A voucher as it is read, and as it came: it is saved whole (contracts/omnium.md 12). */
export type Voucher = { readonly wire: WireVoucher; readonly whole: object };

const pageSize = 100;
/** A customer with more vouchers than this is a fault in the data, and a till must not wait for it. */
const mostPages = 10;

/** A customer's vouchers of any status. Pages from 0, as those of customers (assumed). */
export const readVouchers = async (
  omnium: Omnium,
  customerId: string,
  call: CrmCall,
): CrmOutcome<readonly Voucher[]> => {
  const vouchers: Voucher[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const body = { customerIds: [customerId], page, take: pageSize };
    const reply = await omnium.send({ route: "POST /Vouchers/Search", body }, call);
    const found = readAs(reply, parseFound, {}, omnium.now());
    if (!found.ok) return found;
    const { result, totalHits } = found.value;
    vouchers.push(
      ...result.flatMap((one) => {
        const wire = parseVoucher(one);
        // A filter that a tenant's Omnium does not know would show everybody's.
        return wire === undefined || wire.customerId !== customerId
          ? []
          : [{ wire, whole: one as object }];
      }),
    );
    const seen = page * pageSize + result.length;
    if (
      result.length === 0 ||
      (totalHits === undefined ? result.length < pageSize : seen >= totalHits)
    )
      return ok(vouchers);
  }
  omnium.log("crm_list_cut", {
    list: "vouchers",
    count: mostPages * pageSize,
    request_id: call.requestId,
  });
  return ok(vouchers);
};

export const voucherExpiry = ({ expiryDate }: WireVoucher, { market }: Omnium) =>
  expiryDate === undefined ? undefined : isoWithOffset(expiryDate, market.timeZone, "ends");

/** Nothing says that Omnium turns a voucher to Expired by itself. */
export const hasExpired = (wire: WireVoucher, omnium: Omnium): boolean => {
  const expiry = voucherExpiry(wire, omnium);
  return wire.status === "Expired" || (expiry !== undefined && Date.parse(expiry) <= omnium.now());
};

export const isUsable = ({ wire }: Voucher, omnium: Omnium): boolean =>
  wire.status === "Available" && !hasExpired(wire, omnium);

/** What a till can show of a usable voucher; undefined when it has no amount in the till's currency. */
export const bonusCheckOf = ({ wire }: Voucher, omnium: Omnium): BonusCheck | undefined => {
  const { currency } = omnium.market;
  const isOurs = wire.currency?.toUpperCase() === currency && wire.amount !== undefined;
  const minor = isOurs ? parseMinor(wire.amount ?? "", currency) : undefined;
  if (minor === undefined || minor <= 0) return undefined;
  const expiresAt = voucherExpiry(wire, omnium);
  return {
    kind: "bonus_check",
    id: wire.id,
    name: wire.voucherNumber ?? "",
    amount: { minor, currency },
    redeemed: false,
    ...(expiresAt === undefined
      ? {}
      : { expiresAt, description: expiryText(expiresAt, omnium.market) }),
  };
};
