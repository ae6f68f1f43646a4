import { contentHash } from "../model/content_hash.ts";

const deadLetterKinds = [
  /** An event that cannot be read. */
  "event_unreadable",
  /** An event of an account or site that the tenant does not have. */
  "event_not_ours",
  "order_gone",
  "order_unreadable",
  /** Read, but not to be made a sale of without guessing. */
  "order_invalid",
  /** Sitoo said closed, and its order did not become so. */
  "order_not_closed",
  "no_destination",
  /** No customer, or several, or one that could not be made. */
  "customer",
  "refused",
  /** Received, and refused when it was worked off: the destination's own queue had it meanwhile. */
  "refused_late",
  /** Perhaps delivered, at a destination that would not notice a repeat. */
  "unclear",
  "gave_up",
  /** What was delivered should be taken back, or given to another, and the CRM does not let it. */
  "not_repaired",
  /** A closed order used an instrument that the CRM refuses. */
  "redemption_lost",
  /** Nobody can say what became of a redemption. */
  "redemption_attention",
  /** Redeemed at a till, and no order names it. */
  "redemption_unclaimed",
  /** A closed order took more off with a bonus check than it had. */
  "redemption_overdrawn",
  /** The CRM would not take the copy of a use that the ledger keeps. */
  "redemption_not_mirrored",
  /** A night's proof: closed orders in Sitoo that a destination has not got, or otherwise. */
  "proof_differs",
] as const;
export type DeadLetterKind = (typeof deadLetterKinds)[number];

/** What could not be done and will not be tried again by itself. `payload` holds ids, never a person. */
export type DeadLetter = {
  /** The same cause has the same id, so that it is stored once. */
  readonly id: string;
  readonly tenant: string;
  readonly kind: DeadLetterKind;
  /** In words, for a person. */
  readonly reason: string;
  readonly field?: string;
  readonly account?: number;
  readonly site?: number;
  readonly orderId?: number;
  readonly receiptNumber?: string;
  /** The channel that should have had it. */
  readonly destination?: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds. */
  readonly createdAt: number;
};

export type StoredDeadLetter = DeadLetter & {
  readonly expiresAt: number;
  readonly replayedAt?: number;
};

const keptForMs = 90 * 24 * 3600 * 1000;

/**
 * Stores dead letters, each once. One that was replayed and died again later is open again.
 * Throws what D1 throws: the caller keeps its own copy and repeats.
 */
export const insertDeadLetters = async (
  db: D1Database,
  entries: readonly DeadLetter[],
): Promise<void> => {
  if (entries.length === 0) return;
  const statement = db.prepare(
    `INSERT INTO dead_letters
       (id, tenant, kind, reason, field, account_id, site_id, order_id, receipt_number, destination, payload, created_at, expires_at, replayed_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, NULL)
     ON CONFLICT (id) DO UPDATE SET
       kind = excluded.kind, reason = excluded.reason, field = excluded.field, payload = excluded.payload,
       receipt_number = excluded.receipt_number,
       created_at = excluded.created_at, expires_at = excluded.expires_at, replayed_at = NULL
     WHERE excluded.created_at > dead_letters.created_at`,
  );
  await db.batch(
    entries.map((entry) =>
      statement.bind(
        entry.id,
        entry.tenant,
        entry.kind,
        entry.reason,
        entry.field ?? null,
        entry.account ?? null,
        entry.site ?? null,
        entry.orderId ?? null,
        entry.receiptNumber ?? null,
        entry.destination ?? null,
        JSON.stringify(entry.payload),
        entry.createdAt,
        entry.createdAt + keptForMs,
      ),
    ),
  );
};

/** Newest first; without `replayed` only those that nobody has replayed. */
export const listDeadLetters = async (
  db: D1Database,
  tenant: string,
  page: { readonly replayed?: boolean; readonly limit?: number; readonly before?: number } = {},
): Promise<readonly StoredDeadLetter[]> => {
  const { results } = await db
    .prepare(
      `SELECT * FROM dead_letters
       WHERE tenant = ?1 AND (?2 = 1 OR replayed_at IS NULL) AND created_at < ?3
       ORDER BY created_at DESC, id LIMIT ?4`,
    )
    .bind(
      tenant,
      page.replayed === true ? 1 : 0,
      page.before ?? Number.MAX_SAFE_INTEGER,
      Math.min(page.limit ?? 100, 1000),
    )
    .all<DeadLetterRow>();
  return results.map(fromRow);
};

