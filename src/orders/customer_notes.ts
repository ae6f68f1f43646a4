import { backoff } from "./backoff.ts";
import { notedAnewMs, type OrderLead } from "./customer_index.ts";
import { errorName } from "./delivery_work.ts";
import type { JournalDeps } from "./journal_deps.ts";
import type { Sql } from "./journal_store.ts";
import { eachOf } from "./few_at_once.ts";

/** A receipt whose customer the index does not know of yet. */
type Due = {
  seq: number;
  tenant: string;
  channel: string;
  customer: string;
  former_id: string | null;
  lead: OrderLead;
};

/** So many at a time: what is sold meanwhile goes first, and waits for no more than these. */
const atOnce = 20;

/**
 * Notes in the index of customers whose an order is, behind the deliveries. The receipt's row says
 * when that was done, so neither a crash nor a shard that is away loses anything; only when it is
 * tried again is kept in memory, and an object that was restarted tries at once.
 */
export const createCustomerNotes = ({
  sql,
  now,
  deps,
}: {
  readonly sql: Sql;
  readonly now: () => number;
  readonly deps: Pick<JournalDeps, "customerIndex" | "tenant" | "log">;
}) => {
  let failures = 0;
  let restsUntil = 0;

  /** One of nobody costs nothing; one that takes a sale back has its customer from the sale. */
  const due = (): Due[] =>
    sql
      .exec<Due>(
        `SELECT r.seq, o.tenant, r.channel, r.customer, r.former_id,
           COALESCE(o.sold_at, '') || ' ' || o.account || '/' || o.site || '/' || o.order_id AS lead
         FROM journal_receipts r JOIN journal_orders o ON o.order_id = r.order_id
         WHERE r.kind = 'sale' AND r.customer IS NOT NULL AND r.noted_at < o.updated_at - ?
         ORDER BY r.seq LIMIT ?`,
        notedAnewMs,
        atOnce,
      )
      .toArray();

  /** @param rows of one customer. */
  const note = async (rows: readonly Due[]): Promise<void> => {
    const [first] = rows;
    if (first === undefined) return;
    const tenant = await deps.tenant(first.tenant);
    const channel = tenant?.channels.get(first.channel);
    // Without its channel nobody knows any more whose id it is.
    if (tenant !== undefined && channel !== undefined) {
      const index = deps.customerIndex(tenant, channel);
      const former = new Set(rows.flatMap(({ former_id }) => former_id ?? []));
      for (const id of former) await index.noteJoined(id, first.customer);
      await index.note(
        first.customer,
        rows.map(({ lead }) => lead),
      );
    }
    // Unless it has become another customer's meanwhile.
    for (const { seq, customer } of rows)
      sql.exec(
        "UPDATE journal_receipts SET noted_at = ? WHERE seq = ? AND customer = ?",
        now(),
        seq,
        customer,
      );
  };

  return {
    /** Never rejects for what the index does. */
    async run(): Promise<void> {
      if (now() < restsUntil) return;
      const groups = Map.groupBy(due(), (row) => JSON.stringify([row.channel, row.customer]));
      let fault: unknown;
      await eachOf([...groups.values()], (rows) =>
        note(rows).catch((error: unknown) => {
          fault = error;
        }),
      );
      failures = fault === undefined ? 0 : failures + 1;
      if (failures === 0) return;
      restsUntil = now() + backoff(failures);
      deps.log({ level: "error", event: "customers_not_noted", error: errorName(fault) });
    },

    nextAt: (): number | undefined => (due().length > 0 ? restsUntil : undefined),
  };
};
