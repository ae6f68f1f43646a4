import type { CrmFailure } from "../../model/crm_failure.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { OmetriaSettings } from "../../tenants/ometria_settings.ts";
import type { DeliverySettings, Market, SectionConfig } from "../../tenants/tenant.ts";
import type { Upstream } from "../../upstream/answer.ts";
import type { Crm } from "../port.ts";
import type { Log } from "../reply.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { createClient } from "./client.ts";
import { search } from "./customer_find.ts";
import { profileOf, readKnown } from "./customer_reads.ts";
import { create, update } from "./customer_saves.ts";
import { deliver } from "./deliveries.ts";
import { refusedLate } from "./late_refusals.ts";
import { mirror } from "./mirror.ts";
import { instruments } from "./offers.ts";
import { mailReceipt } from "./receipt_mail.ts";

export type OmetriaOptions = {
  readonly settings: OmetriaSettings;
  readonly sections: readonly SectionConfig[];
  readonly market: Market;
  readonly delivery: DeliverySettings;
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Ometria behind the port (contracts/ometria.md). */
export const createOmetria = (
  { settings, sections, market, delivery }: OmetriaOptions,
  upstream: Upstream,
  log: Log,
  now: () => number,
  pause = sleep,
): Crm => {
  const ometria = createClient({ settings, delivery, market, now, log, pause }, upstream);
  const none = async () => failed<CrmFailure>({ kind: "not_supported" });
  return {
    capabilities: capabilitiesOf(settings),
    search: (key, call) => search(ometria, sections, key, call),
    lookup: none,
    async get(customerId, call) {
      const read = await readKnown(ometria, customerId, call);
      return read.ok ? ok(profileOf(ometria, sections, read.value)) : read;
    },
    create: (person, call) => create(ometria, sections, person, call),
    update: (customerId, changes, before, call) =>
      update(ometria, sections, customerId, changes, before, call),
    // A profile has sums, and no orders (contracts/ometria.md 6).
    purchases: async () => ok({ items: [], totalCount: 0 }),
    consents: async () => ok(settings.consents),
    instruments: (customerId, call) => instruments(ometria, customerId, call),
    // The ledger is the truth (8), and asks nobody.
    commit: none,
    reverse: none,
    status: none,
    mirror: (customerId, use, call) => mirror(ometria, customerId, use, call),
    deliver: (sales, call) => deliver(ometria, sales, call),
    mailReceipt: (sale, address, call) => mailReceipt(ometria, sale, address, call),
    refusedLate: (call) => refusedLate(ometria, call),
  };
};
