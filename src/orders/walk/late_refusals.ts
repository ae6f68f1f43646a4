import type { Crm, LateRefusal } from "../../crm/port.ts";
import { contentHash } from "../../model/content_hash.ts";
import { type DeadLetter, orderDeadLetter } from "../../tenants/dead_letters.ts";
import type { Channel, Tenant } from "../../tenants/tenant.ts";
import { callMs } from "../turn_sale.ts";
import type { WalkPlace } from "./walk_name.ts";

/** Older ones were told of before, or while nobody looked. */
const toldForMs = 24 * 3_600_000;

/**
 * Makes dead letters of what CRMs received and refused afterwards. A CRM tells the same for as long as it
 * shows it: a letter bears the time of its refusal, so it is stored once, and one that was replayed stays so.
 */
export const noteLateRefusals = async (
  place: WalkPlace,
  tenant: Tenant,
  deps: {
    readonly crm: (channel: Channel) => Crm;
    readonly deadLetter: (entries: readonly DeadLetter[]) => Promise<void>;
    readonly now: () => number;
    readonly log: (entry: Record<string, unknown>) => void;
  },
): Promise<void> => {
  const { now } = deps;
  const account = tenant.accounts.find(
    ({ accountId, siteId }) => accountId === place.account && siteId === place.site,
  );
  for (const channel of tenant.channels.values()) {
    const crm = deps.crm(channel);
    if (channel.market.account !== account?.id || crm.refusedLate === undefined) continue;
    const requestId = `refused-late-${channel.id}`;
    const told = await crm.refusedLate({ deadline: now() + callMs, requestId });
    if (!told.ok) {
      deps.log({ event: "late_refusals_unread", ...place, failure: told.failure.kind });
      continue;
    }
    const fresh = told.value.filter(({ at }) => Date.parse(at) > now() - toldForMs);
    await deps.deadLetter(
      await Promise.all(fresh.map((refusal) => letterOf(place, channel, refusal))),
    );
  }
};

const letterOf = async (
  { tenant, account, site }: WalkPlace,
  { id: destination, crmInstance }: Channel,
  { record, id, orderId, reason, field, at }: LateRefusal,
): Promise<DeadLetter> => {
  const createdAt = Date.parse(at);
  const cause = {
    kind: "refused_late",
    reason,
    destination,
    ...(field === undefined ? {} : { field }),
  } as const;
  if (orderId !== undefined)
    return orderDeadLetter({ tenant, account, site, orderId }, cause, createdAt);
  const name = await contentHash([tenant, crmInstance, record, id]);
  return {
    id: `record-${name.slice(0, 24)}`,
    tenant,
    ...cause,
    payload: { record, id: id.slice(0, 100) },
    createdAt,
  };
};
