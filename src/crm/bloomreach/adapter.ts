import { failed, ok } from "../../model/outcome.ts";
import type { BloomreachSettings } from "../../tenants/bloomreach_settings.ts";
import type { Channel } from "../../tenants/tenant.ts";
import type { Upstream } from "../../upstream/answer.ts";
import type { Crm } from "../port.ts";
import type { Log } from "../reply.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { createClient } from "./client.ts";
import { readConsents } from "./consents.ts";
import { createCustomerIds } from "./customer_id.ts";
import { create, get, type Project, search, update } from "./customers.ts";
import { deliver } from "./deliveries.ts";
import { instruments, status } from "./instruments.ts";
import { mirror } from "./mirror.ts";
import { purchases } from "./purchases.ts";

export type BloomreachOptions = {
  readonly settings: BloomreachSettings;
  readonly channel: Pick<Channel, "tenant" | "crmInstance" | "market"> & {
    readonly client: Pick<Channel["client"], "sections">;
  };
};

const keptHere = () => Promise.resolve(failed({ kind: "not_supported" } as const));

/** Bloomreach Engagement behind the port (contracts/bloomreach.md). */
export const createBloomreach = (
  { settings, channel }: BloomreachOptions,
  upstream: Upstream,
  log: Log,
  now: () => number,
): Crm => {
  const project: Project = {
    ...createClient(settings, channel.market, upstream, log, now),
    ids: createCustomerIds(settings, channel.tenant, channel.crmInstance),
    sections: channel.client.sections,
  };
  return {
    capabilities: capabilitiesOf(settings),
    search: (key, call) => search(project, key, call),
    // Bloomreach has no register of persons.
    lookup: () => Promise.resolve(ok(undefined)),
    get: (customerId, call) => get(project, customerId, call),
    create: (person, call) => create(project, person, call),
    update: (customerId, changes, before, call) =>
      update(project, customerId, changes, before, call),
    purchases: (customerId, page, call) => purchases(project, customerId, page, call),
    consents: (call) => readConsents(project, call),
    instruments: (customerId, call) => instruments(project, customerId, call),
    commit: keptHere,
    reverse: keptHere,
    status: (customerId, ref, call) => status(project, customerId, ref, call),
    mirror: (customerId, use, call) => mirror(project, customerId, use, call),
    deliver: (sales, call) => deliver(project, sales, call),
  };
};
