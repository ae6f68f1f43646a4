import type { Promotion } from "../model/instrument.ts";
import type { InstrumentsSeen, InstrumentsTaken } from "../orders/journal_deps.ts";
import type { ReadVoucherPassword } from "../orders/voucher_passwords.ts";
import type { VoucherUse } from "../orders/vouchers_used.ts";
import { goodsOf, type OfferUse, type OrderUse } from "../redemption/order_use.ts";
import { notFoundOut, type Opened } from "./channels.ts";

export type OfferDeps = {
  readonly voucherPassword: ReadVoucherPassword;
  readonly now: () => number;
};

const callMs = 10_000;
const done: InstrumentsTaken = { ok: true };

/**
 * Leads a closed order's Sitoo vouchers back to the offers that they are (design.md 6.11): a
 * promotion whose password opens the voucher was used. The customer's ledger says which one, so
 * that it stays the same however often the order is told. A voucher that no promotion opens, such
 * as every member's, means nothing.
 */
export const settleOffers = async (
  use: OrderUse,
  channels: readonly Opened[],
  seen: InstrumentsSeen,
  deps: OfferDeps,
): Promise<InstrumentsTaken> => {
  const willing = channels.filter(({ crm }) => crm.capabilities.offersByPassword);
  if (seen.vouchers.length === 0 || willing.length === 0) return done;
  const opened = new Map<string, readonly VoucherUse[]>();
  for (const voucher of seen.vouchers) {
    const read = await deps.voucherPassword(seen.account, voucher.id, deps.now() + callMs);
    if (read.kind === "retry") return { ok: false, detail: read.detail };
    if (read.password !== undefined)
      opened.set(read.password, [...(opened.get(read.password) ?? []), voucher]);
  }
  const outcomes = await Promise.all(
    willing.map((channel) => settleIn(channel, use, opened, seen, deps)),
  );
  return outcomes.find((one) => !one.ok) ?? done;
};

const settleIn = async (
  { crm, customer, index, ledger, ledgerOf, scope }: Opened,
  use: OrderUse,
  opened: ReadonlyMap<string, readonly VoucherUse[]>,
  { sale }: InstrumentsSeen,
  deps: OfferDeps,
): Promise<InstrumentsTaken> => {
  // A password that is not there costs the CRM no search.
  if (opened.size === 0) return done;
  const found = await customer();
  if (found.kind === "retry") return notFoundOut(found);
  if (found.kind !== "found") return done;
  const { customerId, voucherPasswords = [] } = found;
  // What opens for this customer anyway was not opened by an offer.
  const passwords = [...opened].filter(([password]) => !voucherPasswords.includes(password));
  if (passwords.length === 0) return done;

  const call = { deadline: deps.now() + callMs, requestId: `order-${sale.id}` };
  const offered = await crm.instruments(customerId, call);
  if (!offered.ok && offered.failure.kind === "customer_not_found") return done;
  if (!offered.ok || offered.value.degraded.includes("promotions"))
    return { ok: false, detail: "the customer's promotions cannot be read" };
  const offers = passwords.map(([password, vouchers]) =>
    offerUse(password, vouchers, offered.value.promotions, sale),
  );
  const name = await ledgerOf(customerId);
  const { noted } = await ledger(name).orderClosed(scope, { customerId, use: { ...use, offers } });
  if (noted) await index.noteOrder(use.order, name);
  return done;
};

/** Several vouchers of one password are one offer; one that bears on the whole order bears on all. */
const offerUse = (
  password: string,
  vouchers: readonly VoucherUse[],
  promotions: readonly Promotion[],
  sale: InstrumentsSeen["sale"],
): OfferUse => {
  const isWhole = vouchers.some(({ goods }) => goods.length === 0);
  const amounts = vouchers.flatMap(({ amount }) => amount ?? []);
  return {
    password,
    promotions: promotions.filter(
      ({ offer, redeemed }) => !redeemed && offer.type === "voucher" && offer.password === password,
    ),
    bought: isWhole ? goodsOf(sale, "purchase") : vouchers.flatMap(({ goods }) => goods),
    ...(amounts.length < vouchers.length
      ? {}
      : { amount: amounts.reduce((sum, amount) => sum + amount, 0) }),
  };
};
