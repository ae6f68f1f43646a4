import type { Crm } from "../crm/port.ts";
import { instrumentKey, type InstrumentRef } from "../model/instrument.ts";
import type { Found } from "../tenants/cache.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import type { Channel, Tenant } from "../tenants/tenant.ts";
import { createLedger, type LedgerDeps } from "./ledger.ts";
import type { LedgerContext } from "./ledger_calls.ts";
import type { LedgerObject, LedgerScope } from "./ledger_client.ts";
import type { LedgerIndex } from "./ledger_index_client.ts";
import { createLedgerStore, type LedgerStorage } from "./ledger_store.ts";
import { holds } from "./machine.ts";
import { ledgerName } from "./redeem_id.ts";

/** What the Durable Object gives to the ledger that lives in it. */
export type LedgerHostDeps = {
  readonly storage: LedgerStorage;
  readonly now: () => number;
  /** Sets the alarm, unless an earlier one is set: after an eviction only storage knows. */
  readonly wakeBy: (at: number) => Promise<void>;
  readonly background: (work: Promise<unknown>) => void;
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

/** A ledger in its object: opens the caller's tenant, and wakes by alarm for what is open. */
export const hostLedger = (deps: LedgerHostDeps): LedgerObject & { alarm(): Promise<void> } => {
  const store = createLedgerStore(deps.storage);
  let wakesAt: number | undefined;
  const wakeAt = (wanted: number): void => {
    if (wakesAt !== undefined && wakesAt <= wanted && wakesAt > deps.now()) return;
    wakesAt = wanted;
    deps.background(deps.wakeBy(wanted));
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
    channelId: string,
    customerId: string,
    accountsWithInstruments: readonly number[] = [],
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
      : contextOf(await deps.fromScope(scope), scope.channelId, customerId);

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
  const missingChannel = {
    kind: "failed",
    failure: { kind: "set_up_fault", detail: "channel is gone" },
  } as const;

  return {
    overlay: () => Promise.resolve(ledger.overlay()),
    trail: () => Promise.resolve(ledger.trail()),
    async redeem(scope, call) {
      const tenant = await deps.fromScope(scope);
      const { accountsWithInstruments } = scope.stored;
      const context = contextOf(tenant, scope.channelId, call.customerId, accountsWithInstruments);
      if (context === undefined) return missingChannel;
      const result = await ledger.redeem(call, context);
      deps.background(noteInIndex(tenant, context.owner, call.refs));
      return result;
    },
    async undo(scope, call) {
      const owner = ledger.owner();
      const customerId = call.customerId ?? owner?.customerId;
      if (customerId === undefined) return { kind: "not_known" };
      const context = contextOf(
        await deps.fromScope(scope),
        owner?.channelId ?? scope.channelId,
        customerId,
      );
      if (context !== undefined) return ledger.undo(call, context);
      // Its channel is gone from the tenant file: it must not be said to be undone.
      return { kind: owner === undefined ? "not_known" : "ledger_away" };
    },
    rows: () => Promise.resolve(ledger.rows()),
    async giveBack(scope, call) {
      const owner = ledger.owner();
      if (owner === undefined) return { kind: "not_found" };
      const tenant = await deps.fromScope(scope);
      const context = contextOf(tenant, owner.channelId, owner.customerId);
      return context === undefined ? { kind: "not_found" } : ledger.giveBack(call, context);
    },
    async orderReturned(scope, { customerId, back }) {
      const context = await contextOfOrder(scope, customerId);
      // A customer who never redeemed has nothing to be given back, and gets no table.
      if (context === undefined || ledger.owner() === undefined) return { noted: false };
      ledger.orderReturned(back, context);
      return { noted: true };
    },
    async orderClosed(scope, { customerId, use }) {
      const context = await contextOfOrder(scope, customerId);
      if (context === undefined) return { noted: false };
      ledger.orderClosed(use, context);
      return { noted: true };
    },
    async alarm() {
      wakesAt = undefined;
      const owner = ledger.owner();
      if (owner === undefined) return;
      const found = await deps.byName(owner.tenant);
      const context =
        found === undefined
          ? undefined
          : contextOf(
              found.tenant,
              owner.channelId,
              owner.customerId,
              found.stored.accountsWithInstruments,
            );
      if (context === undefined) {
        // Removed, or its configuration cannot be read: what is open stays and is looked at again.
        deps.log({ level: "error", event: "ledger_without_tenant", tenant: owner.tenant });
        wakeAt(deps.now() + unknownTenantMs);
        return;
      }
      try {
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
    },
  };
};
