import type { InstrumentRef, Promotion } from "../../model/instrument.ts";
import { ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, Instruments, InstrumentStatus } from "../port.ts";
import { shownPart } from "../shown_part.ts";
import { bonusCheckOf, checkId, parseChecks, type WireCheck } from "./bonus_checks.ts";
import type { Rule } from "./client.ts";
import { readCustomer } from "./customer_reads.ts";
import type { Read } from "./customer_wire.ts";
import { contactKey } from "./field_keys.ts";

export const checksOf = ({ fields }: Read, { settings }: Rule): WireCheck[] | undefined =>
  parseChecks(fields.get(contactKey(settings, "bonuschecks"))?.value, settings.bonusChecks);

/** Tags stand for promotions by the tenant's table (contracts/rule.md 7). */
const promotionsOf = ({ subscriber }: Read, { settings }: Rule): Promotion[] =>
  settings.promotions
    .filter(({ tag }) => subscriber.tags.includes(tag))
    .map(({ id, name, offer }) => ({ kind: "promotion", id, name, offer, redeemed: false }));

/** Read once, beside the card; the ledger's uses are laid over them above. */
export const instruments = async (
  rule: Rule,
  id: string,
  call: CrmCall,
): CrmOutcome<Instruments> => {
  const read = await readCustomer(rule, id, call);
  if (!read.ok) return read;
  const { settings, market, now } = rule;
  const checks = checksOf(read.value, rule);
  // JSON that people have broken hides the checks alone.
  if (checks === undefined) rule.log("crm_entries_unreadable", { part: "bonus_checks", count: 1 });
  const hasExpired = (expiresAt: string | undefined): boolean =>
    expiresAt !== undefined && Date.parse(expiresAt) <= now();
  return ok({
    promotions: promotionsOf(read.value, rule),
    bonusChecks: shownPart(rule.log, "bonus_checks", ok(checks ?? []), call, (wire) =>
      bonusCheckOf(wire, settings.bonusChecks, market),
    ).filter((check) => !hasExpired(check.expiresAt)),
    voucherPasswords: [],
    sections: [],
    degraded: checks === undefined ? ["bonus_checks"] : [],
  });
};

/** What Rule's copy says; the ledger alone knows what is used. */
export const status = async (
  rule: Rule,
  id: string,
  ref: InstrumentRef,
  call: CrmCall,
): CrmOutcome<InstrumentStatus> => {
  const read = await readCustomer(rule, id, call);
  if (!read.ok) return read;
  if (ref.kind === "promotion") {
    const isThere = promotionsOf(read.value, rule).some((one) => one.id === ref.id);
    return ok({ state: isThere ? "available" : "gone" });
  }
  const { settings, market, now } = rule;
  const form = settings.bonusChecks;
  const wire = checksOf(read.value, rule)?.find((one) => checkId(one, form) === ref.id);
  const check = wire === undefined ? undefined : bonusCheckOf(wire, form, market);
  if (check === undefined) return ok({ state: "gone" });
  const { redeemed, redeemedAt, expiresAt } = check;
  if (redeemed)
    return ok({ state: "redeemed", ...(redeemedAt === undefined ? {} : { at: redeemedAt }) });
  const hasExpired = expiresAt !== undefined && Date.parse(expiresAt) <= now();
  return ok({ state: hasExpired ? "expired" : "available" });
};
