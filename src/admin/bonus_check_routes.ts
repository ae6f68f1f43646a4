import type { Crm, CrmCall, SearchKey } from "../crm/port.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../model/outcome.ts";
import { toE164 } from "../model/phone.ts";
import type { LedgerObject } from "../redemption/ledger_client.ts";
import { ledgerName } from "../redemption/redeem_id.ts";
import type { Found } from "../tenants/cache.ts";
import type { Channel, Market } from "../tenants/tenant.ts";
import { type AdminApp, jsonOf, refuse } from "./admin_app.ts";
import { bonusCheckBody, type BonusCheckRow } from "./bonus_check_body.ts";
import { issuedChecks } from "./bonus_check_row.ts";
import { noChannel } from "./crm_instances.ts";

export type BonusCheckDeps = {
  readonly crm: (channel: Channel) => Crm;
  readonly ledger: (name: string) => Pick<LedgerObject, "issueChecks">;
  readonly now: () => number;
  readonly log: (entry: Record<string, unknown>) => void;
};

/** What became of one line; `why` names no person. */
type RowAnswer =
  | { readonly outcome: "written" | "unchanged"; readonly added: number; readonly changed: number }
  | { readonly outcome: "would_write" | "not_found" }
  | { readonly outcome: "refused"; readonly why: string }
  /** The same line can be sent again. */
  | { readonly outcome: "try_later"; readonly why: string; readonly retry_after_ms?: number };

const wrongBody =
  "Send {rows: [{row, mobile or email, checks: [{id, value, name?, description?, currency?, valid_until?}]}]}, ten rows at most.";
const rowMs = 9_000;

/** `/tenants/{t}/channels/{c}/bonus-checks`: lines of a file, to a CRM whose checks come out of files. */
export const addBonusCheckRoutes = (app: AdminApp, deps: BonusCheckDeps): void => {
  app.post("/tenants/:tenant/channels/:channel/bonus-checks", async (c) => {
    const found = c.get("found");
    const channel = found.tenant.channels.get(c.req.param("channel"));
    if (channel === undefined) return refuse(c, 404, noChannel);
    if (deps.crm(channel).capabilities.issuesChecks !== true)
      return refuse(c, 400, `Bonus checks of ${channel.handler.kind} are not brought by a file.`);
    const body = bonusCheckBody.safeParse(await jsonOf(c));
    if (!body.success) return refuse(c, 400, wrongBody);
    const { rows, dry_run: dryRun = false } = body.data;
    const items = [];
    // One after the other: tills share the account's pace.
    for (const row of rows) {
      const call = { requestId: c.get("requestId"), deadline: deps.now() + rowMs };
      items.push({ row: row.row, ...(await bringRow(deps, found, channel, row, dryRun, call)) });
    }
    return c.json({ items });
  });
};

const bringRow = async (
  deps: BonusCheckDeps,
  { stored, tenant }: Found,
  channel: Channel,
  row: BonusCheckRow,
  dryRun: boolean,
  call: CrmCall,
): Promise<RowAnswer> => {
  const checks = issuedChecks(row, channel.market);
  if (!checks.ok) return { outcome: "refused", why: checks.failure };
  const holder = await holderOf(deps.crm(channel), row, channel.market, call);
  if (!holder.ok) return answerOf(holder.failure);
  const customerId = holder.value;
  if (customerId === undefined) return { outcome: "not_found" };
  if (dryRun) return { outcome: "would_write" };
  const name = await ledgerName(tenant.name, channel.crmInstance, customerId);
  const scope = { stored, channelId: channel.id };
  try {
    const issue = { customerId, checks: checks.value, ...call };
    const came = await deps.ledger(name).issueChecks(scope, issue);
    if (came.kind === "failed") return answerOf(came.failure);
    const { added, changed } = came;
    return { outcome: added + changed > 0 ? "written" : "unchanged", added, changed };
  } catch (fault) {
    const error = fault instanceof Error ? fault.name : "unknown";
    const { name: of } = tenant;
    deps.log({ level: "error", event: "ledger_away", tenant: of, operation: "issue", error });
    return { outcome: "try_later", why: "the ledger did not answer" };
  }
};

const answerOf = (failure: CrmFailure): RowAnswer => {
  switch (failure.kind) {
    case "customer_not_found":
      return { outcome: "not_found" };
    case "rate_limited": {
      const { retryAfterMs } = failure;
      const more = retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs };
      return { outcome: "try_later", why: "the CRM is busy", ...more };
    }
    case "timed_out":
    case "unavailable":
    case "unreadable":
      return { outcome: "try_later", why: "the CRM gave no clear answer" };
    case "refused":
      return { outcome: "refused", why: failure.detail };
    default:
      return { outcome: "refused", why: failure.kind.replaceAll("_", " ") };
  }
};

/** By phone first, as tills are advised to. */
const holderOf = async (
  crm: Crm,
  row: BonusCheckRow,
  { country }: Market,
  call: CrmCall,
): Promise<Outcome<string | undefined, CrmFailure>> => {
  const { mobile: typed = "", email } = row;
  // A spreadsheet takes a phone for a number, and drops its zero or its plus.
  const mobile = [typed, `0${typed}`, `+${typed}`]
    .filter((_one, index) => index === 0 || /^[1-9]\d+$/.test(typed))
    .map((one) => toE164(one, country))
    .find((one) => one !== undefined);
  const keys: SearchKey[] = [
    ...(mobile === undefined ? [] : [{ by: "mobile", value: mobile } as const]),
    ...(email === undefined ? [] : [{ by: "email", value: email.toLowerCase() } as const]),
  ];
  if (keys.length === 0) return failed({ kind: "refused", detail: "no phone and no e-mail" });
  for (const key of keys) {
    const match = await crm.search(key, call);
    if (!match.ok) return match;
    if (match.value !== undefined) return ok(match.value.id);
  }
  return ok(undefined);
};
