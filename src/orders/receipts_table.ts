import type { Sql } from "./journal_store.ts";
import type { Intend } from "./turn_sale.ts";

/** What was sent, or is to be, to one destination for one order; newest last. */
export type ReceiptRow = {
  seq: number;
  order_id: number;
  channel: string;
  /** What the destination knows it by. */
  receipt_id: string;
  kind: "sale" | "taken_back";
  /** `order`: by the delivery itself, under the sale's own id. */
  cause: "order" | "cancelled" | "closed_again" | "reassigned";
  /** Of the repair that it belongs to; 0 of the order's own. */
  number: number;
  /** The CRM's id of whose it is; null: nobody's. */
  customer: string | null;
  /** How its delivery found the customer, in words; "" where a person said it, or nobody was looked for. */
  found_by: string;
  /** The id on the order, where the CRM has joined that customer with `customer`. */
  former_id: string | null;
  /** When the index of customers was told last, epoch milliseconds; 0: not yet. */
  noted_at: number;
  /** In the words of whoever asked for it. */
  reason: string;
  /** The sale as JSON, once the order has another one; null: the order's. */
  content: string | null;
  /** `with_delivery`: its delivery has begun to send it, and goes on by itself. */
  state: "with_delivery" | "waiting" | "delivered" | "refused";
  note: string;
  /** 1 once an attempt was begun. */
  began: number;
  attempt: number;
  since: number;
  next_at: number;
  updated_at: number;
};

export type NewReceipt = Pick<
  ReceiptRow,
  "receipt_id" | "kind" | "cause" | "number" | "customer" | "reason" | "content"
>;

export type ReceiptsTable = ReturnType<typeof createReceiptsTable>;

