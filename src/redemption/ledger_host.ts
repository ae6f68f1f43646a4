import type { Crm } from "../crm/port.ts";
import { instrumentKey, type InstrumentRef } from "../model/instrument.ts";
import type { Found } from "../tenants/cache.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import type { Channel, Tenant } from "../tenants/tenant.ts";
import { createLedger, type LedgerDeps } from "./ledger.ts";
import type { LedgerContext } from "./ledger_calls.ts";
import type { LedgerObject, LedgerScope } from "./ledger_client.ts";
import type { LedgerIndex } from "./ledger_index_client.ts";
import { createLedgerStore } from "./tables/ledger_store.ts";
import type { LedgerStorage, Successor } from "./tables/ledger_storage.ts";
import { holds } from "./machine/machine.ts";
import { ledgerName } from "./redeem_id.ts";
import { nextWakeUp, type WakeUp } from "./wake_up.ts";

/** What the Durable Object gives to the ledger that lives in it. */
export type LedgerHostDeps = {
  readonly storage: LedgerStorage;
  readonly now: () => number;
  /** Sets the alarm, unless an earlier one is set: after an eviction only storage knows. */
  readonly wakeBy: (at: number) => Promise<void>;
  readonly background: (work: Promise<unknown>) => void;
  /** The object's own; undefined where the runtime does not tell: then the alarm is alone. */
  readonly name: string | undefined;
  /** Another customer's ledger. */
  readonly peer: (
    name: string,
  ) => Pick<
    LedgerObject,
    "takeOver" | "rows" | "trail" | "giveBack" | "orderClosed" | "orderReturned"
  >;
  /** Sends a message that comes back after a delay. */
  readonly sendWakeUp: (message: WakeUp, delayMs: number) => Promise<void>;
  /** From the encrypted document of the caller. */
  readonly fromScope: (scope: LedgerScope) => Promise<Tenant>;
  /** From the store, when the object woke up by itself. */
  readonly byName: (tenant: string) => Promise<Found | undefined>;
  readonly crm: (channel: Channel) => Crm;
  readonly deadLetter: (entries: readonly DeadLetter[]) => Promise<void>;
  readonly askSitoo: LedgerDeps["askSitoo"];
  readonly index: (tenant: string, crmInstance: string) => Pick<LedgerIndex, "noteInstruments">;
  readonly log: (entry: Record<string, unknown>) => void;
};

const unknownTenantMs = 3_600_000;
const restMs = 60_000;
/** What came with a hand-over is looked at soon, for its times may have passed on the way. */
const takenOverMs = 1_000;

