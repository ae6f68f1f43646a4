import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono/tiny";
import { requestId } from "hono/request-id";
import { askSitoo } from "./settlement/ask_sitoo.ts";
import type { AdminDeps } from "./admin/routes.ts";
import { adminDeps, eventsDeps, spiDeps } from "./surfaces.ts";
import { earliestAlarm } from "./earliest_alarm.ts";
import type { Env } from "./env.ts";
import { eventRoutes } from "./events/routes.ts";
import { log, openGateway, type Gateway } from "./gateway.ts";
import { createCreationGuard } from "./crm/creation_guard.ts";
import type { ShardObject } from "./crm/creation_shards.ts";
import { createKeyIndex, type KeyShard } from "./crm/supplied/key_index.ts";
import { insertDeadLetters, markReplayed } from "./tenants/dead_letters.ts";
import { createCustomerIndex } from "./orders/customer_index.ts";
import type { CustomerShard } from "./orders/customer_index_client.ts";
import { hostJournal, type JournalObject } from "./orders/journal_host.ts";
import { hostLane, type LaneObject } from "./orders/lane_host.ts";
import { consumeDeadMessages, consumeOrderEvents } from "./orders/consumer.ts";
import { everyWalk } from "./orders/walk/every_walk.ts";
import type { WalkHost, WalkHostDeps, WalkObject } from "./orders/walk/walk_host.ts";
import type { WalkPlace } from "./orders/walk/walk_name.ts";
import { hostLedger } from "./redemption/ledger_host.ts";
import type { LedgerObject } from "./redemption/ledger_client.ts";
import { createLedgerIndex } from "./redemption/ledger_index.ts";
import type { IndexObject } from "./redemption/ledger_index_client.ts";
import { consumeWakeUps } from "./redemption/wake_up.ts";
import { english } from "./spi/english.ts";
import { problemResponse } from "./spi/wire_error.ts";
import { settleInstruments } from "./settlement/settle.ts";
import { spiRoutes } from "./spi/routes.ts";
import { dropExpired } from "./tenants/housekeeping.ts";
import { listSites, noteInstrumentsSeen } from "./tenants/store.ts";

const now = (): number => Date.now();

/** For what cannot answer an HTTP error: a bad environment is a deployment fault, and a bug here. */
const gatewayIn = (env: Env): Gateway => {
  const opened = openGateway(env);
  if (!opened.ok) throw new Error(`environment: ${opened.faults.join("; ")}`);
  return opened.gateway;
};

/** No till needs the operations API: an isolate reads its code when an operator first asks. */
const loadedOperations = (deps: () => AdminDeps) => {
  const load = async () => {
    const { adminRoutes } = await import("./admin/routes.ts");
    const app = new Hono<{
      Bindings: { requestId: string };
      Variables: { requestId: string };
    }>({ strict: false });
    app.use((c, next) => {
      c.set("requestId", c.env.requestId);
      return next();
    });
    app.onError((bug) => {
      // The app around it answers and logs what is a bug.
      throw bug;
    });
    return app.route("/admin", adminRoutes(deps()));
  };
  let loading: ReturnType<typeof load> | undefined;
  return () => (loading ??= load());
};

