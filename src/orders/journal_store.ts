import type { DeadLetter } from "../tenants/dead_letters.ts";
import { typeNoted } from "./asked_by_backfill.ts";
import { journalSchema } from "./journal_schema.ts";
import { backfillType, type OrderMessage, replayType } from "./order_message.ts";

/** The part of a Durable Object's `SqlStorage` that the journal uses. */
export type Sql = {
  exec<Row extends Record<string, SqlStorageValue>>(
    query: string,
    ...bindings: SqlStorageValue[]
  ): { toArray(): Row[] };
};

export type OrderState = "open" | "settled" | "not_a_sale" | "dead";
export type DeliveryState = "pending" | "delivering" | "delivered" | "refused" | "skipped";

export type OrderRow = {
  order_id: number;
  tenant: string;
  account: number;
  site: number;
  /** Events noted, and how many of them the last finished reading covered: more wanted is work to do. */
  wanted: number;
  done: number;
  /** 1 when an event said that the order was closed. */
  said_closed: number;
  /** Epoch milliseconds: since when there is unfinished work; not before when it is tried again. */
  since: number;
  next_at: number;
  attempt: number;
  state: OrderState;
  note: string;
  receipt: string | null;
  store: string | null;
  currency: string | null;
  total: number | null;
  sold_at: string | null;
  /** The sale without its person, as JSON. */
  payload: string | null;
  updated_at: number;
  /** 0 while nothing but a backfill wants it: then it waits behind what is live. */
  live: number;
  /** 1 once a backfill has asked for it: from then on `live_from` does not hold it back. */
  backfill: number;
  /** Receipts by e-mail that were asked for, and how many of them have become deliveries (mails_table.ts). */
  mails_asked: number;
  mails_taken: number;
};

export type DeliveryRow = {
  order_id: number;
  channel: string;
  state: DeliveryState;
  reason: string;
  /** Of the content that was delivered, refused, or is being sent. */
  hash: string;
  /** Of a later content that the destination has not got. */
  changed_hash: string | null;
  attempt: number;
  since: number;
  next_at: number;
  delivered_at: number | null;
  updated_at: number;
};

export type EventRow = {
  event_id: string;
  order_id: number;
  type: string;
  state_changed: string | null;
  at: number;
  received_at: number;
};

export type HopRow = {
  order_id: number;
  at: number;
  hop: string;
  attempt: number;
  status: string;
  ms: number;
  note: string;
};

type OutboxRow = { id: string; entry: string; attempt: number; next_at: number };

/** Orders, their events and steps, from the last change on. */
export const keptForMs = 90 * 24 * 3600 * 1000;

export type JournalStore = ReturnType<typeof createJournalStore>;

