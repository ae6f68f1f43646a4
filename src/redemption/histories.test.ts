import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fakeCrm } from "../../test/fake_crm.ts";
import { sqliteStorage } from "../../test/sqlite_storage.ts";
import type { InstrumentRef } from "../model/instrument.ts";
import { createLedger } from "./ledger.ts";
import type { LedgerContext, RedeemResult } from "./ledger_calls.ts";
import { createLedgerStore } from "./ledger_store.ts";
import { isOpen } from "./machine.ts";

const check: InstrumentRef = { kind: "bonus_check", id: "b-1" };
const promotion: InstrumentRef = { kind: "promotion", id: "p-1" };

type Act =
  | { readonly act: "redeem" | "undo"; readonly till: string; readonly both: boolean }
  | {
      readonly act: "fault";
      readonly of: "commit" | "reverse" | "status";
      readonly applied: boolean;
      readonly clear: boolean;
    }
  | { readonly act: "evict" }
  | { readonly act: "wait"; readonly ms: number };

const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constantFrom("redeem" as const, "undo" as const),
      till: fc.constantFrom("till-1", "till-2"),
      both: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant("fault" as const),
      of: fc.constantFrom("commit" as const, "reverse" as const, "status" as const),
      applied: fc.boolean(),
      clear: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ act: "evict" as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant("wait" as const),
      ms: fc.constantFrom(100, 6_000, 61_000, 130_000, 700_000),
    }),
  },
);

beforeEach(() =>
  vi.useFakeTimers({
    now: Date.parse("2026-11-23T10:00:00Z"),
    shouldAdvanceTime: true,
    advanceTimeDelta: 20,
  }),
);
afterEach(() => vi.useRealTimers());

/**
 * Tills, faults, evictions and clock jumps in any order. Afterwards: never two uses, no success
 * told for what did not happen, nothing left open, and no bonus check burnt that no till was told of.
 */
it("any history ends with at most one use, all of it told", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { maxLength: 25 }), async (history) => {
      const now = (): number => Date.now();
      const crm = fakeCrm(now);
      for (const ref of [check, promotion]) crm.put(ref);
      const storage = sqliteStorage();
      let alarm: number | undefined;
      let background: Promise<unknown>[] = [];
      const open = () =>
        createLedger({
          store: createLedgerStore({
            sql: { exec: storage.exec as SqlStorage["exec"] },
            transaction: storage.transaction,
          }),
          now,
          wakeAt: (at) => (alarm = Math.min(at, alarm ?? at)),
          background: (work) => background.push(work.catch(() => undefined)),
          deadLetter: () => Promise.resolve(),
          askSitoo: () => Promise.resolve("none" as const),
        });
      let ledger = open();
      const context: LedgerContext = {
        crm: crm.crm,
        policy: {
          promotions: "auto",
          bonusChecks: "auto",
          moment: "cart",
          reservationTtlMs: 1,
          replayWindowMs: 120_000,
          onReturn: "keep",
          onUnclaimed: "flag",
        },
        owner: { tenant: "acme", channelId: "club", customerId: "c-1" },
        ordersCarryIds: false,
        ordersSettle: false,
      };
      const settle = async (): Promise<void> => {
        while (background.length > 0) {
          const work = background;
          background = [];
          await Promise.all(work);
        }
      };
      const runAlarms = async (ms: number): Promise<void> => {
        const end = now() + ms;
        for (let wakes = 0; wakes < 100 && alarm !== undefined && alarm <= end; wakes++) {
          vi.setSystemTime(Math.max(now(), alarm));
          alarm = undefined;
          await ledger.wake(context);
          await settle();
        }
        vi.setSystemTime(end);
      };
      /** Tills that hold a success for the bonus check and have not undone it. */
      const told = new Set<string>();
      let request = 0;
      for (const step of history) {
        switch (step.act) {
          case "redeem": {
            const refs = step.both ? [check, promotion] : [check];
            const call = {
              refs,
              till: { registerId: step.till },
              requestId: `r-${++request}`,
              deadline: now() + 7_500,
            };
            const result: RedeemResult = await ledger.redeem(call, context);
            await settle();
            if (result.kind === "redeemed") {
              expect(crm.uses(check)).toBe(1);
              told.add(step.till);
            }
            break;
          }
          case "undo": {
            await ledger.undo(
              {
                refs: [check, promotion],
                till: { registerId: step.till },
                requestId: `r-${++request}`,
              },
              context,
            );
            await settle();
            told.delete(step.till);
            break;
          }
          case "fault":
            crm.faults[step.of].push({
              failure:
                step.clear && !step.applied && step.of === "commit"
                  ? { kind: "expired" }
                  : { kind: "timed_out" },
              applied: step.applied,
            });
            break;
          case "evict":
            ledger = open();
            break;
          case "wait":
            await runAlarms(step.ms);
        }
        expect(crm.uses(check)).toBeLessThanOrEqual(1);
        expect(told.size).toBeLessThanOrEqual(1);
      }
      for (const list of Object.values(crm.faults)) list.length = 0;
      await runAlarms(6 * 3_600_000);
      expect(ledger.overlay().filter((entry) => isOpen(entry.state))).toEqual([]);
      expect(crm.uses(check)).toBe(told.size);
    }),
    { numRuns: 400 },
  );
}, 60_000);