/** Who holds which receipt of an order at each destination, and repairs of that on their way. */
export const createReceiptsTable = (sql: Sql) => {
  const rows = (where: string, ...bindings: SqlStorageValue[]): ReceiptRow[] =>
    sql
      .exec<ReceiptRow>(`SELECT * FROM journal_receipts r WHERE ${where} ORDER BY seq`, ...bindings)
      .toArray();
  const run = (statement: string, ...bindings: SqlStorageValue[]): void => {
    sql.exec(statement, ...bindings);
  };

  return {
    of: (orderId: number, channel: string): ReceiptRow[] =>
      rows("order_id = ? AND channel = ?", orderId, channel),

    ofOrder: (orderId: number): ReceiptRow[] => rows("order_id = ?", orderId),

    /** The order's own receipt is about to be sent by its delivery. */
    begin(
      own: { readonly orderId: number; readonly channel: string; readonly receiptId: string },
      [customer, foundBy, formerId]: Parameters<Intend<unknown>>,
      now: number,
    ): void {
      run(
        `INSERT INTO journal_receipts
           (order_id, channel, receipt_id, kind, cause, number, customer, reason, content, state, note, began,
            attempt, since, next_at, updated_at, found_by, former_id)
         VALUES (?1, ?2, ?3, 'sale', 'order', 0, ?4, '', NULL, 'with_delivery', '', 1, 0, ?5, 0, ?5, ?6, ?7)
         ON CONFLICT (order_id, channel, receipt_id) DO UPDATE SET ${notedUnlessNew},
           customer = excluded.customer, content = NULL, state = 'with_delivery', updated_at = excluded.updated_at,
           found_by = excluded.found_by, former_id = excluded.former_id`,
        own.orderId,
        own.channel,
        own.receiptId,
        customer ?? null,
        now,
        foundBy ?? "",
        formerId ?? null,
      );
    },

    /** How the delivery of the order's own receipt ended. */
    endOwn(orderId: number, channel: string, state: "delivered" | "refused", now: number): void {
      run(
        `UPDATE journal_receipts SET state = ?, updated_at = ?
         WHERE order_id = ? AND channel = ? AND state = 'with_delivery'`,
        state,
        now,
        orderId,
        channel,
      );
    },

    /** Asks for one more receipt; one of the same id that came to nothing is asked for anew. */
    add(orderId: number, channel: string, receipt: NewReceipt, now: number): void {
      run(
        `INSERT INTO journal_receipts
           (order_id, channel, receipt_id, kind, cause, number, customer, reason, content, state, note, began,
            attempt, since, next_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'waiting', '', 0, 0, ?10, ?10, ?10)
         ON CONFLICT (order_id, channel, receipt_id) DO UPDATE SET ${notedUnlessNew}, found_by = '',
           former_id = NULL, cause = excluded.cause, number = excluded.number, customer = excluded.customer,
           reason = excluded.reason, content = excluded.content, state = 'waiting', note = '', began = 0,
           attempt = 0, since = excluded.since, next_at = excluded.next_at, updated_at = excluded.updated_at`,
        orderId,
        channel,
        receipt.receipt_id,
        receipt.kind,
        receipt.cause,
        receipt.number,
        receipt.customer,
        receipt.reason,
        receipt.content,
        now,
      );
    },

    write(row: ReceiptRow, change: Partial<ReceiptRow>, now: number): void {
      const next = { ...row, ...change };
      run(
        `UPDATE journal_receipts SET state = ?, note = ?, began = ?, attempt = ?, since = ?, next_at = ?,
           updated_at = ?
         WHERE seq = ?`,
        next.state,
        next.note,
        next.began,
        next.attempt,
        next.since,
        next.next_at,
        now,
        row.seq,
      );
    },

    /** The order is about to have another sale: what was sent keeps the one that it was made of. */
    keepContents(orderId: number, payload: string): void {
      run(
        `UPDATE journal_receipts SET content = (SELECT payload FROM journal_orders o WHERE o.order_id = ?1)
         WHERE order_id = ?1 AND content IS NULL
         AND EXISTS (SELECT 1 FROM journal_orders o WHERE o.order_id = ?1 AND o.payload <> ?2)`,
        orderId,
        payload,
      );
    },

    /** The order was cancelled before it was clear whether its receipt had come through. */
    takeOver(orderId: number, channel: string, now: number): void {
      run(
        `UPDATE journal_receipts SET state = 'waiting', since = ?1, next_at = ?1, updated_at = ?1
         WHERE order_id = ?2 AND channel = ?3 AND state = 'with_delivery'`,
        now,
        orderId,
        channel,
      );
    },

    /** What was never there needs no taking back. */
    dropBehind(row: ReceiptRow): void {
      run(
        "DELETE FROM journal_receipts WHERE order_id = ? AND channel = ? AND seq > ?",
        row.order_id,
        row.channel,
        row.seq,
      );
    },

    /** A person asked for the order again: refused repairs as well, save those that a later one replaced. */
    retry(orderId: number, now: number): void {
      run(
        `UPDATE journal_receipts AS r SET state = 'waiting', note = '', began = 0, attempt = 0, since = ?1, next_at = ?1,
           updated_at = ?1
         WHERE order_id = ?2 AND state = 'refused' AND cause <> 'order' AND NOT EXISTS (
           SELECT 1 FROM journal_receipts l
           WHERE l.order_id = r.order_id AND l.channel = r.channel AND l.number > r.number)`,
        now,
        orderId,
      );
    },

    /** The next of each order and destination; behind one that was not taken back nothing moves. */
    due: (now: number): ReceiptRow[] => rows(`next_at <= ? AND ${next}`, now),

    nextAt(): number | undefined {
      const times = rows(next).map((row) => row.next_at);
      return times.length === 0 ? undefined : Math.min(...times);
    },

    removeOld: (): void =>
      run(
        "DELETE FROM journal_receipts WHERE order_id NOT IN (SELECT order_id FROM journal_orders)",
      ),
  };
};

/** The index knows of the customer of before. */
const notedUnlessNew =
  "noted_at = CASE WHEN customer IS excluded.customer THEN noted_at ELSE 0 END";

const next = `state = 'waiting' AND NOT EXISTS (
  SELECT 1 FROM journal_receipts b WHERE b.order_id = r.order_id AND b.channel = r.channel AND b.seq < r.seq
  AND (b.state IN ('waiting', 'with_delivery') OR (b.state = 'refused' AND b.kind = 'taken_back')))`;
