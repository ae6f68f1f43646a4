import type { Market, SectionConfig } from "../../tenants/tenant.ts";
import type { VoyadoSettings } from "../../tenants/voyado_settings.ts";
import type { Upstream } from "../../upstream/answer.ts";
import type { Capabilities, Crm } from "../port.ts";
import type { Log } from "../reply.ts";
import { createClient } from "./client.ts";
import { readConsents } from "./consents.ts";
import { search } from "./contact_find.ts";
import { get } from "./contact_reads.ts";
import { create, update } from "./contact_saves.ts";
import { deliver } from "./deliveries.ts";
import { instruments } from "./instruments.ts";
import { lookup } from "./lookup.ts";
import { purchases } from "./purchases.ts";
import { commit, reverse, status } from "./redemptions.ts";

/**
 * Engage wants to see fewer than 50 calls a second of a key (contracts/voyado.md 2). Tills use the
 * same one, a card is about four calls, so orders take 20. Half of what an order costs, the receipt,
 * goes to the orders' own key where there is one.
 */
const [sharedKeyRate, ownKeyRate] = [20, 40];

const capabilities: Capabilities = {
  searchBy: ["mobile", "email", "personal_id", "member_number", "customer_id"],
  lookupBy: ["mobile", "personal_id"],
  commit: { promotion: true, bonus_check: true },
  reverse: { promotion: false, bonus_check: true },
  // By `uniqueReceiptId` (contracts/voyado.md 8.2).
  deliveryIdempotent: true,
  deliveryBatch: 1,
  deliveryRate: sharedKeyRate,
  // An object has six connections; one is for the shard that makes customers.
  deliveryConcurrency: 5,
  // Contacts and instruments at once (11, assumed); receipts show in the history only after their import.
  readsOwnWrites: true,
  // A receipt needs its contact (contracts/voyado.md 8.2, published).
  anonymousSales: false,
  // No update, no reversal: a return receipt (contracts/voyado.md 11).
  takesBack: true,
  // EXTERNALOFFER (contracts/voyado.md 5).
  offersByPassword: true,
};

export type VoyadoOptions = {
  readonly settings: VoyadoSettings;
  readonly sections: readonly SectionConfig[];
  readonly market: Market;
};

/** Voyado Engage behind the port (contracts/voyado.md). */
export const createVoyado = (
  options: VoyadoOptions,
  upstream: Upstream,
  log: Log,
  now: () => number,
): Crm => {
  const { settings, sections, market } = options;
  const voyado = createClient(settings, market, upstream, log, now);
  return {
    capabilities: {
      ...capabilities,
      ...(settings.ordersApiKey === settings.apiKey ? {} : { deliveryRate: ownKeyRate }),
    },
    search: (key, call) => search(voyado, sections, key, call),
    lookup: (key, call) => lookup(voyado, key, call),
    get: (customerId, call) => get(voyado, sections, customerId, call),
    create: (person, call) => create(voyado, sections, person, call),
    update: (customerId, changes, before, call) =>
      update(voyado, sections, customerId, changes, before, call),
    purchases: (customerId, page, call) => purchases(voyado, customerId, page, call),
    consents: (call) => readConsents(voyado, call),
    instruments: (customerId, call) => instruments(voyado, customerId, call),
    commit: (customerId, ref, call) => commit(voyado, customerId, ref, call),
    reverse: (customerId, ref, call) => reverse(voyado, customerId, ref, call),
    status: (customerId, ref, call) => status(voyado, customerId, ref, call),
    deliver: (sales, call) => deliver(voyado, sales, call),
  };
};
