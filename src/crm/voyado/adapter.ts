import type { Market, SectionConfig } from "../../tenants/tenant.ts";
import type { VoyadoSettings } from "../../tenants/voyado_settings.ts";
import type { Upstream } from "../../upstream/answer.ts";
import type { Crm } from "../port.ts";
import type { Log } from "../reply.ts";
import { capabilitiesOf } from "./capabilities.ts";
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
    capabilities: capabilitiesOf(settings),
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
