import type { Crm, CrmCall, InstrumentStatus, MirroredUse } from "../../src/crm/port.ts";
import type { CrmFailure } from "../../src/model/crm_failure.ts";
import { mayHaveActed } from "../../src/model/crm_failure.ts";
import { instrumentKey, type Instrument, type InstrumentRef } from "../../src/model/instrument.ts";
import { failed, ok, type Outcome } from "../../src/model/outcome.ts";
import type { Clock } from "./clock.ts";

/** What becomes of one call. Without `failure` it is done and answered. */
export type Fate = {
  readonly ms: number;
  readonly failure?: CrmFailure;
  /** When the CRM acts although it answers a failure that leaves it open: after the send, or never. */
  readonly actsAfterMs?: number;
};
export type Operation = "commit" | "reverse" | "read";

export type Held = {
  readonly instrument: Instrument;
  redeemed: boolean;
  redeemedAt: number;
  by: "us" | "somebody" | undefined;
  /** Raised when staff give it back by hand: what follows is another use. */
  generation: number;
  staffAt: number;
  /** When commits of ours took effect, oldest first. */
  usedByUsAt: number[];
};

const plain: Fate = { ms: 30 };

/** A CRM whose calls take their time on the clock, act and answer apart, or one without the other. */
export const createSlowCrm = (
  clock: Clock,
  refs: readonly InstrumentRef[],
  /** False: it shows instruments and has no call to redeem one; it takes a mirror. */
  canRedeem = true,
) => {
  const mirrored: MirroredUse[] = [];
  const held = new Map<string, Held>();
  const fates: Record<Operation, Fate[]> = { commit: [], reverse: [], read: [] };
  /** Sends whose outcome could not be told to us: a use by somebody else near them is told apart by nobody. */
  const unclearAt = new Map<string, number[]>();
  const othersAt = new Map<string, number[]>();
  const calls: string[] = [];
  /** Writes that are under way. */
  const writes = new Set<{ readonly ref: InstrumentRef; readonly at: number }>();
  let acted = 0;
  let object = 0;
  /** Loses the object at this call, as it is sent. */
  let onSend: ((call: number) => "goes on" | "acts" | "does nothing") | undefined;

  for (const ref of refs) {
    const base = { id: ref.id, name: ref.id, redeemed: false };
    const instrument: Instrument =
      ref.kind === "promotion"
        ? { ...base, kind: "promotion", offer: { type: "cart_percent", percent: 10 } }
        : { ...base, kind: "bonus_check", amount: { minor: 5_000, currency: "SEK" } };
    held.set(instrumentKey(ref), {
      instrument,
      redeemed: false,
      redeemedAt: 0,
      by: undefined,
      generation: 0,
      staffAt: Number.NEGATIVE_INFINITY,
      usedByUsAt: [],
    });
  }
  const of = (ref: InstrumentRef): Held => {
    const found = held.get(instrumentKey(ref));
    if (found === undefined) throw new Error(`no ${ref.id} in this test`);
    return found;
  };
  const note = (where: Map<string, number[]>, ref: InstrumentRef, at: number): void => {
    const key = instrumentKey(ref);
    where.set(key, [...(where.get(key) ?? []), at]);
  };

  const send = <Value>(
    operation: Operation,
    name: string,
    call: CrmCall,
    ref: InstrumentRef | undefined,
    act: () => Outcome<Value, CrmFailure>,
  ): Promise<Outcome<Value, CrmFailure>> => {
    calls.push(name);
    const fate = fates[operation].shift() ?? plain;
    const sender = object;
    const sentAt = clock.now();
    const here = onSend?.(calls.length) ?? "goes on";
    const isUnclear = operation !== "read" && ref !== undefined;
    if (here !== "goes on") {
      if (isUnclear) note(unclearAt, ref, sentAt);
      if (here === "acts") act();
      return new Promise(() => undefined);
    }
    // The adapter ends every call at its deadline; what the CRM does then nobody hears.
    const isLate = sentAt + fate.ms > call.deadline;
    const failure: CrmFailure | undefined = isLate ? { kind: "timed_out" } : fate.failure;
    const answersAt = isLate ? Math.max(call.deadline, sentAt) : sentAt + fate.ms;
    if (isUnclear && failure !== undefined && mayHaveActed(failure)) note(unclearAt, ref, sentAt);
    let outcome: Outcome<Value, CrmFailure> | undefined;
    const actsAt =
      fate.failure === undefined
        ? sentAt + Math.floor(fate.ms / 2)
        : fate.actsAfterMs === undefined
          ? undefined
          : sentAt + fate.actsAfterMs;
    if (actsAt !== undefined)
      clock.at(actsAt, () => {
        outcome = act();
        acted += 1;
      });
    const write = isUnclear ? { ref, at: sentAt } : undefined;
    if (write !== undefined) writes.add(write);
    return new Promise((resolve) =>
      clock.at(answersAt, () => {
        if (write !== undefined) writes.delete(write);
        // Whoever asked is gone.
        if (sender !== object) return;
        if (failure !== undefined) return resolve(failed(failure));
        resolve(outcome ?? failed({ kind: "timed_out" }));
      }),
    );
  };
  const unused = (): never => {
    throw new Error("not part of this test");
  };
  const done = ok({});

  const crm: Crm = {
    capabilities: {
      searchBy: ["mobile"],
      indexedBy: [],
      lookupBy: [],
      commit: { promotion: canRedeem, bonus_check: canRedeem },
      reverse: { promotion: false, bonus_check: canRedeem },
      deliveryIdempotent: true,
      takesChanges: false,
      anonymousSales: false,
      takesBack: true,
      deliveryBatch: 1,
      deliveryRate: 1_000,
      deliveryConcurrency: 5,
      writesShowWithinMs: 0,
      offersByPassword: false,
    },
    search: unused,
    lookup: unused,
    get: (id) =>
      Promise.resolve(ok({ customer: { id }, sections: [], voucherPasswords: [], degraded: [] })),
    create: unused,
    update: unused,
    purchases: unused,
    consents: unused,
    deliver: unused,
    instruments: (_customer, call) =>
      send("read", "instruments", call, undefined, () => {
        const free = [...held.values()].filter((one) => !one.redeemed).map((one) => one.instrument);
        return ok({
          promotions: free.filter((one) => one.kind === "promotion"),
          bonusChecks: free.filter((one) => one.kind === "bonus_check"),
          voucherPasswords: [],
          sections: [],
          degraded: [],
        });
      }),
    commit: (_customer, ref, call) =>
      send("commit", `commit ${ref.id}`, call, ref, () => {
        const one = of(ref);
        if (one.redeemed) return failed({ kind: "already_redeemed" });
        Object.assign(one, { redeemed: true, redeemedAt: clock.now(), by: "us" });
        one.usedByUsAt.push(clock.now());
        return ok({ at: new Date(clock.now()).toISOString() });
      }),
    reverse: (_customer, ref, call) =>
      ref.kind === "promotion"
        ? Promise.resolve(failed({ kind: "cannot_reverse", detail: "no such call" }))
        : send("reverse", `reverse ${ref.id}`, call, ref, () => {
            const one = of(ref);
            if (!one.redeemed) return failed({ kind: "already_active" });
            Object.assign(one, { redeemed: false, by: undefined });
            return done;
          }),
    ...(canRedeem
      ? {}
      : {
          mirror: (_customer: string, use: MirroredUse, call: CrmCall) =>
            send("read", `mirror ${use.what}`, call, undefined, () => {
              mirrored.push(use);
              return done;
            }),
        }),
    status: (_customer, ref, call) =>
      send<InstrumentStatus>("read", `status ${ref.id}`, call, ref, () => {
        const one = of(ref);
        return ok(
          one.redeemed
            ? { state: "redeemed", at: new Date(one.redeemedAt).toISOString() }
            : { state: "available" },
        );
      }),
  };
  /** As far as a window of ours can reach around a send: two minutes of slack, and what the sends took. */
  const nearMs = 150_000;
  return {
    crm,
    of,
    mirrored,
    fates,
    calls,
    acts: (): number => acted,
    loseAt: (decide: (call: number) => "goes on" | "acts" | "does nothing"): void => {
      onSend = decide;
    },
    /** Answers of the calls under way reach nobody. */
    dropAnswers: (): void => {
      object += 1;
      for (const { ref, at } of writes) note(unclearAt, ref, at);
    },
    web: (ref: InstrumentRef): void => {
      const one = of(ref);
      if (one.redeemed) return;
      acted += 1;
      Object.assign(one, { redeemed: true, redeemedAt: clock.now(), by: "somebody" });
      note(othersAt, ref, clock.now());
    },
    staff: (ref: InstrumentRef): void => {
      const one = of(ref);
      if (!one.redeemed) return;
      one.generation += 1;
      acted += 1;
      Object.assign(one, { redeemed: false, by: undefined, staffAt: clock.now() });
      note(othersAt, ref, clock.now());
    },
    /** What somebody else did lies so near to a send of ours without an answer that no time tells them apart. */
    isBlurred: (ref: InstrumentRef): boolean => {
      const key = instrumentKey(ref);
      const sends = unclearAt.get(key) ?? [];
      const [from, to] = [Math.min(...sends) - nearMs, Math.max(...sends) + nearMs];
      return (othersAt.get(key) ?? []).some((at) => at >= from && at <= to);
    },
  };
};