/** The rows of one journal (docs/storage.md). Every method is one or a few synchronous statements. */
export const createJournalStore = (sql: Sql, transaction: <T>(work: () => T) => T) => {
  const schema = journalSchema(sql, transaction);

  return {
    exists: schema.exists,
    createTables: schema.ensure,

    /** @returns false when the event was noted before. */
    noteEvent(message: OrderMessage, now: number): boolean {
      const { orderId, eventId } = message;
      const fresh = sql
        .exec<{ event_id: string }>(
          `INSERT INTO journal_events VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (event_id) DO NOTHING RETURNING event_id`,
          eventId,
          orderId,
          typeNoted(message),
          message.stateChanged ?? null,
          message.at,
          message.receivedAt,
        )
        .toArray();
      if (fresh.length === 0) return false;
      const closed = message.stateChanged === "closed" ? 1 : 0;
      sql.exec(
        `INSERT INTO journal_orders
           (order_id, tenant, account, site, wanted, done, said_closed, since, next_at, attempt, state, note,
            updated_at, live, backfill)
         VALUES (?, ?, ?, ?, 1, 0, ?, ?, ?, 0, 'open', '', ?, ?, ?)
         ON CONFLICT (order_id) DO UPDATE SET
           since = CASE WHEN wanted > done THEN since ELSE excluded.since END,
           live = CASE WHEN wanted > done OR EXISTS (
             SELECT 1 FROM journal_deliveries d WHERE d.order_id = journal_orders.order_id
             AND d.state IN ('pending', 'delivering')) THEN MAX(live, excluded.live) ELSE excluded.live END,
           backfill = MAX(backfill, excluded.backfill),
           wanted = wanted + 1, said_closed = MAX(said_closed, excluded.said_closed),
           next_at = excluded.next_at, attempt = 0, updated_at = excluded.updated_at`,
        orderId,
        message.tenant,
        message.account,
        message.site,
        closed,
        now,
        now,
        now,
        message.type === backfillType ? 0 : 1,
        message.type === backfillType ? 1 : 0,
      );
      // A mail is sent anew only where a person asks for that one: it may have arrived all the same.
      if (message.type === replayType)
        sql.exec(
          `UPDATE journal_deliveries SET state = 'pending', reason = '', hash = '', attempt = 0,
             since = ?1, next_at = ?1, updated_at = ?1
           WHERE order_id = ?2 AND state IN ('refused', 'skipped')
           AND CASE WHEN ?3 IS NULL THEN channel NOT LIKE '% mail %' ELSE channel = ?3 END`,
          now,
          orderId,
          message.channels?.[0] ?? null,
        );
      return true;
    },

    hasEvent: (eventId: string): boolean =>
      sql.exec("SELECT 1 FROM journal_events WHERE event_id = ?", eventId).toArray().length > 0,

    /** Live ones first: an order that a backfill wants has waited for months. */
    dueOrders: (now: number): OrderRow[] =>
      sql
        .exec<OrderRow>(
          `SELECT * FROM journal_orders o WHERE next_at <= ?1 AND (wanted > done OR EXISTS (
             SELECT 1 FROM journal_deliveries d WHERE d.order_id = o.order_id
             AND d.state IN ('pending', 'delivering') AND d.next_at <= ?1))
           ORDER BY live DESC, next_at, order_id`,
          now,
        )
        .toArray(),

    order: (orderId: number): OrderRow | undefined =>
      sql.exec<OrderRow>("SELECT * FROM journal_orders WHERE order_id = ?", orderId).toArray()[0],

    orders: (): OrderRow[] =>
      sql.exec<OrderRow>("SELECT * FROM journal_orders ORDER BY order_id").toArray(),

    /** Ends one reading: what was noted while it ran stays wanted. */
    finishOrder(
      row: OrderRow,
      end: { readonly state: OrderState; readonly note: string },
      now: number,
    ): void {
      sql.exec(
        `UPDATE journal_orders SET done = ?, state = ?, note = ?, attempt = 0, next_at = 0, updated_at = ?
         WHERE order_id = ?`,
        row.wanted,
        end.state,
        end.note,
        now,
        row.order_id,
      );
    },

    /** A newer event may have asked for an earlier try meanwhile; then its time stands. */
    postponeOrder(row: OrderRow, note: string, nextAt: number, now: number): void {
      sql.exec(
        `UPDATE journal_orders SET note = ?1, updated_at = ?2,
           attempt = CASE WHEN wanted = ?3 THEN ?4 ELSE attempt END,
           next_at = CASE WHEN wanted = ?3 THEN ?5 ELSE next_at END
         WHERE order_id = ?6`,
        note,
        now,
        row.wanted,
        row.attempt + 1,
        nextAt,
        row.order_id,
      );
    },

    /**
     * Nothing of the order can be brought anywhere yet, for no fault of its own: no attempt is counted.
     * @param restartedAt from when it is tried, and kept, anew; undefined: as before.
     */
    restOrder(row: OrderRow, note: string, nextAt: number, restartedAt: number | undefined): void {
      sql.exec(
        `UPDATE journal_orders SET note = ?1, next_at = CASE WHEN wanted = ?2 THEN ?3 ELSE next_at END,
           since = MAX(since, ?4), updated_at = MAX(updated_at, ?4)
         WHERE order_id = ?5`,
        note,
        row.wanted,
        nextAt,
        restartedAt ?? 0,
        row.order_id,
      );
      if (restartedAt !== undefined)
        sql.exec(
          `UPDATE journal_deliveries SET since = ?1
           WHERE order_id = ?2 AND state IN ('pending', 'delivering')`,
          restartedAt,
          row.order_id,
        );
    },

    /**
     * The next of those that wait for a road is due now. Each was told a time of its own, far apart when there
     * were thousands and the road was slow; once it bears one, it is asked about the next.
     * @param reasons for which they wait, as their rows say it.
     */
    bringForward(channel: string, reasons: readonly string[], now: number): void {
      const [row] = sql
        .exec<{ order_id: number }>(
          `SELECT o.order_id, MAX(o.next_at, IFNULL(d.next_at, 0)) AS at FROM journal_orders o
           LEFT JOIN journal_deliveries d ON d.order_id = o.order_id AND d.channel = ?1
           WHERE at > ?2 AND (o.next_at <= ?2 OR o.note IN (?3, ?4)) AND (d.next_at IS NULL
             AND o.wanted > o.done OR d.state = 'pending' AND d.reason IN (?3, ?4))
           ORDER BY o.live DESC, at LIMIT 1`,
          channel,
          now,
          ...reasons,
        )
        .toArray();
      if (row === undefined) return;
      sql.exec(
        "UPDATE journal_orders SET next_at = MIN(next_at, ?) WHERE order_id = ?",
        now,
        row.order_id,
      );
      sql.exec(
        "UPDATE journal_deliveries SET next_at = MIN(next_at, ?) WHERE order_id = ? AND channel = ?",
        now,
        row.order_id,
        channel,
      );
    },

    describeOrder(
      orderId: number,
      sale: {
        readonly receipt: string;
        readonly store: string | undefined;
        readonly currency: string;
        readonly total: number;
        readonly soldAt: string;
        readonly payload: string;
      },
    ): void {
      sql.exec(
        `UPDATE journal_orders SET receipt = ?, store = ?, currency = ?, total = ?, sold_at = ?, payload = ?
         WHERE order_id = ?`,
        sale.receipt,
        sale.store ?? null,
        sale.currency,
        sale.total,
        sale.soldAt,
        sale.payload,
        orderId,
      );
    },

    deliveries: (orderId: number): DeliveryRow[] =>
      sql
        .exec<DeliveryRow>(
          "SELECT * FROM journal_deliveries WHERE order_id = ? ORDER BY channel",
          orderId,
        )
        .toArray(),

    delivery: (orderId: number, channel: string): DeliveryRow | undefined =>
      sql
        .exec<DeliveryRow>(
          "SELECT * FROM journal_deliveries WHERE order_id = ? AND channel = ?",
          orderId,
          channel,
        )
        .toArray()[0],

    writeDelivery(row: DeliveryRow): void {
      sql.exec(
        "INSERT OR REPLACE INTO journal_deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.order_id,
        row.channel,
        row.state,
        row.reason,
        row.hash,
        row.changed_hash,
        row.attempt,
        row.since,
        row.next_at,
        row.delivered_at,
        row.updated_at,
      );
    },

    /** Ends the deliveries of an order that turned out to be no sale, or not to be had. */
    closeDeliveries(orderId: number, state: DeliveryState, reason: string, now: number): void {
      sql.exec(
        `UPDATE journal_deliveries SET state = ?, reason = ?, updated_at = ?
         WHERE order_id = ? AND state IN ('pending', 'delivering')`,
        state,
        reason,
        now,
        orderId,
      );
    },

    addHop(hop: HopRow): void {
      sql.exec(
        "INSERT INTO journal_hops (order_id, at, hop, attempt, status, ms, note) VALUES (?, ?, ?, ?, ?, ?, ?)",
        hop.order_id,
        hop.at,
        hop.hop,
        hop.attempt,
        hop.status,
        hop.ms,
        hop.note,
      );
    },

    hops: (orderId: number): HopRow[] =>
      sql
        .exec<HopRow>(
          "SELECT order_id, at, hop, attempt, status, ms, note FROM journal_hops WHERE order_id = ? ORDER BY id",
          orderId,
        )
        .toArray(),

    events: (orderId: number): EventRow[] =>
      sql
        .exec<EventRow>("SELECT * FROM journal_events WHERE order_id = ? ORDER BY at", orderId)
        .toArray(),

    /** Orders that a backfill asked for and that are not through yet. */
    backfilling: (): number =>
      sql
        .exec<{ count: number }>(
          `SELECT count(*) AS count FROM journal_orders o WHERE EXISTS (
             SELECT 1 FROM journal_events e WHERE e.order_id = o.order_id AND e.type LIKE 'backfill%')
           AND (wanted > done OR EXISTS (SELECT 1 FROM journal_deliveries d
             WHERE d.order_id = o.order_id AND d.state NOT IN ('delivered', 'refused', 'skipped')))`,
        )
        .toArray()[0]?.count ?? 0,

    putOutbox(entry: DeadLetter, now: number): void {
      sql.exec(
        "INSERT OR REPLACE INTO journal_outbox VALUES (?, ?, 0, ?)",
        entry.id,
        JSON.stringify(entry),
        now,
      );
    },

    dueOutbox: (now: number): OutboxRow[] =>
      sql
        .exec<OutboxRow>("SELECT * FROM journal_outbox WHERE next_at <= ? LIMIT 50", now)
        .toArray(),

    dropOutbox(row: OutboxRow): void {
      sql.exec("DELETE FROM journal_outbox WHERE id = ?", row.id);
    },

    postponeOutbox(row: OutboxRow, nextAt: number): void {
      sql.exec(
        "UPDATE journal_outbox SET attempt = ?, next_at = ? WHERE id = ?",
        row.attempt + 1,
        nextAt,
        row.id,
      );
    },

    removeOld(now: number): void {
      const before = now - keptForMs;
      sql.exec("DELETE FROM journal_orders WHERE updated_at < ?", before);
      sql.exec("DELETE FROM journal_events WHERE received_at < ?", before);
      sql.exec("DELETE FROM journal_hops WHERE at < ?", before);
      sql.exec(
        "DELETE FROM journal_deliveries WHERE order_id NOT IN (SELECT order_id FROM journal_orders)",
      );
    },

    /** When there is something to do next, epoch milliseconds; undefined when the journal is empty. */
    nextWakeUp(): number | undefined {
      const times = sql
        .exec<{ at: number | null }>(
          `SELECT MIN(MAX(o.next_at, CASE WHEN o.wanted > o.done THEN 0 ELSE (
             SELECT MIN(d.next_at) FROM journal_deliveries d
             WHERE d.order_id = o.order_id AND d.state IN ('pending', 'delivering')) END)) AS at
           FROM journal_orders o
           UNION ALL SELECT MIN(next_at) FROM journal_outbox
           UNION ALL SELECT MIN(updated_at) + ?1 FROM journal_orders
           UNION ALL SELECT MIN(received_at) + ?1 FROM journal_events`,
          keptForMs + 1,
        )
        .toArray()
        .flatMap(({ at }) => (at === null ? [] : [at]));
      return times.length === 0 ? undefined : Math.min(...times);
    },
  };
};
