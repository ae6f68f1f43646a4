import { failed, ok } from "../../model/outcome.ts";
import type { Upstream } from "../../upstream/answer.ts";
import type { Crm } from "../port.ts";
import type { Log } from "../reply.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { createClient, type Omnium, type OmniumOptions } from "./client.ts";
import { get, search, unknownCustomer } from "./customer_reads.ts";
import { create, update } from "./customer_saves.ts";
import { deliver } from "./deliveries.ts";
import { contactIn } from "./foreign_id.ts";
import { instruments } from "./instruments.ts";
import { findByContact } from "./issued.ts";
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
): Crm => omniumCrm(createClient(options, upstream, log, now, session));

export const omniumCrm = (omnium: Omnium): Crm => {
  const { settings } = omnium;
  return {
    capabilities: capabilitiesOf(settings),
    search: (key, call) => search(omnium, key, call),
    lookup: () => Promise.resolve(failed({ kind: "not_supported" })),
    get: async (customerId, call) => {
      const contactId = contactIn(customerId);
      if (contactId === undefined) return get(omnium, customerId, call);
      const found = await findByContact(omnium, contactId, call);
      if (!found.ok) return found;
      return found.value === undefined ? failed(unknownCustomer) : get(omnium, found.value, call);
    },
    create: (person, call) => create(omnium, person, call),
    update: (customerId, changes, before, call) =>
      update(omnium, customerId, changes, before, call),
    purchases: (customerId, page, call) => purchases(omnium, customerId, page, call),
    // Settings of the tenant's: no call that reads them is confirmed (contracts/omnium.md 4.5).
    consents: () =>
      Promise.resolve(
        ok(
          settings.consentTypes.map(({ type, title }) => ({ id: type, name: title, value: false })),
        ),
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
