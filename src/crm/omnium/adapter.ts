import { failed, ok } from "../../model/outcome.ts";
import type { Upstream } from "../../upstream/answer.ts";
import type { Crm } from "../port.ts";
import type { Log } from "../reply.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { createClient, type OmniumOptions } from "./client.ts";
import { get, search } from "./customer_reads.ts";
import { create, update } from "./customer_saves.ts";
import { deliver } from "./deliveries.ts";
import { instruments } from "./instruments.ts";
import { purchases } from "./purchases.ts";
import { commit, reverse, status } from "./redemptions.ts";
import type { Session } from "./session.ts";

/** Omnium OMS behind the port (contracts/omnium.md). */
export const createOmnium = (
  options: OmniumOptions,
  upstream: Upstream,
  log: Log,
  now: () => number,
  session?: Session,
): Crm => {
  const omnium = createClient(options, upstream, log, now, session);
  const { consentTypes } = options.settings;
  return {
    capabilities: capabilitiesOf(options.settings),
    search: (key, call) => search(omnium, key, call),
    lookup: () => Promise.resolve(failed({ kind: "not_supported" })),
    get: (customerId, call) => get(omnium, customerId, call),
    create: (person, call) => create(omnium, person, call),
    update: (customerId, changes, before, call) =>
      update(omnium, customerId, changes, before, call),
    purchases: (customerId, page, call) => purchases(omnium, customerId, page, call),
    // Settings of the tenant's: no call that reads them is confirmed (contracts/omnium.md 4.5).
    consents: () =>
      Promise.resolve(
        ok(consentTypes.map(({ type, title }) => ({ id: type, name: title, value: false }))),
      ),
    instruments: (customerId, call) => instruments(omnium, customerId, call),
    commit: (customerId, ref, call) => commit(omnium, customerId, ref, call),
    reverse: (customerId, ref, call) => reverse(omnium, customerId, ref, call),
    status: (customerId, ref, call) => status(omnium, customerId, ref, call),
    // A coupon's use reaches Omnium with the order, by its code; there is no other call (contracts/omnium.md 12).
    mirror: () => Promise.resolve(ok({})),
    deliver: (sales, call) => deliver(omnium, sales, call),
  };
};
