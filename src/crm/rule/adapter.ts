import { failed, ok } from "../../model/outcome.ts";
import type { Upstream } from "../../upstream/answer.ts";
import type { Crm } from "../port.ts";
import type { Log } from "../reply.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { createClient, type RuleOptions } from "./client.ts";
import { consentsOf } from "./consents.ts";
import { get, search } from "./customer_reads.ts";
import { create, update } from "./customer_saves.ts";
import { deliver } from "./deliveries.ts";
import { instruments, status } from "./instruments.ts";
import { issueChecks, mirror } from "./mirror.ts";
import { purchases } from "./purchases.ts";
import type { Session } from "./session.ts";

const notSupported = () => Promise.resolve(failed({ kind: "not_supported" } as const));

/** Rule behind the port (contracts/rule.md). */
export const createRule = (
  options: RuleOptions,
  upstream: Upstream,
  log: Log,
  now: () => number,
  session?: Session,
): Crm => {
  const rule = createClient(options, upstream, log, now, session);
  return {
    capabilities: capabilitiesOf(options.settings),
    search: (key, call) => search(rule, key, call),
    lookup: notSupported,
    get: (customerId, call) => get(rule, customerId, call),
    create: (person, call) => create(rule, person, call),
    update: (customerId, changes, before, call) => update(rule, customerId, changes, before, call),
    purchases: (customerId, page, call) => purchases(rule, customerId, page, call),
    consents: () => Promise.resolve(ok(consentsOf(options.settings))),
    instruments: (customerId, call) => instruments(rule, customerId, call),
    // The ledger keeps every use: Rule has no call that redeems (contracts/rule.md 9).
    commit: notSupported,
    reverse: notSupported,
    status: (customerId, ref, call) => status(rule, customerId, ref, call),
    mirror: (customerId, use, call) => mirror(rule, customerId, use, call),
    issueChecks: (customerId, checks, call) => issueChecks(rule, customerId, checks, call),
    deliver: (sales, call) => deliver(rule, sales, call),
  };
};
