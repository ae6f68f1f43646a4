import type { StoredTenant } from "../tenants/stored_tenant.ts";
import type { InstrumentRef } from "../model/instrument.ts";
import type { Till } from "./machine/admission.ts";
import type {
  GiveBackCall,
  GiveBackResult,
  IssueCall,
  IssueResult,
  Moved,
  OverlayEntry,
  RedeemResult,
  UndoResult,
} from "./ledger_calls.ts";
import type { TakeOver } from "./tables/hand_over.ts";
import type { RedemptionRow, TrailEntry } from "./machine/redemption_row.ts";
import type { OrderReturn, OrderUse } from "./order_use.ts";
import { ledgerName, readRedeemId, signRedeemId } from "./redeem_id.ts";
import type { Redemptions } from "./redemptions.ts";

/** What the object is called with besides the call itself: the encrypted document, so that it reads no store. */
export type LedgerScope = { readonly stored: StoredTenant; readonly channelId: string };

/** The ledger object's methods, as called from outside; plain data both ways, and never a throw for business. */
export type LedgerObject = {
  overlay(): Promise<OverlayEntry[]>;
  redeem(
    scope: LedgerScope,
    call: {
      readonly customerId: string;
      readonly refs: readonly InstrumentRef[];
      /** By `instrumentKey`, decimal text: what the till takes off with a bonus check, where it says so. */
      readonly amounts?: Readonly<Record<string, string>>;
      readonly till: Till;
      readonly requestId: string;
      readonly deadline: number;
    },
  ): Promise<RedeemResult>;
  undo(
    scope: LedgerScope,
    call: {
      /** Absent: the ledger must know its owner. */
      readonly customerId?: string;
      readonly refs?: readonly InstrumentRef[];
      readonly groupId?: string;
      readonly till: Till;
      readonly requestId: string;
    },
  ): Promise<
    UndoResult | Moved | { readonly kind: "not_known" } | { readonly kind: "ledger_away" }
  >;
  /** The CRM knows the customer by another id now: hands over to that one's ledger, and points on. */
  moveTo(scope: LedgerScope, customerId: string): Promise<void>;
  /** Durable when it answers; a repeat changes nothing. */
  takeOver(call: TakeOver): Promise<void>;
  /**
   * Durable when it answers; a repeat changes nothing.
   * Without `customerId` it is for whoever the ledger belongs to, and not noted where that is nobody.
   */
  orderClosed(
    scope: LedgerScope,
    call: { readonly customerId?: string; readonly use: OrderUse },
  ): Promise<{ readonly noted: boolean }>;
  /** The same of goods that come back. */
  orderReturned(
    scope: LedgerScope,
    call: { readonly customerId?: string; readonly back: OrderReturn },
  ): Promise<{ readonly noted: boolean }>;
  giveBack(scope: LedgerScope, call: GiveBackCall): Promise<GiveBackResult>;
  /** Through the customer's own object, so that it does not meet a use on its way to the CRM. */
  issueChecks(
    scope: LedgerScope,
    call: IssueCall & { readonly customerId: string },
  ): Promise<IssueResult>;
  /** By a message that was sent for `at`, in case the alarm was lost. */
  wakeUp(at: number): Promise<void>;
  /** Every row, newest last. */
  rows(): Promise<RedemptionRow[]>;
  trail(): Promise<TrailEntry[]>;
};

/** A customer who was joined again and again, or to and fro. */
const mostHops = 3;
/** A card does not wait longer for the ledger than this (design.md 6.9). */
const overlayMs = 150;

/**
 * The ledgers of one channel, reached as objects by name.
 * @param open gives a new stub each time: one that threw stays broken.
 */
