import * as z from "zod/mini";
import type { BonusCheck } from "../../model/instrument.ts";
import { ok } from "../../model/outcome.ts";
import type { Market } from "../../tenants/tenant.ts";
import type { CrmCall, CrmOutcome } from "../port.ts";
import type { Voyado } from "./client.ts";
import { isoWithOffset } from "../iso_time.ts";
import { readAs } from "./errors.ts";
import { parsePage } from "./page.ts";
import { isPathId, listRoute } from "./routes.ts";
import { expiryText } from "../texts.ts";
import { amountIn, idText, optionalText, orUndefined, parseEach } from "../wire_values.ts";

/** Contracts/voyado.md 6. The number (`voucherNumber`, v2 `checkNumber`) plays no part: vouchers go by `id`. */
const voucherSchema = z.looseObject({
  id: idText,
  name: optionalText,
  expiresOn: optionalText,
  redeemed: orUndefined(z.boolean()),
  redeemedOn: optionalText,
  value: z.optional(z.unknown()),
  localValues: z.optional(z.unknown()),
});
export type WireVoucher = z.infer<typeof voucherSchema>;

const pageSize = 100;
/** A customer with more than a thousand vouchers is a fault in the data, and a till must not wait for it. */
const maximumPages = 10;

/** `""`: all, whatever their state. */
export type VoucherList = "/available" | "/redeemed" | "";

/**
 * A contact's vouchers, page by page. `until` ends the reading early once one of them has been found.
 * Vouchers of an unknown form are dropped.
 */
export const readVouchers = async (
  voyado: Voyado,
  list: VoucherList,
  contactId: string,
  call: CrmCall,
  until: (voucher: WireVoucher) => boolean = () => false,
): CrmOutcome<readonly WireVoucher[]> => {
  const vouchers: WireVoucher[] = [];
  let offset = 0;
  for (let pages = 0; pages < maximumPages; pages += 1) {
    const reply = await voyado.send(
      {
        route: listRoute(list, voyado.settings),
        path: { contactId },
        query: { offset: String(offset), count: String(pageSize) },
      },
      call,
    );
    const page = readAs(
      reply,
      parsePage,
      { notFound: { kind: "customer_not_found" } },
      voyado.now(),
    );
    if (!page.ok) return page;
    const { items, totalCount } = page.value;
    const parsed = parseEach(voucherSchema, items).filter(({ id }) => isPathId(id));
    const count = items.length - parsed.length;
    if (count > 0) {
      voyado.log("crm_entries_unreadable", {
        part: "bonus_checks",
        count,
        request_id: call.requestId,
      });
    }
    vouchers.push(...parsed);
    offset += items.length;
    const isLast = totalCount === undefined ? items.length < pageSize : offset >= totalCount;
    if (items.length === 0 || isLast || vouchers.some(until)) return ok(vouchers);
  }
  voyado.log("crm_list_cut", {
    list: `vouchers${list}`,
    count: offset,
    request_id: call.requestId,
  });
  return ok(vouchers);
};

/** What a till can show of an available voucher; undefined when it has no amount in the tenant's currency. */
export const bonusCheckOf = (
  wire: WireVoucher,
  currency: string,
  market: Market,
): BonusCheck | undefined => {
  const minor = amountIn(currency, wire.value, wire.localValues);
  if (minor === undefined || minor <= 0) return undefined;
  const expiresAt = voucherExpiry(wire, market);
  const redeemedAt =
    wire.redeemedOn === undefined ? undefined : isoWithOffset(wire.redeemedOn, market.timeZone);
  return {
    kind: "bonus_check",
    id: wire.id,
    name: wire.name ?? "",
    amount: { minor, currency },
    redeemed: wire.redeemed ?? false,
    ...(redeemedAt === undefined ? {} : { redeemedAt }),
    ...(expiresAt === undefined ? {} : { expiresAt, description: expiryText(expiresAt, market) }),
  };
};

export const voucherExpiry = (wire: WireVoucher, market: Market): string | undefined =>
  wire.expiresOn === undefined ? undefined : isoWithOffset(wire.expiresOn, market.timeZone, "ends");
