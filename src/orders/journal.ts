import { backoff } from "./backoff.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import { createCustomerNotes } from "./customer_notes.ts";
import type { JournalDeps } from "./journal_deps.ts";
import { errorName } from "./delivery_work.ts";
import { createShift } from "./journal_shift.ts";
import { createJournalStore, type Sql } from "./journal_store.ts";
import { type Known, wants } from "./journal_wants.ts";
import { listOrders, type OrderSummary, type OrderTrace, traceOrder } from "./journal_view.ts";
import { createJournalWork } from "./journal_work.ts";
import { createMailsTable } from "./mails_table.ts";
import { emailReceiptType, type OrderMessage, replayType } from "./order_message.ts";
import { createReassign, type Reassign, type Reassigned } from "./reassign.ts";
import { createReceiptWork } from "./receipt_work.ts";
import { createReceiptsTable } from "./receipts_table.ts";

export type JournalParts = {
  readonly sql: Sql;
  /** A throw inside rolls everything back. */
  readonly transaction: <T>(work: () => T) => T;
  /** @param at epoch milliseconds. */
  readonly setAlarm: (at: number) => Promise<void>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly deps: JournalDeps;
};

export type Journal = {
  note(
    messages: readonly OrderMessage[],
  ): Promise<{ readonly noted: number; readonly repeated: number }>;
  /**
   * Notes what is news of orders that a walk saw in Sitoo's list; the others cost nothing.
   * @returns how many are news, and how many were noted by this call or an earlier one like it.
   */
  found(
    messages: readonly OrderMessage[],
  ): Promise<{ readonly noted: number; readonly taken: number }>;
  /** Orders that a backfill asked for and that are not through yet. */
  backfilling(): Promise<number>;
  /** Never throws: whatever fails is tried again at its own time. */
  alarm(): Promise<void>;
  reassign(ask: Reassign): Promise<Reassigned>;
  show(orderId: number): OrderTrace | undefined;
  list(): readonly OrderSummary[];
};

/** After a failure of the journal itself, so that it does not spin. */
const restMs = 30_000;

/**
 * What we know of 64 consecutive orders, and the work to bring them to their destinations
 * (design.md 7): an event is one write; everything else happens from the alarm.
 */
export const createJournal = ({ sql, transaction, setAlarm, now, deps }: JournalParts): Journal => {
  const store = createJournalStore(sql, transaction);
  const receipts = createReceiptsTable(sql);
  const mails = createMailsTable(sql);
  const work = createJournalWork({ store, receipts, mails, transaction, now, deps });
  const repairs = createReceiptWork({ store, receipts, transaction, now, deps });
  const reassign = createReassign({ store, receipts, transaction, now, deps });
  const customers = createCustomerNotes({ sql, now, deps });
  const shift = createShift(() => store.dueOrders(now()), work.on);
  let running: Promise<void> | undefined;

  const drainOutbox = async (): Promise<void> => {
    const rows = store.dueOutbox(now());
    if (rows.length === 0) return;
    try {
      await deps.deadLetter(rows.map(({ entry }): DeadLetter => JSON.parse(entry)));
      for (const row of rows) store.dropOutbox(row);
    } catch (error) {
      deps.log({ event: "dead_letters_not_stored", count: rows.length, error: errorName(error) });
      for (const row of rows) store.postponeOutbox(row, now() + backoff(row.attempt + 1));
    }
  };

  const workOff = async (): Promise<void> => {
    transaction(() => {
      store.removeOld(now());
      receipts.removeOld();
    });
    await shift.run();
    // Repairs one after the other: each order's come in their order, and a person waits for few.
    for (let [row] = receipts.due(now()); row !== undefined; [row] = receipts.due(now())) {
      await repairs.on(row);
      // What was sold meanwhile waits for one of them at most.
      await shift.run();
    }
    await drainOutbox();
    // Nobody waits for it but a person who looks a customer up.
    await customers.run();
  };

  const wake = async (rest = 0): Promise<void> => {
    const times = store.exists() ? [store.nextWakeUp(), receipts.nextAt(), customers.nextAt()] : [];
    const next = Math.min(...times.filter((time) => time !== undefined));
    if (next !== Infinity) await setAlarm(Math.max(next, now() + rest));
  };

  const alarm = async (): Promise<void> => {
    let rest = 0;
    try {
      if (store.exists()) await workOff();
    } catch (error) {
      deps.log({ event: "journal_failed", error: errorName(error) });
      rest = restMs;
    }
    // Last of all: set earlier, a later failure would replace it (platform.md 3).
    await wake(rest);
  };

  const note: Journal["note"] = async (messages) => {
    const noted = transaction(() => {
      store.createTables();
      return messages.filter((message) => {
        const isNew = store.noteEvent(message, now());
        if (isNew && message.type === emailReceiptType) mails.ask(message.orderId);
        // A mail's own replay is for nothing else.
        if (isNew && message.type === replayType && message.channels === undefined)
          receipts.retry(message.orderId, now());
        return isNew;
      }).length;
    });
    // A run that is under way takes them up at once.
    shift.fill();
    // Also after repeated events: an alarm that was lost is found again by the next touch.
    await wake();
    return { noted, repeated: messages.length - noted };
  };

  const known = (orderId: number): Known | undefined => {
    const order = store.exists() ? store.order(orderId) : undefined;
    return order && { order, deliveries: store.deliveries(orderId) };
  };

  return {
    note,

    async found(messages) {
      const news = messages.filter((message) => wants(known(message.orderId), message));
      const { noted } = news.length > 0 ? await note(news) : { noted: 0 };
      if (news.length === 0) await wake();
      const taken = store.exists()
        ? messages.filter(({ eventId }) => store.hasEvent(eventId)).length
        : 0;
      return { noted, taken };
    },

    async backfilling() {
      await wake();
      return store.exists() ? store.backfilling() : 0;
    },

    alarm() {
      running ??= alarm().finally(() => {
        running = undefined;
      });
      return running;
    },

    async reassign(ask) {
      const came = await reassign(ask);
      await wake();
      return came;
    },

    show: (orderId) => traceOrder(store, receipts, orderId),
    list: () => listOrders(store),
  };
};