/** An open dead letter of an order, by its place alone. */
export type OrderLetter = Pick<DeadLetter, "id" | "account" | "site" | "orderId" | "destination">;

/** Those of these orders that nobody has replayed. */
export const deadLettersOf = async (
  db: D1Database,
  tenant: string,
  orderIds: readonly number[],
): Promise<readonly OrderLetter[]> => {
  if (orderIds.length === 0) return [];
  // One parameter, however many orders: a hundred are all that a statement takes.
  const { results } = await db
    .prepare(
      `SELECT * FROM dead_letters WHERE tenant = ?1 AND replayed_at IS NULL
       AND order_id IN (SELECT value FROM json_each(?2)) ORDER BY created_at DESC`,
    )
    .bind(tenant, JSON.stringify(orderIds))
    .all<DeadLetterRow>();
  return results.map(fromRow);
};

export const getDeadLetter = async (
  db: D1Database,
  tenant: string,
  id: string,
): Promise<StoredDeadLetter | undefined> => {
  const row = await db
    .prepare("SELECT * FROM dead_letters WHERE tenant = ?1 AND id = ?2")
    .bind(tenant, id)
    .first<DeadLetterRow>();
  return row === null ? undefined : fromRow(row);
};

/** @returns false when there is no such dead letter. */
export const markReplayed = async (
  db: D1Database,
  tenant: string,
  id: string,
  at: number,
): Promise<boolean> => {
  const { meta } = await db
    .prepare("UPDATE dead_letters SET replayed_at = ?3 WHERE tenant = ?1 AND id = ?2")
    .bind(tenant, id, at)
    .run();
  return meta.changes > 0;
};

type DeadLetterRow = {
  id: string;
  tenant: string;
  kind: string;
  reason: string;
  field: string | null;
  account_id: number | null;
  site_id: number | null;
  order_id: number | null;
  receipt_number: string | null;
  destination: string | null;
  payload: string;
  created_at: number;
  expires_at: number;
  replayed_at: number | null;
};

const fromRow = (row: DeadLetterRow): StoredDeadLetter => ({
  id: row.id,
  tenant: row.tenant,
  // A kind of a newer or older version is shown as the refusal that it is.
  kind: deadLetterKinds.find((kind) => kind === row.kind) ?? "refused",
  reason: row.reason,
  ...(row.field === null ? {} : { field: row.field }),
  ...(row.account_id === null ? {} : { account: row.account_id }),
  ...(row.site_id === null ? {} : { site: row.site_id }),
  ...(row.order_id === null ? {} : { orderId: row.order_id }),
  ...(row.receipt_number === null ? {} : { receiptNumber: row.receipt_number }),
  ...(row.destination === null ? {} : { destination: row.destination }),
  payload: payloadOf(row.payload),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  ...(row.replayed_at === null ? {} : { replayedAt: row.replayed_at }),
});

const payloadOf = (text: string): Readonly<Record<string, unknown>> => {
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null ? { ...value } : {};
};

/** A dead letter of an order, named by what went wrong where, so that a repeat overwrites it. */
export const orderDeadLetter = async (
  order: {
    readonly tenant: string;
    readonly account: number;
    readonly site: number;
    readonly orderId: number;
  },
  cause: {
    readonly kind: DeadLetterKind;
    readonly reason: string;
    readonly field?: string;
    readonly destination?: string;
    readonly receiptNumber?: string;
  },
  createdAt: number,
): Promise<DeadLetter> => {
  const { tenant, account, site, orderId } = order;
  const name = await contentHash([
    tenant,
    account,
    site,
    orderId,
    cause.destination ?? "",
    cause.kind,
  ]);
  return {
    id: `order-${orderId}-${name.slice(0, 16)}`,
    tenant,
    account,
    site,
    orderId,
    ...cause,
    payload: { tenant, account, site, orderId },
    createdAt,
  };
};
