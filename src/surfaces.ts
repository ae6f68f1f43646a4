import { mayOperate } from "./admin/access.ts";
import type { AdminDeps } from "./admin/routes.ts";
import type { Env, Settings } from "./env.ts";
import type { EventsDeps } from "./events/routes.ts";
import { log, type Gateway } from "./gateway.ts";
import {
  deadLettersOf,
  getDeadLetter,
  insertDeadLetters,
  listDeadLetters,
  markReplayed,
} from "./tenants/dead_letters.ts";
import { addPauses, listPauses, pausedSince, removePauses } from "./tenants/pauses.ts";
import type { OrderMessage } from "./orders/order_message.ts";
import { createSitoo } from "./sitoo/client.ts";
import type { SpiDeps } from "./spi/routes.ts";
import type { Texts, TranslatedLanguage } from "./spi/texts.ts";
import { createTranslations } from "./spi/translations.ts";
import { authenticate } from "./tenants/authenticate.ts";
import { createCredentialUse } from "./tenants/credential_use.ts";
import type { CredentialKind } from "./tenants/stored_tenant.ts";
import { createShapeRecorder, listShapes } from "./tenants/shapes.ts";

/** What each surface needs of the gateway and the bindings; wiring only. */

const now = (): number => Date.now();

/** Opens a tenant to a credential, and notes behind the answer that the credential is in use. */
const authenticateAs = (
  kind: CredentialKind,
  env: Env,
  gateway: Gateway,
): SpiDeps["authenticate"] => {
  const noteUse = createCredentialUse(env.DB, now);
  return async (tenant, shown, waitUntil) => {
    const found = await authenticate(gateway.tenants, tenant, kind, shown, waitUntil, now);
    if (found.kind === "found" && shown !== undefined) waitUntil(noteUse(tenant, shown.username));
    return found;
  };
};

/** Only failed answers are counted, so a till with the right credential always passes (design.md 8). */
const mayFail =
  (env: Env) =>
  async (tenant: string, address: string): Promise<boolean> =>
    (await env.FAILED_AUTH.limit({ key: `${tenant.slice(0, 32)} ${address}` })).success;

const enqueue =
  (env: Env) =>
  async (messages: readonly OrderMessage[]): Promise<boolean> => {
    try {
      await env.ORDER_EVENTS.sendBatch(messages.map((body) => ({ body })));
      return true;
    } catch {
      return false;
    }
  };

/**
 * Through the binding, whose host nobody looks at: from outside the Worker gives none of these
 * files out. What is in one is held to its type by a test, and is deployed with the Worker.
 */
const readTexts =
  (env: Env) =>
  async (language: TranslatedLanguage): Promise<Texts> => {
    const file = await env.ASSETS.fetch(`https://assets.local/_texts/${language}.json`, {
      signal: AbortSignal.timeout(5_000),
    });
    if (!file.ok) throw new Error(`status ${file.status}`);
    return file.json();
  };

export const spiDeps = (env: Env, gateway: Gateway): SpiDeps => {
  const record = createShapeRecorder(env.DB, now);
  return {
    now,
    authenticate: authenticateAs("spi", env, gateway),
    mayFail: mayFail(env),
    open: gateway.open,
    async redeemIsPaused({ stored }, channel, waitUntil) {
      const found = await gateway.tenants.get(stored.name, waitUntil, "fresh");
      const newest = found.kind === "found" ? found.stored : stored;
      return pausedSince(newest, channel.id, "redeem") !== undefined;
    },
    texts: createTranslations({
      read: readTexts(env),
      now,
      report: (language, fault) =>
        log({ level: "error", event: "texts_away", language, fault: String(fault) }),
    }),
    captureShape: (tenant, operation, shape) =>
      record({ tenant, surface: "spi", operation, shape }),
    log,
  };
};

export const eventsDeps = (env: Env, gateway: Gateway): EventsDeps => {
  const record = createShapeRecorder(env.DB, now);
  return {
    now,
    authenticate: authenticateAs("events", env, gateway),
    mayFail: mayFail(env),
    enqueue: enqueue(env),
    async deadLetter(entries) {
      await insertDeadLetters(env.DB, entries);
      return true;
    },
    captureShape: (tenant, operation, shape) =>
      record({ tenant, surface: "events", operation, shape }),
    log,
  };
};

export const adminDeps = (env: Env, settings: Settings, gateway: Gateway): AdminDeps => ({
  mayOperate: (headers) =>
    mayOperate(headers, {
      adminToken: settings.ADMIN_TOKEN,
      teamDomain: settings.ACCESS_TEAM_DOMAIN,
      audience: settings.ACCESS_AUDIENCE,
    }),
  tenant: (name, waitUntil) => gateway.tenants.get(name, waitUntil),
  shapes: (tenant) => listShapes(env.DB, tenant),
  deadLetters: (tenant, page) => listDeadLetters(env.DB, tenant, page),
  deadLetter: (tenant, id) => getDeadLetter(env.DB, tenant, id),
  markReplayed: (tenant, id) => markReplayed(env.DB, tenant, id, now()),
  enqueue: enqueue(env),
  lettersOf: (tenant, orderIds) => deadLettersOf(env.DB, tenant, orderIds),
  journal: gateway.journal,
  walk: gateway.walk,
  lane: gateway.lane,
  crm: (channel) => gateway.crm(channel),
  capabilities: (channel) => gateway.crm(channel).capabilities,
  pauses: (tenant) => listPauses(env.DB, tenant),
  pause: (tenant, pause) => addPauses(env.DB, tenant, pause, now()),
  resume: (tenant, pause) => removePauses(env.DB, tenant, pause),
  reread: (tenant, waitUntil) => gateway.tenants.reread(tenant, waitUntil),
  sitoo: (account) => createSitoo(account, gateway.upstream),
  ledger: gateway.ledger,
  customerIndex: gateway.customerIndex,
  signingKeys: gateway.signingKeys,
  now,
  log,
});