export const createRedemptions = (deps: {
  readonly scope: LedgerScope;
  readonly crmInstance: string;
  readonly open: (name: string) => LedgerObject;
  /** Told when the CRM answers an id with another one. */
  readonly joined: (former: string, customerId: string) => Promise<void>;
  readonly signingKeys: () => Promise<readonly [CryptoKey, ...CryptoKey[]]>;
  readonly background: (work: Promise<unknown>) => void;
  readonly log: (entry: Record<string, unknown>) => void;
}): Redemptions => {
  const { scope, open } = deps;
  const tenant = scope.stored.name;
  const nameOf = (customerId: string): Promise<string> =>
    ledgerName(tenant, deps.crmInstance, customerId);
  const sign = async (ledger: string, groupId: string): Promise<string> => {
    const [key] = await deps.signingKeys();
    return signRedeemId(key, tenant, { ledgerName: ledger, groupId });
  };
  const away = (operation: string): void =>
    deps.log({ level: "error", event: "ledger_away", tenant, operation });
  const tellJoined = (from: string, to: string): void =>
    deps.background(
      deps
        .joined(from, to)
        .catch(() => deps.log({ level: "error", event: "index_away", tenant, operation: "join" })),
    );

  return {
    async overlay(customerId) {
      const late = new Promise<undefined>((resolve) =>
        setTimeout(() => resolve(undefined), overlayMs),
      );
      const read = nameOf(customerId)
        .then((name) => open(name).overlay())
        .catch(() => {
          away("overlay");
          return undefined;
        });
      return Promise.race([read, late]);
    },
    moveTo(from, to) {
      const work = nameOf(from).then((name) => open(name).moveTo(scope, to));
      deps.background(work.catch(() => away("move")));
      tellJoined(from, to);
    },
    async redeem(call) {
      const attempt = async (customerId: string) => {
        const name = await nameOf(customerId);
        // A till that hangs up changes nothing: the call goes on to its end.
        const work = open(name).redeem(scope, { ...call, customerId });
        deps.background(work.catch(() => undefined));
        return { name, result: await work };
      };
      try {
        let { name, result } = await attempt(call.customerId);
        for (let hops = 0; result.kind === "moved" && hops < mostHops; hops += 1) {
          tellJoined(call.customerId, result.customerId);
          ({ name, result } = await attempt(result.customerId));
        }
        switch (result.kind) {
          case "redeemed":
            return { result, redeemId: await sign(name, result.groupId) };
          case "moved":
            // The CRM names the customer differently each time; no ledger can be theirs.
            return { result: { kind: "failed", failure: { kind: "customer_not_found" } } };
          default:
            return { result };
        }
      } catch {
        away("redeem");
        // The call may have begun: nobody knows what came of it.
        return { result: { kind: "refused", refusal: { kind: "outcome_unknown" } } };
      }
    },
    async undo({ customerId, refs, redeemId, onlyIfKnown, till, requestId }) {
      const id =
        redeemId === undefined
          ? undefined
          : await readRedeemId(await deps.signingKeys(), tenant, redeemId);
      // An id that we did not issue: nothing was redeemed under it.
      if (redeemId !== undefined && id === undefined)
        return { result: { kind: "undone", groupId: "", items: [] }, redeemId };
      const attempt = async (name: string, movedTo?: string) => {
        const named = movedTo ?? (onlyIfKnown === true ? undefined : customerId);
        const work = open(name).undo(scope, {
          ...(named === undefined ? {} : { customerId: named }),
          ...(refs === undefined ? {} : { refs }),
          ...(id === undefined ? {} : { groupId: id.groupId }),
          till,
          requestId,
        });
        deps.background(work.catch(() => undefined));
        return { name, result: await work };
      };
      try {
        let { name, result } = await attempt(id?.ledgerName ?? (await nameOf(customerId ?? "")));
        for (let hops = 0; result.kind === "moved" && hops < mostHops; hops += 1)
          ({ name, result } = await attempt(await nameOf(result.customerId), result.customerId));
        if (result.kind === "moved") return { result: { kind: "ledger_away" } };
        if (result.kind === "ledger_away") return { result };
        if (result.kind === "not_known") {
          return redeemId === undefined
            ? { result }
            : { result: { kind: "undone", groupId: "", items: [] }, redeemId };
        }
        return { result, redeemId: redeemId ?? (await sign(name, result.groupId)) };
      } catch {
        away("undo");
        return { result: { kind: "ledger_away" } };
      }
    },
  };
};