const createApp = (env: Env) => {
  const app = new Hono<{ Variables: { requestId: string } }>({ strict: false });
  app.use(requestId({ limitLength: 64 }));
  const opened = openGateway(env);
  // What is wrong with the environment is in the log; outside it is nobody's business.
  app.get("/healthz", (c) => c.json({ ok: opened.ok }, opened.ok ? 200 : 503));
  // A static asset: the contract is 6 KiB that no till call needs in an isolate.
  app.get("/openapi.json", (c) => env.ASSETS.fetch(c.req.raw));
  if (opened.ok) {
    const { gateway, settings } = opened;
    const operations = loadedOperations(() => adminDeps(env, settings, gateway));
    app.all("/admin/*", async (c) => {
      const { fetch: ask } = await operations();
      const answer = await ask(c.req.raw, { requestId: c.get("requestId") }, c.executionCtx);
      // With the headers that this app has set.
      return c.newResponse(answer.body, answer);
    });
    app.route("/", spiRoutes(spiDeps(env, gateway)));
    app.route("/", eventRoutes(eventsDeps(env, gateway)));
  } else {
    log({ level: "error", event: "environment", faults: opened.faults });
    app.all("*", (c) => problemResponse(c, { kind: "configuration_away" }, english));
  }
  app.notFound((c) => problemResponse(c, { kind: "route_not_found" }, english));
  app.onError((error, c) => {
    // The message may quote anything, so only its name is kept; the request id finds the call.
    log({ level: "error", event: "bug", request_id: c.get("requestId"), error: error.name });
    return problemResponse(c, { kind: "bug" }, english);
  });
  return app;
};

const apps = new WeakMap<Env, ReturnType<typeof createApp>>();
const appIn = (env: Env): ReturnType<typeof createApp> => {
  const known = apps.get(env) ?? createApp(env);
  apps.set(env, known);
  return known;
};

/** One customer's redemptions (design.md 6). */
export class RedemptionLedger extends DurableObject<Env> implements LedgerObject {
  /** Known from the start, so that an alarm is set in the very turn of the rows that it is for. */
  #alarmAt: number | null = null;
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      this.#alarmAt = await ctx.storage.getAlarm();
    });
  }
  readonly #ledger = hostLedger({
    storage: {
      sql: this.ctx.storage.sql,
      transaction: (work) => this.ctx.storage.transactionSync(work),
    },
    now,
    wakeBy: (at) => {
      if (this.#alarmAt !== null && this.#alarmAt <= at) return Promise.resolve();
      this.#alarmAt = at;
      return this.ctx.storage.setAlarm(at);
    },
    background: (work) => this.ctx.waitUntil(work),
    name: this.ctx.id.name,
    peer: (name) => gatewayIn(this.env).ledger(name),
    sendWakeUp: async (message, delayMs) => {
      await this.env.WAKE_UPS.send(message, { delaySeconds: Math.ceil(delayMs / 1_000) });
    },
    fromScope: (scope) => gatewayIn(this.env).tenants.fromStored(scope.stored),
    byName: async (name) => {
      const found = await gatewayIn(this.env).tenants.get(name, (work) => this.ctx.waitUntil(work));
      return found.kind === "found" ? found : undefined;
    },
    crm: (channel) => gatewayIn(this.env).crm(channel),
    deadLetter: (entries) => insertDeadLetters(this.env.DB, entries),
    askSitoo: async (owner, ref, since, known) => {
      const gateway = gatewayIn(this.env);
      const found = await gateway.tenants.get(owner.tenant, (work) => this.ctx.waitUntil(work));
      if (found.kind !== "found") return "no_answer";
      return askSitoo({ ...gateway, now }, found.tenant, owner.channelId, ref, since, known);
    },
    index: (tenant, crmInstance) => gatewayIn(this.env).ledgerIndex(tenant, crmInstance),
    log,
  });
  overlay(): ReturnType<LedgerObject["overlay"]> {
    return this.#ledger.overlay();
  }
  trail(): ReturnType<LedgerObject["trail"]> {
    return this.#ledger.trail();
  }
  redeem(...call: Parameters<LedgerObject["redeem"]>): ReturnType<LedgerObject["redeem"]> {
    return this.#ledger.redeem(...call);
  }
  undo(...call: Parameters<LedgerObject["undo"]>): ReturnType<LedgerObject["undo"]> {
    return this.#ledger.undo(...call);
  }
  giveBack(...call: Parameters<LedgerObject["giveBack"]>): ReturnType<LedgerObject["giveBack"]> {
    return this.#ledger.giveBack(...call);
  }
  moveTo(...call: Parameters<LedgerObject["moveTo"]>): ReturnType<LedgerObject["moveTo"]> {
    return this.#ledger.moveTo(...call);
  }
  takeOver(...call: Parameters<LedgerObject["takeOver"]>): ReturnType<LedgerObject["takeOver"]> {
    return this.#ledger.takeOver(...call);
  }
  issueChecks(
    ...call: Parameters<LedgerObject["issueChecks"]>
  ): ReturnType<LedgerObject["issueChecks"]> {
    return this.#ledger.issueChecks(...call);
  }
  wakeUp(at: number): ReturnType<LedgerObject["wakeUp"]> {
    return this.#ledger.wakeUp(at);
  }
  rows(): ReturnType<LedgerObject["rows"]> {
    return this.#ledger.rows();
  }
  orderReturned(
    ...call: Parameters<LedgerObject["orderReturned"]>
  ): ReturnType<LedgerObject["orderReturned"]> {
    return this.#ledger.orderReturned(...call);
  }
  orderClosed(
    ...call: Parameters<LedgerObject["orderClosed"]>
  ): ReturnType<LedgerObject["orderClosed"]> {
    return this.#ledger.orderClosed(...call);
  }
  override alarm(): Promise<void> {
    this.#alarmAt = null;
    return this.#ledger.alarm();
  }
}

