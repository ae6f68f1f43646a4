import { failed, ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, IssuedCheck, MirroredUse } from "../port.ts";
import { afterIssue, afterUse } from "./bonus_check_writes.ts";
import { checkId, checksText, type WireCheck } from "./bonus_checks.ts";
import type { Rule } from "./client.ts";
import { readCustomer, unknownSubscriber } from "./customer_reads.ts";
import type { Read } from "./customer_wire.ts";
import { confirmed } from "./errors.ts";
import { contactKey } from "./field_keys.ts";
import { checksOf } from "./instruments.ts";
import { dropRead } from "./session.ts";
import { addTags, removeTag } from "./tags.ts";

type Nothing = Record<never, never>;

/** The ledger's steps, told to Rule: a repeat writes the same again (contracts/rule.md 9). */
export const mirror = async (
  rule: Rule,
  id: string,
  use: MirroredUse,
  call: CrmCall,
): CrmOutcome<Nothing> => {
  if (use.ref.kind === "promotion") return mirrorTag(rule, id, use, call);
  const { settings, market } = rule;
  return changeChecks(rule, id, call, (checks) => {
    const form = settings.bonusChecks;
    const isIt = (check: WireCheck): boolean => checkId(check, form) === use.ref.id;
    return checks.some(isIt)
      ? checks.map((check) => (isIt(check) ? afterUse(check, use, form, market) : check))
      : undefined;
  });
};

/** The tag goes with the promotion only where the tenant says so: flows and segments hang on tags. */
const mirrorTag = async (
  rule: Rule,
  id: string,
  { ref, what }: MirroredUse,
  call: CrmCall,
): CrmOutcome<Nothing> => {
  const promotion = rule.settings.promotions.find((one) => one.id === ref.id);
  if (promotion?.untag !== true) return ok({});
  const { tag } = promotion;
  const done =
    what === "given_back"
      ? await addTags(rule, id, [tag], call)
      : await removeTag(rule, id, tag, call);
  return done.ok ? ok({}) : done;
};

/** Out of a file: new ones are added, known ones renewed as far as they were not used. */
export const issueChecks = async (
  rule: Rule,
  id: string,
  issued: readonly IssuedCheck[],
  call: CrmCall,
): CrmOutcome<{ readonly added: number; readonly changed: number }> => {
  const { settings, market } = rule;
  const form = settings.bonusChecks;
  let [added, changed] = [0, 0];
  const done = await changeChecks(rule, id, call, (checks) => {
    const rest = new Map(issued.map((one) => [one.id, one]));
    const known = checks.map((check) => {
      const own = checkId(check, form) ?? "";
      const again = rest.get(own);
      rest.delete(own);
      if (again === undefined) return check;
      const renewed = afterIssue(check, again, form, market);
      if (JSON.stringify(renewed) !== JSON.stringify(check)) changed += 1;
      return renewed;
    });
    added = rest.size;
    return [...known, ...[...rest.values()].map((one) => afterIssue({}, one, form, market))];
  });
  return done.ok ? ok({ added, changed }) : done;
};

/** All values of a group stay under 65 KiB (contracts/rule.md 5); the others of the group are short. */
const mostBytes = 56 * 1024;

/**
 * Read, change, write: Rule has no other way, and nothing that locks (contracts/rule.md 6). The customer's
 * ledger, one object, does it one after the other.
 * @param change undefined: what was to be changed is not there.
 */
const changeChecks = async (
  rule: Rule,
  id: string,
  call: CrmCall,
  change: (checks: readonly WireCheck[]) => readonly WireCheck[] | undefined,
): CrmOutcome<Nothing> => {
  dropRead(rule.session, call.requestId, id);
  const read = await readCustomer(rule, id, call);
  if (!read.ok) return read;
  const checks = checksOf(read.value, rule);
  if (checks === undefined)
    return failed({ kind: "refused", detail: "rule: bonuschecks is no JSON" });
  const changed = change(checks);
  if (changed === undefined) return failed({ kind: "instrument_not_found" });
  const form = rule.settings.bonusChecks;
  const text = checksText(changed, form);
  if (text === checksText(checks, form)) return ok({});
  if (form.container === "single" && changed.length > 1)
    return failed({
      kind: "refused",
      detail: "rule: the account holds one check for each customer",
    });
  if (new TextEncoder().encode(text).length > mostBytes)
    return failed({ kind: "refused", detail: "rule: more checks than one customer's field holds" });
  dropRead(rule.session, call.requestId, id);
  const request = {
    route: "PUT /v2/subscribers/{id}",
    path: { id },
    body: { fields: [checksField(rule, read.value, text)] },
  } as const;
  const meaning = { notFound: unknownSubscriber };
  const written = confirmed(await rule.send(request, call), meaning, rule.now());
  return written.ok ? ok({}) : written;
};

/** Of the type that the field has in the account, so that one made by hand is not refused. */
const checksField = ({ settings }: Rule, { fields }: Read, value: string) => {
  const key = contactKey(settings, "bonuschecks");
  return { key, value, type: fields.get(key)?.type ?? "json" };
};
