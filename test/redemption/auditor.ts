import type { Till } from "../../src/redemption/machine/admission.ts";
import { otherTill } from "../../src/redemption/machine/admission.ts";
import type { RedeemResult } from "../../src/redemption/ledger_calls.ts";
import type { RedemptionRow } from "../../src/redemption/machine/redemption_row.ts";
import { isOpen } from "../../src/redemption/machine/machine.ts";
import type { OrderUse } from "../../src/redemption/order_use.ts";
import { instrumentKey, type InstrumentRef } from "../../src/model/instrument.ts";
import type { EvictableLedger } from "./evictable_ledger.ts";

/** A success that a till holds for one instrument, and did not undo. */
type Hold = {
  readonly ref: InstrumentRef;
  readonly till: Till;
  readonly groupId: string;
  readonly generation: number;
  sentTick: number;
  /** False: an undo crossed it, or was lost; the till itself cannot know. */
  certain: boolean;
};
type Undo = {
  readonly till: Till;
  readonly refs?: readonly InstrumentRef[];
  readonly groupId?: string;
  readonly sentTick: number;
  answeredTick?: number;
  /** Keys that it said are free. */
  freed: ReadonlySet<string>;
};

const tillPatienceMs = 7_500;

/**
 * Tills and orders that remember what they were told, and hold the ledger and the CRM to it.
 * Everything that breaks a promise is a line in `faults`.
 */