/** 64 consecutive orders of one Sitoo site (design.md 7). */
export class OrderJournal extends DurableObject<Env> implements JournalObject {
  readonly #journal = hostJournal({
    sql: this.ctx.storage.sql,
    transaction: (work) => this.ctx.storage.transactionSync(work),
    setAlarm: (at) => this.ctx.storage.setAlarm(at),
    now,
    // An operator's pause counts within 30 s, and no till waits here.
    tenant: (name) =>
      gatewayIn(this.env).tenants.get(name, (work) => this.ctx.waitUntil(work), "fresh"),
    crm: (channel) => gatewayIn(this.env).crm(channel),
    lane: (name) => gatewayIn(this.env).lane(name),
    customerIndex: (tenant, crmInstance) => gatewayIn(this.env).customerIndex(tenant, crmInstance),
    settle: (found, seen) =>
      settleInstruments(seen, {
        ...gatewayIn(this.env),
        stored: found.stored,
        now,
        noteInstrumentsSeen: (accountId) =>
          noteInstrumentsSeen(this.env.DB, found.tenant.name, accountId, now()),
      }),
    upstream: (request) => gatewayIn(this.env).upstream(request),
    deadLetter: (entries) => insertDeadLetters(this.env.DB, entries),
    log,
  });
  note(...call: Parameters<JournalObject["note"]>): ReturnType<JournalObject["note"]> {
    return this.#journal.note(...call);
  }
  found(...call: Parameters<JournalObject["found"]>): ReturnType<JournalObject["found"]> {
    return this.#journal.found(...call);
  }
  backfilling(): ReturnType<JournalObject["backfilling"]> {
    return this.#journal.backfilling();
  }
  reassign(...call: Parameters<JournalObject["reassign"]>): ReturnType<JournalObject["reassign"]> {
    return this.#journal.reassign(...call);
  }
  show(orderId: number): ReturnType<JournalObject["show"]> {
    return this.#journal.show(orderId);
  }
  list(): ReturnType<JournalObject["list"]> {
    return this.#journal.list();
  }
  override alarm(): Promise<void> {
    return this.#journal.alarm();
  }
}

/** Read when a site is first walked: most isolates serve tills. */
const loadedWalk = (deps: WalkHostDeps): (() => Promise<WalkHost>) => {
  let loading: Promise<WalkHost> | undefined;
  return () =>
    (loading ??= import("./orders/walk/walk_host.ts").then(({ hostWalk }) => hostWalk(deps)));
};

