import type { OrderRow } from "./journal_store.ts";

/** Orders worked on at once: an object has six connections, and one order may need two. */
const width = 3;

/**
 * Works on the orders that are due, and on those that become so meanwhile, a few at once. A slow
 * order keeps its own place and no other, and one place is kept for what is sold now.
 */
export const createShift = (
  due: () => readonly OrderRow[],
  work: (order: OrderRow) => Promise<void>,
) => {
  const working = new Map<number, OrderRow>();
  /** An order's next turn is another shift's, so that each comes to its end. */
  const worked = new Set<string>();
  const nameOf = (row: OrderRow): string => `${row.order_id} ${row.wanted}`;
  let ended: (() => void) | undefined;
  let faults: unknown[] = [];

  const next = (): OrderRow | undefined => {
    const backfills = [...working.values()].filter(({ live }) => live === 0).length;
    return due().find(
      (row) =>
        !working.has(row.order_id) &&
        !worked.has(nameOf(row)) &&
        (row.live === 1 || backfills < width - 1),
    );
  };
  const go = async (row: OrderRow): Promise<void> => {
    working.set(row.order_id, row);
    worked.add(nameOf(row));
    try {
      await work(row);
    } catch (fault) {
      faults.push(fault);
    } finally {
      working.delete(row.order_id);
      fill();
    }
  };
  const fill = (): void => {
    if (ended === undefined) return;
    try {
      while (faults.length === 0 && working.size < width) {
        const row = next();
        if (row === undefined) break;
        void go(row);
      }
    } catch (fault) {
      faults.push(fault);
    }
    if (working.size > 0) return;
    const end = ended;
    ended = undefined;
    end();
  };

  return {
    /** Takes up what has become due, while a shift is under way. */
    fill,
    /** Rejects with the first fault, once nothing is under way any more. */
    async run(): Promise<void> {
      faults = [];
      worked.clear();
      await new Promise<void>((resolve) => {
        ended = resolve;
        fill();
      });
      if (faults.length > 0) throw faults[0];
    },
  };
};
