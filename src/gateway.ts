import { createCrm } from "./crm/adapters.ts";
import { createThroughShards } from "./crm/creation_shards.ts";
import type { Crm } from "./crm/port.ts";
import { supplied } from "./crm/supplied/supplied.ts";
import { checkEnv, type Env, type ObjectNamespace, type Settings } from "./env.ts";
import { createCustomerIndexClient } from "./orders/customer_index_client.ts";
import { createVoucherPasswords } from "./orders/voucher_passwords.ts";
import { type WalkPlace, walkName } from "./orders/walk/walk_name.ts";
import { createRedemptions, type LedgerScope } from "./redemption/ledger_client.ts";
import { createLedgerIndexClient } from "./redemption/ledger_index_client.ts";
import { createSitoo } from "./sitoo/client.ts";
import { createTenantCache, type Found, type TenantCache } from "./tenants/cache.ts";
import { resolveStored } from "./tenants/document.ts";
import { createKeyring, SecretFault } from "./tenants/secrets.ts";
import { createLru } from "./tenants/lru.ts";
import { loadStored } from "./tenants/store.ts";
import { tenantCopyKey } from "./tenants/tenant_copy.ts";
import type { Channel } from "./tenants/tenant.ts";
import { createUpstream } from "./upstream/fetch_upstream.ts";

export type Log = (entry: Record<string, unknown>) => void;

/** One line of JSON; what is in it never names a person, a phone, a key (design.md 8, Logs). */
export const log: Log = (entry) => console.log(JSON.stringify(entry));

const copyKeptS = 30 * 24 * 3_600;

/** The namespace in the deployment's jurisdiction: the one place that knows it. */
const within = <Stub>(
  namespace: ObjectNamespace<Stub>,
  jurisdiction: Settings["DATA_JURISDICTION"],
): ObjectNamespace<Stub> =>
  jurisdiction === "" ? namespace : namespace.jurisdiction(jurisdiction);

/** What lives as long as the isolate: tenants, keys, adapters. */
const createGateway = (env: Env, settings: Settings) => {
  const keyring = createKeyring(settings.CONFIG_KEY);
  const upstream = createUpstream({
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    allowLocal: settings.ALLOW_LOCAL_UPSTREAMS,
    ownHosts: settings.OWN_HOSTS,
  });
  const tenants: TenantCache = createTenantCache({
    load: (name) => loadStored(env.DB, name),
    readCopy: async (name) => (await env.CONFIG.get(tenantCopyKey(name))) ?? undefined,
    writeCopy: (name, copy) =>
      env.CONFIG.put(tenantCopyKey(name), copy, { expirationTtl: copyKeptS }),
    resolve: (stored) => resolveStored(stored, keyring),
    now: () => Date.now(),
    freshMs: settings.CONFIG_TTL_MS,
    report: (fault) => log({ level: "error", event: "configuration", ...fault }),
  });
  const crms = new WeakMap<Channel, Crm>();
  const adapter = (channel: Channel): Crm => {
    const known =
      crms.get(channel) ??
      createCrm(channel, upstream, (event, fields) => log({ event, ...fields }));
    crms.set(channel, known);
    return known;
  };
  /** Derived when first asked for. */
  const hmacKeys = (purpose: string) => {
    let keys: ReturnType<typeof keyring.deriveHmacKeys> | undefined;
    return () => (keys ??= keyring.deriveHmacKeys(purpose));
  };
  const signingKeys = hmacKeys("redeem-id");
  const indexKeys = hmacKeys("index");
  const ledgers = within(env.REDEMPTIONS, settings.DATA_JURISDICTION);
  const shards = within(env.SHARDS, settings.DATA_JURISDICTION);
  const journals = within(env.JOURNALS, settings.DATA_JURISDICTION);
  const lanes = within(env.LANES, settings.DATA_JURISDICTION);
  const walks = within(env.WALKS, settings.DATA_JURISDICTION);

  const openShard = (name: string) => shards.getByName(name);
  const customerIndex = (tenant: string, crmInstance: string) =>
    createCustomerIndexClient({ tenant, crmInstance, indexKeys, open: openShard });
  const noted = createLru<number>(5_000);
  /** With what the gateway supplies. An object stays while it has work: there nothing is held back for. */
  const crm = (
    channel: Channel,
    background: (work: Promise<unknown>) => void = () => undefined,
  ): Crm =>
    supplied(adapter(channel), {
      tenant: channel.tenant,
      crmInstance: channel.crmInstance,
      indexKeys,
      open: openShard,
      background,
      noted,
      now: () => Date.now(),
      log,
    });
  const voucherPassword = createVoucherPasswords({
    sitoo: (account) => createSitoo(account, upstream),
    now: () => Date.now(),
  });

  return {
    tenants,
    voucherPassword,
    upstream,
    crm,
    signingKeys,
    journal: (name: string) => journals.getByName(name),
    lane: (name: string) => lanes.getByName(name),
    walk: (place: WalkPlace) => walks.getByName(walkName(place)),
    ledger: (name: string) => ledgers.getByName(name),
    customerIndex,
    ledgerIndex: (tenant: string, crmInstance: string) =>
      createLedgerIndexClient({ tenant, crmInstance, indexKeys, open: openShard }),
    /** Everything of one channel that a surface works with. */
    open: (
      found: Pick<Found, "stored">,
      channel: Channel,
      background: (work: Promise<unknown>) => void,
    ) => {
      const scope: LedgerScope = { stored: found.stored, channelId: channel.id };
      return {
        crm: crm(channel, background),
        redemptions: createRedemptions({
          scope,
          crmInstance: channel.crmInstance,
          open: (name) => ledgers.getByName(name),
          joined: customerIndex(found.stored.name, channel.crmInstance).noteJoined,
          signingKeys,
          background,
          log,
        }),
        createCustomer: createThroughShards({
          scope,
          crmInstance: channel.crmInstance,
          indexKeys,
          open: openShard,
          background,
        }),
      };
    },
  };
};

export type Gateway = ReturnType<typeof createGateway>;

export type OpenedGateway =
  | { readonly ok: true; readonly gateway: Gateway; readonly settings: Settings }
  | { readonly ok: false; readonly faults: readonly string[] };

const open = (env: Env): OpenedGateway => {
  const checked = checkEnv(env);
  if (!checked.ok) return checked;
  try {
    return { ok: true, gateway: createGateway(env, checked.settings), settings: checked.settings };
  } catch (fault) {
    // The one setting that only its user can read: CONFIG_KEY. The message says why and holds no key.
    if (fault instanceof SecretFault) return { ok: false, faults: [fault.message] };
    throw fault;
  }
};

/** One per environment object: an isolate has one, a test may have several. Checked when first seen. */
const opened = new WeakMap<Env, OpenedGateway>();
export const openGateway = (env: Env): OpenedGateway => {
  const known = opened.get(env);
  if (known !== undefined) return known;
  const made = open(env);
  opened.set(env, made);
  return made;
};
