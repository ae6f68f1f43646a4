import { saleId } from "../model/sale.ts";
import { takenBack } from "../model/taken_back.ts";
import { unreachable } from "../model/outcome.ts";
import { orderDeadLetter } from "../tenants/dead_letters.ts";
import { isOurWait, notYetWords } from "./ask_lanes.ts";
import { customerGone } from "./attempt.ts";
import { backoff, giveUpAfterMs, weekAnewMs } from "./backoff.ts";
import { deliverSale } from "./deliver_sale.ts";
import type { JournalDeps } from "./journal_deps.ts";
import type { DeliveryRow, JournalStore, OrderRow } from "./journal_store.ts";
import type { NotYet } from "./lane_admission.ts";
import type { Cause } from "./read_order.ts";
import type { ReceiptRow, ReceiptsTable } from "./receipts_table.ts";
import { saleOf } from "./stored_sale.ts";

/** While the tenant's orders are not live. */
const restMs = 3_600_000;

type End =
  | { readonly kind: "delivered"; readonly note: string }
  | { readonly kind: "later"; readonly note: string; readonly retryAfterMs?: number }
  | { readonly kind: "rest"; readonly note: string }
  | { readonly kind: "dead"; readonly cause: Cause }
  | NotYet;

const notRepaired = (reason: string): End => ({
  kind: "dead",
  cause: { kind: "not_repaired", reason },
});

/** Sends what a cancelled or reassigned order still has to, one receipt after the other. */
export const createReceiptWork = ({
  store,
  receipts,
  transaction,
  now,
  deps,
}: {
  readonly store: JournalStore;
  readonly receipts: ReceiptsTable;
  readonly transaction: <T>(work: () => T) => T;
  readonly now: () => number;
  readonly deps: JournalDeps;
}) => {
  const attempt = async (row: ReceiptRow, order: OrderRow): Promise<End> => {
    const tenant = await deps.tenant(order.tenant);
    if (tenant === undefined) return { kind: "rest", note: "the tenant is not there" };
    if (tenant.orders.mode !== "live")
      return { kind: "rest", note: `orders.mode is ${tenant.orders.mode}` };
    const channel = tenant.channels.get(row.channel);
    if (channel === undefined) return notRepaired("the tenant no longer has this channel");
    if (row.kind === "taken_back" && !deps.crm(channel).capabilities.takesBack)
      return notRepaired(`this CRM takes nothing back: mend it there by hand (${row.cause})`);
    const sale = saleOf(row.content ?? order.payload);
    if (sale === undefined) return notRepaired("the sale is not kept any more");
    const isSale = row.kind === "sale";
    const came = await deliverSale(
      {
        sale: {
          sale: isSale ? { ...sale, id: row.receipt_id } : takenBack(sale, row.receipt_id),
          to: {
            kind: "known",
            ...(row.customer === null ? {} : { customerId: row.customer }),
            read: !isSale,
          },
          requestId: `order-${row.receipt_id}`,
          priority: "live",
          expected: false,
        },
        unclearBefore: row.began === 1,
      },
      deps.road(tenant, channel),
      now(),
      () => {
        receipts.write(row, { began: 1 }, now());
        return true;
      },
    );
    if (came.kind !== "skipped") return came;
    return {
      kind: "delivered",
      note: came.why === customerGone ? `${customerGone}: nothing to take back` : came.why,
    };
  };

  /** The delivery's own row shows what became of the order's own receipt. */
  const ofDelivery = (row: ReceiptRow, order: OrderRow, change: Partial<DeliveryRow>): void => {
    const delivery = store.delivery(row.order_id, row.channel);
    const { account, site, order_id: orderId } = order;
    if (delivery !== undefined && row.receipt_id === saleId({ account, site, orderId }))
      store.writeDelivery({ ...delivery, ...change, updated_at: now() });
  };

  const write = (row: ReceiptRow, order: OrderRow, end: Exclude<End, { kind: "dead" }>): void => {
    switch (end.kind) {
      case "delivered":
        receipts.write(
          row,
          { state: "delivered", note: end.note, attempt: row.attempt + 1 },
          now(),
        );
        return ofDelivery(row, order, { state: "delivered", reason: "", delivered_at: now() });
      case "later": {
        const next_at = now() + backoff(row.attempt + 1, end.retryAfterMs);
        return receipts.write(
          row,
          { note: end.note, began: 0, attempt: row.attempt + 1, next_at },
          now(),
        );
      }
      case "not_yet": {
        const anew = isOurWait(end) && now() - row.since > weekAnewMs;
        const since = anew ? now() : row.since;
        return receipts.write(row, { note: notYetWords(end), since, next_at: end.at }, now());
      }
      case "rest":
        return receipts.write(row, { note: end.note, next_at: now() + restMs }, now());
      default:
        return unreachable(end);
    }
  };

  const dies = async (row: ReceiptRow, order: OrderRow, cause: Cause): Promise<void> => {
    const { tenant, account, site, order_id: orderId } = order;
    const letter = await orderDeadLetter(
      { tenant, account, site, orderId },
      {
        ...cause,
        kind: cause.kind === "unclear" ? "unclear" : "not_repaired",
        destination: row.channel,
        ...(order.receipt === null ? {} : { receiptNumber: order.receipt }),
      },
      now(),
    );
    transaction(() => {
      store.putOutbox(letter, now());
      receipts.write(
        row,
        { state: "refused", note: cause.reason, attempt: row.attempt + 1 },
        now(),
      );
      if (row.cause === "order") receipts.dropBehind(row);
      else ofDelivery(row, order, { state: "refused", reason: cause.reason });
    });
  };

  return {
    /** Never throws for what the outside does; a rejection of a dependency is tried again later. */
    async on(row: ReceiptRow): Promise<void> {
      const order = store.order(row.order_id);
      if (order === undefined)
        return receipts.write(
          row,
          { state: "refused", note: "the order is not kept any more" },
          now(),
        );
      const began = now();
      const came = await attempt(row, order).catch((error: unknown): End => {
        const name = error instanceof Error ? error.name : "unknown";
        deps.log({
          event: "receipt_failed",
          order: row.order_id,
          channel: row.channel,
          error: name,
        });
        return { kind: "later", note: `unexpected: ${name}` };
      });
      const tried = came.kind === "later" || (came.kind === "not_yet" && !isOurWait(came));
      const end: End =
        tried && now() - row.since > giveUpAfterMs
          ? notRepaired(`tried for a week: ${wordsOf(came)}`)
          : came;
      const note = wordsOf(end);
      // Of a wait the trace tells once.
      const isTold = end.kind !== "not_yet" || row.note !== note;
      if (end.kind === "dead") await dies(row, order, end.cause);
      transaction(() => {
        if (end.kind !== "dead") write(row, order, end);
        if (!isTold) return;
        store.addHop({
          order_id: row.order_id,
          at: now(),
          hop: `${row.cause}:${row.channel}`,
          attempt: row.attempt + 1,
          status: end.kind === "delivered" && row.kind === "taken_back" ? "taken_back" : end.kind,
          ms: now() - began,
          note: [row.receipt_id, note].filter((words) => words !== "").join("; "),
        });
      });
    },
  };
};

const wordsOf = (end: End): string => {
  switch (end.kind) {
    case "dead":
      return end.cause.reason;
    case "not_yet":
      return notYetWords(end);
    default:
      return end.note;
  }
};
