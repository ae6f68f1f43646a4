import type { Crm, MirroredUse } from "../src/crm/port.ts";
import type { CrmFailure } from "../src/model/crm_failure.ts";
import { instrumentKey, type Instrument, type InstrumentRef } from "../src/model/instrument.ts";
import { failed, ok } from "../src/model/outcome.ts";

type Held = { instrument: Instrument; redeemed: boolean; redeemedAt?: number; uses: number };

/** How the next call of a kind goes wrong; `applied` tells whether the CRM did it all the same. */
export type Fault = { readonly failure: CrmFailure; readonly applied: boolean };

/**
 * A register in memory that redeems and gives back, counts what it really did,
 * and breaks off on demand. Bonus checks can be given back, promotions cannot.
 */
export const fakeCrm = (
  now: () => number,
  /** False: it shows instruments, and has no call to redeem one; it takes a mirror. */
  canRedeem = true,
) => {
  const held = new Map<string, Held>();
  const faults = {
    commit: [] as (Fault | "none")[],
    reverse: [] as Fault[],
    status: [] as Fault[],
    mirror: [] as Fault[],
  };
  const mirrored: MirroredUse[] = [];
  const calls: string[] = [];
  let gate: Promise<void> = Promise.resolve();

  const put = (ref: InstrumentRef, expiresAt?: string): void => {
    const expiry = expiresAt === undefined ? {} : { expiresAt };
    const instrument: Instrument =
      ref.kind === "promotion"
        ? {
            kind: "promotion",
            id: ref.id,
            name: "Ten off",
            offer: { type: "cart_percent", percent: 10 },
            redeemed: false,
            ...expiry,
          }
        : {
            kind: "bonus_check",
            id: ref.id,
            name: "Fifty",
            amount: { minor: 5_000, currency: "SEK" },
            redeemed: false,
            ...expiry,
          };
    held.set(instrumentKey(ref), { instrument, redeemed: false, uses: 0 });
  };
  const isExpired = (one: Held): boolean =>
    one.instrument.expiresAt !== undefined && Date.parse(one.instrument.expiresAt) <= now();
  const free = (): Instrument[] =>
    [...held.values()]
      .filter((one) => !one.redeemed && !isExpired(one))
      .map((one) => one.instrument);
  const unused = (): never => {
    throw new Error("not part of this test");
  };

  const crm: Crm = {
    capabilities: {
      searchBy: ["mobile", "email"],
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
      offersByPassword: true,
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
    instruments: async () => {
      calls.push("instruments");
      await Promise.resolve();
      return ok({
        promotions: free().filter((one) => one.kind === "promotion"),
        bonusChecks: free().filter((one) => one.kind === "bonus_check"),
        voucherPasswords: [],
        sections: [],
        degraded: [],
      });
    },
    commit: async (_customer, ref) => {
      calls.push(`commit ${ref.id}`);
      await gate;
      const one = held.get(instrumentKey(ref));
      const next = faults.commit.shift();
      const fault = next === "none" ? undefined : next;
      if (fault !== undefined && !fault.applied) return failed(fault.failure);
      if (one === undefined) return failed({ kind: "instrument_not_found" });
      if (one.redeemed) return failed(fault?.failure ?? { kind: "already_redeemed" });
      one.redeemed = true;
      one.redeemedAt = now();
      one.uses += 1;
      return fault === undefined
        ? ok({ at: new Date(now()).toISOString() })
        : failed(fault.failure);
    },
    reverse: async (_customer, ref) => {
      calls.push(`reverse ${ref.id}`);
      await Promise.resolve();
      if (ref.kind === "promotion")
        return failed({ kind: "cannot_reverse", detail: "no such call" });
      const one = held.get(instrumentKey(ref));
      const fault = faults.reverse.shift();
      if (fault !== undefined && !fault.applied) return failed(fault.failure);
      if (one === undefined) return failed({ kind: "instrument_not_found" });
      if (!one.redeemed) return failed({ kind: "already_active" });
      one.redeemed = false;
      one.uses -= 1;
      return fault === undefined ? ok({}) : failed(fault.failure);
    },
    status: async (_customer, ref) => {
      calls.push(`status ${ref.id}`);
      await Promise.resolve();
      const fault = faults.status.shift();
      if (fault !== undefined) return failed(fault.failure);
      const one = held.get(instrumentKey(ref));
      if (one === undefined) return ok({ state: "gone" });
      if (one.redeemed)
        return ok({ state: "redeemed", at: new Date(one.redeemedAt ?? 0).toISOString() });
      return ok({ state: isExpired(one) ? "expired" : "available" });
    },
    ...(canRedeem
      ? {}
      : {
          mirror: async (_customer: string, use: MirroredUse) => {
            calls.push(`mirror ${use.what} ${use.ref.id}`);
            await Promise.resolve();
            const fault = faults.mirror.shift();
            if (fault === undefined || fault.applied) mirrored.push(use);
            return fault === undefined ? ok({}) : failed(fault.failure);
          },
        }),
  };

  return {
    crm,
    put,
    /** A promotion that a Sitoo voucher password opens. */
    offer: (id: string, password: string, expiresAt?: string): InstrumentRef => {
      const ref: InstrumentRef = { kind: "promotion", id };
      const instrument: Instrument = {
        ...ref,
        kind: "promotion",
        name: "Spring",
        offer: { type: "voucher", password },
        redeemed: false,
        ...(expiresAt === undefined ? {} : { expiresAt }),
      };
      held.set(instrumentKey(ref), { instrument, redeemed: false, uses: 0 });
      return ref;
    },
    faults,
    calls,
    /** What a CRM that cannot redeem was told, in its order. */
    mirrored,
    /** Effective uses: redeemed, less given back. Two would be a doubled discount. */
    uses: (ref: InstrumentRef): number => held.get(instrumentKey(ref))?.uses ?? 0,
    /** Somebody else, such as the web shop, uses it. */
    useElsewhere: (ref: InstrumentRef): void => {
      const one = held.get(instrumentKey(ref));
      if (one !== undefined) Object.assign(one, { redeemed: true, redeemedAt: now() - 3_600_000 });
    },
    /** A call that we gave up on takes effect now. */
    applyLate: (ref: InstrumentRef): void => {
      const one = held.get(instrumentKey(ref));
      if (one !== undefined && !one.redeemed)
        Object.assign(one, { redeemed: true, redeemedAt: now(), uses: one.uses + 1 });
    },
    /** Holds commits back until the returned function is called. */
    holdCommits: (): (() => void) => {
      let release = (): void => undefined;
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
  };
};
