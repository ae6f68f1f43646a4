import { customerIdPrefix } from "../tenants/bloomreach_settings.ts";
import { foreignId } from "../crm/omnium/foreign_id.ts";
import type { Sale } from "../model/sale.ts";
import type {
  Channel,
  Destination,
  Market,
  Orders,
  SitooAccount,
  Tenant,
} from "../tenants/tenant.ts";
import type { IssuedIds } from "./order_customer.ts";

/** One channel that an order goes to. */
export type Target = { readonly destination: Destination; readonly channel: Channel };

/**
 * The channels that an order of this account goes to: those whose market sells through the account,
 * and where several currencies meet there, those of the order's currency.
 * Two channels of one CRM instance are one destination: the sale would count twice.
 */
export const targetsOf = (
  tenant: Tenant,
  account: SitooAccount,
  currency: string,
): readonly Target[] => {
  const here = targetsOfAccount(tenant, account);
  const currencies = new Set(here.map(({ channel }) => channel.market.currency));
  const fitting =
    currencies.size > 1 ? here.filter(({ channel }) => channel.market.currency === currency) : here;
  return fitting.filter(
    ({ channel }, index) =>
      fitting.findIndex((other) => other.channel.crmInstance === channel.crmInstance) === index,
  );
};

/** Those of an account in any currency: what an order that was not read yet may go to. */
export const targetsOfAccount = (tenant: Tenant, account: SitooAccount): readonly Target[] =>
  targets(tenant).filter(({ channel }) => channel.market.account === account.id);

const targets = (tenant: Tenant): readonly Target[] =>
  tenant.orders.deliverTo.flatMap((destination) => {
    const channel = tenant.channels.get(destination.channel);
    return channel === undefined ? [] : [{ destination, channel }];
  });

/**
 * The destination whose lane a channel's orders take: the first of its CRM instance, in whatever
 * market. A CRM counts calls by key, and the channels of many countries share one.
 */
export const laneOf = (tenant: Tenant, channel: Channel): Target | undefined =>
  targets(tenant).find((target) => target.channel.crmInstance === channel.crmInstance);

/** Names the object of a lane. */
export const laneName = (tenant: Tenant, channel: Channel): string =>
  `${tenant.name}/${laneOf(tenant, channel)?.channel.id ?? channel.id}`;

/** The market that an order is read in: its time zone, its country for phone numbers. */
export const marketOf = (
  tenant: Tenant,
  account: SitooAccount,
  currency: string | undefined,
): Market | undefined => {
  // Where no channel sells through the account, a market of the file does: tills on Sitoo's own register.
  const markets = [
    ...[...tenant.channels.values()].map(({ market }) => market),
    ...tenant.markets,
  ].filter((market) => market.account === account.id);
  return markets.find((market) => market.currency === currency?.toUpperCase()) ?? markets[0];
};

/** Why nothing of this sale is sent; undefined when it is to be delivered. */
export type Withheld =
  | "orders are off"
  | "shadow"
  | "before live_from"
  | "store is not live"
  | "ignored store"
  | "ignored register"
  | "ignored staff"
  | "not in this backfill";

/** @param backfilled a backfill has asked for the order. */
export const withheld = (orders: Orders, sale: Sale, backfilled = false): Withheld | undefined => {
  const { ignore } = orders;
  if (orders.mode === "off") return "orders are off";
  if (listed(ignore.stores, sale.storeExternalId)) return "ignored store";
  if (listed(ignore.registers, sale.registerId)) return "ignored register";
  if (listed(ignore.staff, sale.staffExternalId)) return "ignored staff";
  if (!backfilled && orders.liveFrom !== undefined && sale.at.slice(0, 10) < orders.liveFrom)
    return "before live_from";
  if (orders.liveStores !== "all" && !listed(orders.liveStores, sale.storeExternalId))
    return "store is not live";
  return orders.mode === "shadow" ? "shadow" : undefined;
};

/** Guids come with and without braces, in either case. */
const listed = (names: readonly string[], name: string | undefined): boolean =>
  name !== undefined && names.some((entry) => plain(entry) === plain(name));

const plain = (name: string): string => name.replaceAll(/[{}]/g, "").toLowerCase();

/**
 * The id on the order that this channel's CRM instance issued, if any (design.md 7, Customer).
 * An order does not say which channel its till used. With tills on several CRM instances of one account
 * a short id could be anyone's, and counts for none of them; a GUID is nobody else's, and whoever does
 * not know it says so. Those of Bloomreach are sealed by this gateway, and tell themselves from all others
 * (crm/bloomreach/customer_id.ts).
 */
export const crmIdFor = (
  tenant: Tenant,
  account: SitooAccount,
  channel: Channel,
  issued: IssuedIds,
): string | undefined => {
  const isSealed = issued.till?.startsWith(customerIdPrefix) === true;
  if (channel.handler.kind === "bloomreach") return isSealed ? issued.till : undefined;
  const tills = [...tenant.channels.values()].filter(
    (other) =>
      other.till && other.market.account === account.id && other.handler.kind !== "bloomreach",
  );
  const issuers = new Set(tills.map(({ crmInstance }) => crmInstance));
  const till =
    issued.till !== undefined && !isSealed && (issuers.size === 1 || guid.test(issued.till))
      ? issued.till
      : undefined;
  // Ometria makes a profile of whatever id it is told: there a GUID that may be another's is none.
  const isSure = issuers.size === 1 || channel.handler.kind !== "ometria";
  if (till !== undefined && isSure && issuers.has(channel.crmInstance)) return till;
  switch (channel.handler.kind) {
    case "voyado":
      return issued.voyado;
    case "omnium": {
      // Tills on Voyado: Omnium knows its contacts by an external id (contracts/omnium.md 9.3).
      const fromVoyado = tills.some(({ handler }) => handler.kind === "voyado") ? till : undefined;
      const contactId = issued.voyado ?? fromVoyado;
      return contactId === undefined ? undefined : foreignId(contactId);
    }
    case "ometria":
    case "rule":
      // A number, which could be anyone's.
      return undefined;
  }
};

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