/** A ledger in its object: opens the caller's tenant, and wakes by alarm for what is open. */
export const hostLedger = (deps: LedgerHostDeps): LedgerObject & { alarm(): Promise<void> } => {
  const store = createLedgerStore(deps.storage);
  let wakesAt: number | undefined;
  /** Behind the alarm, one message at a time for the object while anything in it is open. */
  const expectWakeUp = (wanted: number): void => {
    const at = nextWakeUp(wanted, store.wakeUpAt(), deps.now());
    if (at === undefined || deps.name === undefined) return;
    store.transaction(() => store.setWakeUpAt(at));
    const sent = deps.sendWakeUp({ ledger: deps.name, at }, at - deps.now());
    // The alarm is set; the next look that finds this message overdue sends another.
    deps.background(sent.catch(() => deps.log({ level: "error", event: "wake_up_not_sent" })));
  };
  const wakeAt = (wanted: number): void => {
    // The alarm in the turn of the rows that it is for, and before anything else can go wrong.
    if (wakesAt === undefined || wakesAt > wanted || wakesAt <= deps.now()) {
      wakesAt = wanted;
      deps.background(deps.wakeBy(wanted));
    }
    expectWakeUp(wanted);
  };
  const ledger = createLedger({
    store,
    now: deps.now,
    wakeAt,
    background: deps.background,
    deadLetter: deps.deadLetter,
    askSitoo: deps.askSitoo,
  });

  const contextOf = (
    tenant: Tenant,
    { accountsWithInstruments = [] }: LedgerScope["stored"],
    channelId: string,
    customerId: string,
  ): LedgerContext | undefined => {
    const channel = tenant.channels.get(channelId);
    if (channel === undefined) return undefined;
    return {
      crm: deps.crm(channel),
      policy: channel.redemption,
      owner: { tenant: tenant.name, channelId, customerId },
      ordersCarryIds: tenant.accounts.some(
        (account) =>
          account.id === channel.market.account &&
          accountsWithInstruments.includes(account.accountId),
      ),
      ordersSettle: tenant.orders.mode !== "off",
    };
  };
  /** An order that does not say whose it is came here by the index: it is the owner's. */
  const contextOfOrder = async (
    scope: LedgerScope,
    customerId = ledger.owner()?.customerId,
  ): Promise<LedgerContext | undefined> =>
    customerId === undefined
      ? undefined
      : contextOf(await deps.fromScope(scope), scope.stored, scope.channelId, customerId);

  /** So that an order which does not say whose it is finds this ledger. No till waits for it. */
  const noteInIndex = async (
    tenant: Tenant,
    { channelId, customerId }: LedgerContext["owner"],
    refs: readonly InstrumentRef[],
  ): Promise<void> => {
    const channel = tenant.channels.get(channelId);
    const keys = new Set(refs.map(instrumentKey));
    const held = ledger
      .overlay()
      .filter(({ ref, state }) => holds(state) && keys.has(instrumentKey(ref)))
      .map(({ ref }) => ref);
    if (channel === undefined || held.length === 0) return;
    const name = await ledgerName(tenant.name, channel.crmInstance, customerId);
    const { noteInstruments } = deps.index(tenant.name, channel.crmInstance);
    await noteInstruments(held, name)
      .catch(() => noteInstruments(held, name))
      .catch(() => deps.log({ level: "error", event: "index_away", tenant: tenant.name }));
  };
  /**
   * Hands everything over to the ledger of the id by which the CRM knows the customer now. The
   * alias is durable first, so that from then on nothing here is worked on, and what broke off
   * in between is handed over again.
   */
  const handOver = async (next: Successor): Promise<void> => {
    const owner = ledger.owner();
    // A ledger that holds nothing has nothing to hand over, and keeps no alias for a stranger's id.
    if (owner === undefined || next.name === deps.name) return;
    if (store.movedTo()?.name !== next.name) store.transaction(() => store.setMovedTo(next));
    await ledger.idle();
    const contents = store.contents();
    if (contents.redemptions.length === 0) return;
    await deps
      .peer(next.name)
      .takeOver({ owner: { ...owner, customerId: next.customerId }, contents });
    store.transaction(() => store.dropContents());
  };
  /** The ledger that took this one over; undefined while this one is the customer's own. */
  const successor = async (): Promise<Successor | undefined> => {
    const next = store.movedTo();
    if (next !== undefined) await handOver(next);
    return next;
  };
  const handOverTo = async (
    tenant: Tenant,
    channelId: string,
    customerId: string,
  ): Promise<void> => {
    const channel = tenant.channels.get(channelId);
    if (channel === undefined) return;
    const name = await ledgerName(tenant.name, channel.crmInstance, customerId);
    await handOver({ customerId, name });
  };

  const missingChannel = {
    kind: "failed",
    failure: { kind: "set_up_fault", detail: "channel is gone" },
  } as const;

  const alarm = async (): Promise<void> => {
    wakesAt = undefined;
    const owner = ledger.owner();
    if (owner === undefined) return;
    const found = await deps.byName(owner.tenant);
    const context =
      found === undefined
        ? undefined
        : contextOf(found.tenant, found.stored, owner.channelId, owner.customerId);
    if (context === undefined) {
      // Removed, or its configuration cannot be read: what is open stays and is looked at again.
      deps.log({ level: "error", event: "ledger_without_tenant", tenant: owner.tenant });
      wakeAt(deps.now() + unknownTenantMs);
      return;
    }
    try {
      // A hand-over that broke off.
      if ((await successor()) !== undefined) return;
      await ledger.wake(context);
    } catch (error) {
      // The runtime's own retries end after six; what is open must be looked at all the same.
      deps.log({
        level: "error",
        event: "ledger_failed",
        error: error instanceof Error ? error.name : "unknown",
      });
      wakeAt(deps.now() + restMs);
    }
  };

  return {
    overlay: () => Promise.resolve(ledger.overlay()),
    async trail() {
      const next = await successor();
      return next === undefined ? ledger.trail() : deps.peer(next.name).trail();
    },
    async redeem(scope, call) {
      const tenant = await deps.fromScope(scope);
      const context = contextOf(tenant, scope.stored, scope.channelId, call.customerId);
      if (context === undefined) return missingChannel;
      const next = await successor();
      if (next !== undefined) return { kind: "moved", customerId: next.customerId };
      const result = await ledger.redeem(call, context);
      if (result.kind === "moved") await handOverTo(tenant, scope.channelId, result.customerId);
      deps.background(noteInIndex(tenant, context.owner, call.refs));
      return result;
    },
    async undo(scope, call) {
      const next = await successor();
      if (next !== undefined) return { kind: "moved", customerId: next.customerId };
      const owner = ledger.owner();
      const customerId = call.customerId ?? owner?.customerId;
      if (customerId === undefined) return { kind: "not_known" };
      const context = contextOf(
        await deps.fromScope(scope),
        scope.stored,
        owner?.channelId ?? scope.channelId,
        customerId,
      );
      if (context !== undefined) return ledger.undo(call, context);
      // Its channel is gone from the tenant file: it must not be said to be undone.
      return { kind: owner === undefined ? "not_known" : "ledger_away" };
    },
    async rows() {
      const next = await successor();
      return next === undefined ? ledger.rows() : deps.peer(next.name).rows();
    },
    async moveTo(scope, customerId) {
      await handOverTo(await deps.fromScope(scope), scope.channelId, customerId);
    },
    takeOver(call) {
      store.transaction(() => store.takeOver(call, deps.now()));
      wakeAt(deps.now() + takenOverMs);
      return Promise.resolve();
    },
    async giveBack(scope, call) {
      const next = await successor();
      if (next !== undefined) return deps.peer(next.name).giveBack(scope, call);
      const owner = ledger.owner();
      if (owner === undefined) return { kind: "not_found" };
      const tenant = await deps.fromScope(scope);
      const context = contextOf(tenant, scope.stored, owner.channelId, owner.customerId);
      return context === undefined ? { kind: "not_found" } : ledger.giveBack(call, context);
    },
    async orderReturned(scope, { customerId, back }) {
      const next = await successor();
      if (next !== undefined)
        return deps.peer(next.name).orderReturned(scope, { customerId: next.customerId, back });
      const context = await contextOfOrder(scope, customerId);
      // A customer who never redeemed has nothing to be given back, and gets no table.
      if (context === undefined || ledger.owner() === undefined) return { noted: false };
      ledger.orderReturned(back, context);
      return { noted: true };
    },
    async orderClosed(scope, { customerId, use }) {
      const next = await successor();
      if (next !== undefined)
        return deps.peer(next.name).orderClosed(scope, { customerId: next.customerId, use });
      const context = await contextOfOrder(scope, customerId);
      if (context === undefined) return { noted: false };
      return { noted: ledger.orderClosed(use, context) };
    },
    async issueChecks(scope, { customerId, ...call }) {
      const tenant = await deps.fromScope(scope);
      const context = contextOf(tenant, scope.stored, scope.channelId, customerId);
      return context === undefined ? missingChannel : ledger.issueChecks(context, call);
    },
    async wakeUp(at) {
      // A later message has taken its place: looking does no harm, and sends no further one.
      if (store.wakeUpAt() === at) store.transaction(() => store.setWakeUpAt(undefined));
      await alarm();
    },
    alarm,
  };
};