export const auditor = (world: EvictableLedger, refs: readonly InstrumentRef[]) => {
  const { clock, crm, store } = world;
  const faults: string[] = [];
  const log: string[] = [];
  const began = clock.now();
  let holds: Hold[] = [];
  const undos: Undo[] = [];
  const orders: OrderUse[] = [];
  const lastGroup = new Map<string, string>();
  const toldGroups = new Set<string>();
  let tick = 0;
  let inspected = "";
  let pending = 0;
  let requests = 0;

  /** An alarm can be lost; then the message behind it must be on its way. */
  const isWatched = (): boolean =>
    world.alarm() !== undefined || (world.wakeUpAt() ?? 0) > clock.now();

  const say = (what: string): void => {
    log.push(`${((clock.now() - began) / 1_000).toFixed(1)}s ${what}`);
  };
  const fault = (what: string): void => {
    say(`FAULT ${what}`);
    faults.push(what);
  };
  const listed = (some: readonly InstrumentRef[]): string => some.map((ref) => ref.id).join(", ");
  const nameOf = (till: Till): string => till.registerId ?? "no register";

  world.whenLost(() => {
    say("object lost");
    tick += 1;
    pending = 0;
    // An undo without an answer may have worked.
    for (const undo of undos) {
      if (undo.answeredTick !== undefined) continue;
      undo.answeredTick = ++tick;
      for (const hold of holds) if (concerns(undo, hold)) hold.certain = false;
    }
    // Behind what is rolled back now.
    clock.at(clock.now(), () => {
      if (world.open().length > 0 && !isWatched())
        fault("open rows, and neither alarm nor message after the object was lost");
    });
  });

  const rowOf = (ref: InstrumentRef, groupId: string): RedemptionRow | undefined =>
    store.group(groupId).find((row) => instrumentKey(row.ref) === instrumentKey(ref));
  const concerns = (undo: Undo, hold: Pick<Hold, "ref" | "till" | "groupId">): boolean =>
    (undo.refs === undefined ||
      undo.refs.some((ref) => instrumentKey(ref) === instrumentKey(hold.ref))) &&
    (undo.groupId === undefined ? !otherTill(hold.till, undo.till) : undo.groupId === hold.groupId);

  /** An undo of it is under way. */
  const isContested = (hold: Hold): boolean =>
    undos.some((undo) => undo.answeredTick === undefined && concerns(undo, hold));

  const told = (
    result: RedeemResult & { kind: "redeemed" },
    till: Till,
    sentTick: number,
  ): void => {
    for (const item of result.items) {
      if (!item.redeemed) continue;
      const ref: InstrumentRef = { kind: item.kind, id: item.id };
      if (crm.isBlurred(ref)) continue;
      const one = crm.of(ref);
      const row = rowOf(ref, result.groupId);
      if (row === undefined) {
        fault(`${nameOf(till)} hears success for ${ref.id} that no row holds`);
        continue;
      }
      const isCovered =
        row.viaLedger ||
        row.state === "reserved" ||
        // Sold meanwhile: the order commits it, or a person hears.
        row.order !== undefined ||
        (one.redeemed && one.by === "us");
      const isBeingUndone = undos.some(
        (undo) =>
          undo.answeredTick === undefined && concerns(undo, { ref, till, groupId: result.groupId }),
      );
      if (!isCovered && !isBeingUndone) {
        if (one.staffAt < usedAt(row))
          fault(`${nameOf(till)} hears success for ${ref.id}, and the CRM does not hold it used`);
        continue;
      }
      const hold: Hold = {
        ref,
        till,
        groupId: result.groupId,
        // Staff may have given it back between the CRM's act and its answer.
        generation: one.generation - (usedAt(row) < one.staffAt ? 1 : 0),
        sentTick,
        // Given back twice, by staff in the CRM and by our copy: the design lets both be used.
        certain: !(row.viaLedger && one.generation > 0),
      };
      for (const undo of undos) {
        if (!concerns(undo, hold)) continue;
        const freed = undo.answeredTick !== undefined && undo.freed.has(instrumentKey(ref));
        if (freed && sentTick < undo.sentTick) {
          fault(`${nameOf(till)} hears success for ${ref.id} after it heard that it is undone`);
          hold.certain = false;
        }
        if (undo.sentTick < sentTick && (undo.answeredTick ?? tick) > sentTick)
          hold.certain = false;
      }
      holds = holds.filter(
        (other) =>
          !(other.groupId === hold.groupId && instrumentKey(other.ref) === instrumentKey(ref)),
      );
      holds.push(hold);
    }
  };

  const live = (ref: InstrumentRef): Hold[] => {
    holds = holds.filter((hold) => {
      const row = rowOf(hold.ref, hold.groupId);
      // A reservation ends with its time; what is lost has been told to a person.
      const isOver =
        row === undefined ||
        row.state === "lost" ||
        row.state === "attention" ||
        // By policy: no order claimed it.
        row.givenBack ||
        (row.state === "released" && row.order === undefined && row.committedAt === undefined);
      return !isOver && hold.generation === crm.of(hold.ref).generation;
    });
    return holds.filter((hold) => instrumentKey(hold.ref) === instrumentKey(ref));
  };
  /**
   * When its use came about; a row that was given back can be used again by an order. Between the
   * CRM's act and its answer staff may have given it back already, so the act counts where there was one.
   */
  const usedAt = (row: RedemptionRow): number => {
    const knownAt =
      store
        .trail()
        .findLast((entry) => entry.redemptionId === row.redemptionId && entry.to === "committed")
        ?.at ?? row.startedAt;
    const acts = row.viaLedger ? [] : crm.of(row.ref).usedByUsAt;
    return acts.findLast((at) => at <= knownAt) ?? knownAt;
  };
  /** Uses that closed orders have made since staff last gave it back. */
  const settled = (ref: InstrumentRef): RedemptionRow[] =>
    world
      .rows()
      .filter(
        (row) =>
          instrumentKey(row.ref) === instrumentKey(ref) &&
          row.state === "settled" &&
          usedAt(row) > crm.of(ref).staffAt,
      );

  /** After every step. */
  const inspect = (): void => {
    const now = `${world.changes()} ${tick}`;
    if (now === inspected) return;
    inspected = now;
    const unheard = world
      .rows()
      .find((row) => row.state === "committed" && !row.heard && row.order === undefined);
    if (
      unheard !== undefined &&
      pending === 0 &&
      world.isIdle() &&
      Math.min(
        world.alarm() ?? Number.POSITIVE_INFINITY,
        world.wakeUpAt() ?? Number.POSITIVE_INFINITY,
      ) >
        clock.now() + 3_600_000
    )
      fault(`${unheard.ref.id} is committed, no till heard of it, and no alarm will give it back`);
    for (const ref of refs) {
      if (crm.isBlurred(ref)) continue;
      const one = crm.of(ref);
      const certain = live(ref).filter((hold) => hold.certain && !isContested(hold));
      const groups = new Set([
        // An order's own use is settled or lost: of two orders one is, and a person hears of it.
        ...certain
          .filter((hold) => rowOf(ref, hold.groupId)?.order === undefined)
          .map((hold) => hold.groupId),
        ...settled(ref).map((row) => row.groupId),
      ]);
      if (groups.size > 1)
        fault(
          `${ref.id} is used ${groups.size} times: ${certain.map((hold) => nameOf(hold.till)).join(", ")}`,
        );
      for (const hold of certain) {
        const row = rowOf(ref, hold.groupId);
        const isCovered =
          (one.redeemed && one.by === "us") ||
          row?.viaLedger === true ||
          row?.state === "reserved" ||
          row?.order !== undefined;
        if (!isCovered) {
          fault(`${nameOf(hold.till)} holds ${ref.id} (row ${row?.state}), the CRM has it free`);
          hold.certain = false;
        }
      }
    }
    if (!isWatched() && pending === 0 && world.isIdle() && world.open().length > 0)
      fault(
        `open rows, and neither alarm nor message: ${world
          .open()
          .map((row) => row.state)
          .join(", ")}`,
      );
  };

  const redeem = async (
    till: Till,
    set: readonly InstrumentRef[],
    hear: (result: RedeemResult) => void = () => undefined,
  ): Promise<void> => {
    const sentTick = ++tick;
    const deadline = clock.now() + tillPatienceMs;
    const names = listed(set);
    say(`${nameOf(till)} redeems ${names}`);
    pending += 1;
    const asked = world.host();
    const result = await asked
      .redeem(world.scope, {
        customerId: "c-1",
        refs: set,
        till,
        requestId: `r-${++requests}`,
        deadline,
      })
      .catch(() => undefined);
    // Lost with its object: the till hears that nobody knows.
    if (asked !== world.host() || result === undefined) return;
    pending -= 1;
    tick += 1;
    say(`${nameOf(till)} hears of ${names}: ${JSON.stringify(result)}`);
    if (clock.now() > deadline) return;
    if (result.kind === "redeemed") {
      lastGroup.set(nameOf(till), result.groupId);
      toldGroups.add(result.groupId);
      told(result, till, sentTick);
    } else {
      // It asked anew for what it had, and was refused: it no longer knows what it has.
      const anew = new Set(set.map(instrumentKey));
      for (const hold of holds)
        if (nameOf(hold.till) === nameOf(till) && anew.has(instrumentKey(hold.ref)))
          if (result.kind === "refused" && result.refusal.kind === "outcome_unknown")
            hold.certain = false;
    }
    hear(result);
  };

  const undo = async (
    till: Till,
    by: { readonly refs?: readonly InstrumentRef[]; readonly groupId?: string },
  ): Promise<void> => {
    const one: Undo = { till, ...by, sentTick: ++tick, freed: new Set() };
    undos.push(one);
    say(`${nameOf(till)} undoes ${by.groupId ?? ""} ${listed(by.refs ?? [])}`);
    pending += 1;
    const asked = world.host();
    const result = await asked
      .undo(world.scope, { customerId: "c-1", ...by, till, requestId: `r-${++requests}` })
      .catch(() => undefined);
    if (asked !== world.host() || result === undefined) return;
    pending -= 1;
    one.answeredTick = ++tick;
    say(`${nameOf(till)} hears of its undo: ${JSON.stringify(result)}`);
    if (result.kind !== "undone") return;
    one.freed = new Set(result.items.filter((item) => !item.redeemed).map(instrumentKey));
    holds = holds.filter((hold) => {
      const state = rowOf(hold.ref, hold.groupId)?.state;
      // What it says is in use may be so by a newer redeem; this one is over all the same.
      const isOver = state === "reversed" || state === "reinstated" || state === "released";
      if (!concerns(one, hold)) return true;
      if (!isOver && !one.freed.has(instrumentKey(hold.ref))) return true;
      if (hold.sentTick < one.sentTick) return false;
      hold.certain = false;
      return true;
    });
  };

  const close = async (use: OrderUse): Promise<void> => {
    say(`order ${use.order} names ${listed(use.refs)} linked ${use.linked.join(", ")}`);
    const asked = world.host();
    const result = await asked
      .orderClosed(world.scope, { customerId: "c-1", use })
      .catch(() => undefined);
    if (asked !== world.host() || result === undefined) return;
    if (result.noted) orders.push(use);
  };

  const trailExplains = (): void => {
    const reached = new Map<string, string>();
    for (const entry of store.trail()) {
      const before = reached.get(entry.redemptionId) ?? "available";
      if (entry.from !== before)
        fault(`trail: ${entry.event} leaves ${entry.from}, but the row was ${before}`);
      reached.set(entry.redemptionId, entry.to);
    }
    for (const row of world.rows())
      if (reached.get(row.redemptionId) !== row.state)
        fault(`trail ends in ${reached.get(row.redemptionId)}, the row is ${row.state}`);
  };

  /** When no more goes wrong and days have passed. */
  const atTheEnd = async (
    mayNeedAPerson: boolean,
    pass: (ms: number) => Promise<void>,
  ): Promise<void> => {
    for (const row of world.rows()) {
      if (isOpen(row.state)) fault(`${row.ref.id} is still ${row.state}`);
      if (row.state === "attention" && !mayNeedAPerson)
        fault(`a person must look at ${row.ref.id} although the CRM could be read`);
      const isTold = world.letters.some(({ id }) => id === `redemption-${row.redemptionId}`);
      if ((row.state === "lost" || row.state === "attention") && !isTold)
        fault(`${row.ref.id} is ${row.state} and nobody was told`);
    }
    for (const letter of world.letters) {
      const state = letter.kind === "redemption_lost" ? "lost" : "attention";
      const wasSo = store
        .trail()
        .some((entry) => letter.id === `redemption-${entry.redemptionId}` && entry.to === state);
      if (letter.kind !== "redemption_unclaimed" && !wasSo)
        fault(`a person is told ${letter.kind} of what never was ${state}`);
    }
    for (const row of world.open()) fault(`${row.ref.id} is open for ever: ${row.state}`);
    trailExplains();
    for (const use of orders)
      for (const ref of use.refs) {
        const known = new Set([
          use.order,
          ...use.linked,
          ...orders.filter((other) => other.linked.includes(use.order)).map(({ order }) => order),
        ]);
        const row = world
          .rows()
          .find(
            (one) =>
              instrumentKey(one.ref) === instrumentKey(ref) &&
              one.order !== undefined &&
              known.has(one.order),
          );
        if (row?.state !== "settled" && row?.state !== "lost" && row?.state !== "attention")
          fault(`order ${use.order} used ${ref.id}, its row is ${row?.state}`);
      }
    for (const ref of refs) {
      const one = crm.of(ref);
      if (crm.isBlurred(ref) || (one.redeemed && one.by !== "us")) continue;
      const needsPerson = world
        .rows()
        .some((row) => row.state === "attention" && instrumentKey(row.ref) === instrumentKey(ref));
      if (needsPerson) continue;
      // The answer was on its way when the object was lost: the till may have heard it.
      const isPerhapsHeard = world
        .rows()
        .some(
          (row) =>
            instrumentKey(row.ref) === instrumentKey(ref) &&
            row.heard &&
            row.state === "committed" &&
            !toldGroups.has(row.groupId),
        );
      const isUsed = live(ref).some((hold) => hold.certain) || settled(ref).length > 0;
      const mayBeUsed = isUsed || isPerhapsHeard || live(ref).length > 0;
      const isCopy = world.store.newest([ref]).some((row) => row.state === "reinstated");
      if (one.redeemed && !mayBeUsed && !isCopy)
        fault(`${ref.id} is burnt: used in the CRM, and neither a till nor an order has it`);
      let heard: RedeemResult | undefined;
      void redeem({ registerId: "reg-last" }, [ref], (result) => (heard = result));
      await pass(10_000);
      if (heard?.kind === "redeemed" && isUsed) fault(`${ref.id} is given a second time`);
      if (heard?.kind !== "redeemed" && !mayBeUsed)
        fault(`${ref.id} belongs to nobody, and cannot be redeemed: ${JSON.stringify(heard)}`);
    }
  };

  return {
    redeem,
    undo,
    close,
    inspect,
    atTheEnd,
    say,
    faults,
    lastGroup: (till: Till): string | undefined => lastGroup.get(nameOf(till)),
    story: (): string =>
      `${log.join("\n")}\n--- trail\n${store
        .trail()
        .map(
          (entry) =>
            `${((entry.at - began) / 1_000).toFixed(1)}s ${entry.redemptionId.slice(0, 4)} ${entry.event}: ${entry.from} > ${entry.to} ${entry.detail ?? ""}`,
        )
        .join("\n")}\n--- calls\n${crm.calls.join(", ")}`,
  };
};