/** Walks the orders of one Sitoo site: catch-up, backfills, proofs (design.md 7). */
export class OrderWalk extends DurableObject<Env> implements WalkObject {
  readonly #walk = loadedWalk({
    storage: {
      sql: this.ctx.storage.sql,
      transaction: (work) => this.ctx.storage.transactionSync(work),
    },
    setAlarm: (at) => this.ctx.storage.setAlarm(at),
    now,
    random: () => Math.random(),
    sleep: (ms) => scheduler.wait(ms),
    tenant: (name) => gatewayIn(this.env).tenants.get(name, (work) => this.ctx.waitUntil(work)),
    upstream: (request) => gatewayIn(this.env).upstream(request),
    crm: (channel) => gatewayIn(this.env).crm(channel),
    journal: (name) => gatewayIn(this.env).journal(name),
    deadLetter: (entries) => insertDeadLetters(this.env.DB, entries),
    mended: (tenant, id) => markReplayed(this.env.DB, tenant, id, now()),
    log,
  });
  async tick(...call: Parameters<WalkObject["tick"]>): ReturnType<WalkObject["tick"]> {
    return (await this.#walk()).tick(...call);
  }
  async runNow(...call: Parameters<WalkObject["runNow"]>): ReturnType<WalkObject["runNow"]> {
    return (await this.#walk()).runNow(...call);
  }
  async status(...call: Parameters<WalkObject["status"]>): ReturnType<WalkObject["status"]> {
    return (await this.#walk()).status(...call);
  }
  async startBackfill(
    ...call: Parameters<WalkObject["startBackfill"]>
  ): ReturnType<WalkObject["startBackfill"]> {
    return (await this.#walk()).startBackfill(...call);
  }
  async backfills(
    ...call: Parameters<WalkObject["backfills"]>
  ): ReturnType<WalkObject["backfills"]> {
    return (await this.#walk()).backfills(...call);
  }
  async stopBackfill(id: string): ReturnType<WalkObject["stopBackfill"]> {
    return (await this.#walk()).stopBackfill(id);
  }
  async resumeBackfill(id: string): ReturnType<WalkObject["resumeBackfill"]> {
    return (await this.#walk()).resumeBackfill(id);
  }
  async prove(...call: Parameters<WalkObject["prove"]>): ReturnType<WalkObject["prove"]> {
    return (await this.#walk()).prove(...call);
  }
  async proof(...call: Parameters<WalkObject["proof"]>): ReturnType<WalkObject["proof"]> {
    return (await this.#walk()).proof(...call);
  }
  override async alarm(): Promise<void> {
    return (await this.#walk()).alarm();
  }
}

/** The paced road to one destination (design.md 7). */
export class DeliveryLane extends DurableObject<Env> implements LaneObject {
  readonly #lane = hostLane({
    sql: this.ctx.storage.sql,
    now,
    ringAt: (at, ring) => {
      const timer = setTimeout(ring, Math.max(0, at - now()));
      return () => clearTimeout(timer);
    },
    background: (work) => this.ctx.waitUntil(work),
    fromScope: (scope) => gatewayIn(this.env).tenants.fromStored(scope.stored),
    crm: (channel) => gatewayIn(this.env).crm(channel),
    createCustomer: (scope, channel) =>
      gatewayIn(this.env).open(scope, channel, (work) => this.ctx.waitUntil(work)).createCustomer,
    log,
  });
  room(...call: Parameters<LaneObject["room"]>): ReturnType<LaneObject["room"]> {
    return this.#lane.room(...call);
  }
  deliver(...call: Parameters<LaneObject["deliver"]>): ReturnType<LaneObject["deliver"]> {
    return this.#lane.deliver(...call);
  }
  show(): ReturnType<LaneObject["show"]> {
    return this.#lane.show();
  }
}

/** One of the 256 shards of a tenant's keys in one CRM instance (design.md 8). */
export class IndexShard
  extends DurableObject<Env>
  implements ShardObject, IndexObject, CustomerShard, KeyShard
{
  readonly #alarm = earliestAlarm(this.ctx.storage);
  readonly #parts = {
    storage: { sql: this.ctx.storage.sql },
    now,
    wakeAt: (at: number) => this.ctx.waitUntil(this.#alarm(at)),
  };
  readonly #guard = createCreationGuard(this.#parts);
  readonly #ledgers = createLedgerIndex(this.#parts);
  readonly #customers = createCustomerIndex(this.#parts);
  readonly #keys = createKeyIndex({
    ...this.#parts,
    later: (ms, work) => this.ctx.waitUntil(scheduler.wait(ms).then(work)),
  });
  async create(
    ...[scope, creation]: Parameters<ShardObject["create"]>
  ): ReturnType<ShardObject["create"]> {
    const gateway = gatewayIn(this.env);
    const tenant = await gateway.tenants.fromStored(scope.stored);
    const channel = tenant.channels.get(scope.channelId);
    if (channel === undefined)
      return { ok: false, failure: { kind: "set_up_fault", detail: "channel is gone" } };
    return this.#guard.create(
      gateway.crm(channel),
      creation.person,
      creation.keyHash,
      creation.fingerprint,
      creation.call,
    );
  }
  noteLedger(...call: Parameters<IndexObject["noteLedger"]>): Promise<void> {
    return Promise.resolve(this.#ledgers.note(...call));
  }
  ledgersOf(...call: Parameters<IndexObject["ledgersOf"]>): Promise<string[]> {
    return Promise.resolve(this.#ledgers.ledgers(...call));
  }
  noteCustomer(...call: Parameters<CustomerShard["noteCustomer"]>): Promise<void> {
    return Promise.resolve(this.#customers.note(...call));
  }
  customerLeads(...call: Parameters<CustomerShard["customerLeads"]>): Promise<string[]> {
    return Promise.resolve(this.#customers.of(...call));
  }
  keyed(...call: Parameters<KeyShard["keyed"]>): ReturnType<KeyShard["keyed"]> {
    return this.#keys.keyed(...call);
  }
  noteKey(...call: Parameters<KeyShard["noteKey"]>): Promise<void> {
    return this.#keys.noteKey(...call);
  }
  dropKey(...call: Parameters<KeyShard["dropKey"]>): Promise<void> {
    return this.#keys.dropKey(...call);
  }
  noteFresh(...call: Parameters<KeyShard["noteFresh"]>): ReturnType<KeyShard["noteFresh"]> {
    return this.#keys.noteFresh(...call);
  }
  dropShown(...call: Parameters<KeyShard["dropShown"]>): Promise<void> {
    return this.#keys.dropShown(...call);
  }
  override alarm(): void {
    this.#guard.prune();
    this.#ledgers.prune();
    this.#customers.prune();
    this.#keys.prune();
  }
}

/** By the crons of wrangler.toml: the short one keeps walks going, the daily one keeps house and proves. */
const runScheduled = async (cron: string, env: Env): Promise<void> => {
  const gateway = gatewayIn(env);
  const sites = (after: string) => listSites(env.DB, after);
  const each = (operation: string, work: (walk: WalkObject, place: WalkPlace) => Promise<void>) =>
    everyWalk(sites, (place) => work(gateway.walk(place), place), { operation, log });
  if (cron.startsWith("*/15")) return each("tick", (walk, place) => walk.tick(place));
  await dropExpired(env.DB, now());
  await each("prove", (walk, place) => walk.prove(place, { nightly: true, since: now() }));
};

export default {
  fetch: (request, env, ctx) => appIn(env).fetch(request, env, ctx),
  scheduled: (controller, env) => runScheduled(controller.cron, env),
  queue: (batch, env) => {
    if (batch.queue.endsWith("-wake-ups"))
      return consumeWakeUps(batch, { ledger: (name) => gatewayIn(env).ledger(name), log });
    return batch.queue.endsWith("-dead")
      ? consumeDeadMessages(batch, {
          deadLetter: (entries) => insertDeadLetters(env.DB, entries),
          now,
          log,
        })
      : consumeOrderEvents(batch, { journal: (name) => gatewayIn(env).journal(name), log });
  },
} satisfies ExportedHandler<Env>;
