import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { walkWorld } from "../../../test/walk_world.ts";

const minute = 60_000;

/** What may happen between and within runs. */
type Step =
  | { readonly kind: "sell"; readonly count: number; readonly state: 0 | 10 | 20 }
  /** An order gets its id now, and Sitoo's list shows it only later. */
  | { readonly kind: "sell_late"; readonly lateMin: number }
  | { readonly kind: "close_one"; readonly which: number }
  | { readonly kind: "wait"; readonly minutes: number }
  | { readonly kind: "sitoo_down"; readonly minutes: number }
  /** The object dies at a call of a journal: before it was told, or after, with the answer lost. */
  | { readonly kind: "crash"; readonly at: number; readonly after: boolean }
  | { readonly kind: "run_now" }
  | { readonly kind: "smaller_pages"; readonly num: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("sell" as const),
    count: fc.integer({ min: 1, max: 30 }),
    state: fc.constantFrom(0 as const, 10 as const, 20 as const),
  }),
  fc.record({ kind: fc.constant("sell_late" as const), lateMin: fc.integer({ min: 1, max: 44 }) }),
  fc.record({ kind: fc.constant("close_one" as const), which: fc.nat(50) }),
  fc.record({ kind: fc.constant("wait" as const), minutes: fc.integer({ min: 1, max: 90 }) }),
  fc.record({
    kind: fc.constant("sitoo_down" as const),
    minutes: fc.integer({ min: 1, max: 200 }),
  }),
  fc.record({
    kind: fc.constant("crash" as const),
    at: fc.integer({ min: 1, max: 4 }),
    after: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("run_now" as const) }),
  fc.record({ kind: fc.constant("smaller_pages" as const), num: fc.integer({ min: 1, max: 40 }) }),
);

describe("the catch-up", () => {
  it("tells of every order that closes, whatever dies in between and whichever order comes late", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const w = walkWorld();
        // Sold before the walk began: none of its business.
        w.order(1);
        await w.tick();
        await w.run();
        let id = 1;
        const open: number[] = [];
        const late = new Set<number>();
        for (const one of steps) {
          switch (one.kind) {
            case "sell":
              for (let n = 0; n < one.count; n += 1) {
                id += 1 + (n % 3);
                w.order(id, { orderstateid: one.state });
                if (one.state === 0) open.push(id);
              }
              break;
            case "sell_late":
              w.order(++id, {}, w.world.now + one.lateMin * minute);
              late.add(id);
              break;
            case "close_one": {
              const [closing] = open.splice(one.which % Math.max(1, open.length), 1);
              if (closing !== undefined) w.order(closing);
              break;
            }
            case "wait":
              await w.run(w.world.now + one.minutes * minute);
              break;
            case "sitoo_down":
              w.world.sitooSays = { kind: "retry", detail: "Sitoo answered 500" };
              await w.run(w.world.now + one.minutes * minute);
              w.world.sitooSays = undefined;
              break;
            case "crash": {
              let left = one.at;
              const die = (): void => {
                left -= 1;
                if (left > 0) return;
                w.world.beforeJournal = () => {};
                w.world.afterJournal = () => {};
                w.restart();
                throw new Error("the object died");
              };
              if (one.after) w.world.afterJournal = die;
              else w.world.beforeJournal = die;
              break;
            }
            case "run_now":
              await w.walk().runNow({ tenant: "acme", account: 90316, site: 1 });
              await w.run();
              break;
            case "smaller_pages":
              w.world.maxNum = one.num;
          }
          // Nothing behind the walk's position was passed over: it was told of, or is remembered as open.
          const { position } = w.walk().catchUpTable.state(0);
          const known = new Set([
            ...w.closedTold(),
            ...w.storage
              .exec<{ order_id: number }>("SELECT order_id FROM walk_open")
              .toArray()
              .map(({ order_id }) => order_id),
          ]);
          for (const { head } of w.orders.values())
            if (
              head.orderid > 1 &&
              head.orderid <= (position ?? 0) &&
              head.orderstateid === 10 &&
              !late.has(head.orderid)
            )
              expect(known).toContain(head.orderid);
        }
        await w.run(w.world.now + 3 * 60 * minute);
        const closed = [...w.orders.values()].filter(
          ({ head }) => head.orderstateid === 10 && head.orderid > 1,
        );
        expect(w.closedTold()).toEqual(
          closed.map(({ head }) => head.orderid).toSorted((a, b) => a - b),
        );
        expect(w.walk().catchUpTable.openCount()).toBe(open.length);
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});
