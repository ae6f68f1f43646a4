import { unreachable } from "../model/outcome.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import { isOurWait, notYetWords, waitsForOthers } from "./ask_lanes.ts";
import { type Attempt, claimedByHand } from "./attempt.ts";
import { backoff, giveUpAfterMs, weekAnewMs } from "./backoff.ts";
import type { JournalDeps } from "./journal_deps.ts";
import type { DeliveryRow, JournalStore, OrderRow } from "./journal_store.ts";
import type { NotYet } from "./lane_admission.ts";
import type { Cause } from "./read_order.ts";
import { isClaimed } from "./receipt_standing.ts";
import type { ReceiptsTable } from "./receipts_table.ts";

/** One step of an order, for its trace. */
export type Hop = (
  order: OrderRow,
  name: string,
  what: {
    readonly attempt?: number;
    readonly status: string;
    readonly began?: number;
    readonly note?: string;
  },
) => void;

/** The row of one order at one destination: what is tried, what came of it, when again. */
export const createDeliveryWork = ({
  store,
  receipts,
  transaction,
  now,
  log,
  hop,
  letter,
}: {
  readonly store: JournalStore;
  readonly receipts: ReceiptsTable;
  readonly transaction: <T>(work: () => T) => T;
  readonly now: () => number;
  readonly log: JournalDeps["log"];
  readonly hop: Hop;
  readonly letter: (order: OrderRow, cause: Cause, destination: string) => Promise<DeadLetter>;
}) => {
  type Writing = {
    readonly order: OrderRow;
    readonly row: DeliveryRow;
    readonly since: number;
    readonly write: (change: Partial<DeliveryRow>) => void;
  };

  /** Nothing was tried, so nothing counts, and the trace tells of it once. */
  const waits = ({ order, row, since, write }: Writing, notYet: NotYet): void => {
    const reason = notYetWords(notYet);
    const anew = isOurWait(notYet) && now() - since > weekAnewMs;
    transaction(() => {
      if (row.reason !== reason)
        hop(order, `deliver:${row.channel}`, {
          attempt: row.attempt,
          status: notYet.kind,
          note: reason,
        });
      write({ state: "pending", reason, since: anew ? now() : since, next_at: notYet.at });
    });
  };

  const ends = async (
    { order, row, since, write }: Writing,
    result: Attempt,
    began: number,
    note: string,
  ): Promise<void> => {
    const attempt = row.attempt + 1;
    const dead =
      result.kind === "dead" ? await letter(order, result.cause, row.channel) : undefined;
    transaction(() => {
      const told = [note, result.customer ?? ""].filter((words) => words !== "").join("; ");
      hop(order, `deliver:${row.channel}`, { attempt, status: result.kind, began, note: told });
      switch (result.kind) {
        case "delivered":
          receipts.endOwn(order.order_id, row.channel, "delivered", now());
          store.bringForward(row.channel, waitsForOthers, now());
          return write({ state: "delivered", reason: "", delivered_at: now(), attempt });
        case "skipped":
          return write({ state: "skipped", reason: result.why, attempt: 0 });
        case "dead":
          if (dead !== undefined) store.putOutbox(dead, now());
          if (result.cause.kind === "refused")
            receipts.endOwn(order.order_id, row.channel, "refused", now());
          return write({ state: "refused", reason: result.cause.reason, attempt });
        case "later": {
          const next_at = now() + backoff(attempt, result.retryAfterMs);
          return write({ state: "pending", reason: note, attempt, since, next_at });
        }
        default:
          return unreachable(result);
      }
    });
  };

  return async (
    order: OrderRow,
    {
      channel,
      hash,
      held,
      takesChanges = () => false,
    }: {
      readonly channel: string;
      readonly hash: string;
      /** Why nothing is sent. */
      readonly held: string | undefined;
      /** What is there already gives way to other contents. */
      readonly takesChanges?: () => boolean;
    },
    run: (row: DeliveryRow, intend: () => void) => Promise<Attempt | NotYet>,
  ): Promise<void> => {
    const began = now();
    const known = store.delivery(order.order_id, channel) ?? newDelivery(order, channel, began);
    // Unchanged content is not sent again, changed content not to where the first stays.
    if (known.hash === hash && (known.state === "delivered" || known.state === "refused")) return;
    const isChange = known.state === "delivered";
    if (isChange && (held !== undefined || !takesChanges())) return;
    // A change is tried, and may fail, for itself.
    const row: DeliveryRow = isChange
      ? { ...known, state: "pending", attempt: 0, since: began }
      : known;
    if (isClaimed(receipts.of(order.order_id, channel))) {
      if (row.state !== "skipped")
        store.writeDelivery({ ...row, state: "skipped", reason: claimedByHand, updated_at: began });
      return;
    }
    const waiting = row.state === "pending" && row.hash === hash && row.next_at > began;
    if (waiting) return;
    const write = (change: Partial<DeliveryRow>): void => {
      store.writeDelivery({ ...row, hash, ...change, updated_at: now() });
    };
    const attempt = row.attempt + 1;
    if (held !== undefined && row.state !== "delivering") {
      if (row.state !== "skipped" || row.reason !== held) {
        write({ state: "skipped", reason: held });
        hop(order, `deliver:${channel}`, { attempt, status: "skipped", note: held });
      }
      return;
    }

    const since = row.state === "pending" || row.state === "delivering" ? row.since : began;
    const outcome = await run(row, () =>
      write({ state: "delivering", since, next_at: began }),
    ).catch((error: unknown): Attempt => {
      const name = errorName(error);
      log({ event: "delivery_failed", order: order.order_id, channel, error: name });
      return { kind: "later", note: `unexpected: ${name}` };
    });
    const writing: Writing = { order, row, since, write };
    const late = now() - since > giveUpAfterMs;
    if (outcome.kind === "not_yet" && (isOurWait(outcome) || !late)) return waits(writing, outcome);
    const note = noteOf(outcome);
    if (outcome.kind !== "not_yet" && !(outcome.kind === "later" && late))
      return ends(writing, outcome, began, note);
    const cause = { kind: "gave_up", reason: `tried for a week: ${note}` } as const;
    const customer = outcome.kind === "not_yet" ? undefined : outcome.customer;
    const words = customer === undefined ? {} : { customer };
    return ends(writing, { kind: "dead", cause, ...words }, began, note);
  };
};

export const newDelivery = (order: OrderRow, channel: string, now: number): DeliveryRow => ({
  order_id: order.order_id,
  channel,
  state: "pending",
  reason: "",
  hash: "",
  changed_hash: null,
  attempt: 0,
  since: now,
  next_at: now,
  delivered_at: null,
  updated_at: now,
});

const noteOf = (outcome: Attempt | NotYet): string => {
  switch (outcome.kind) {
    case "delivered":
    case "later":
      return outcome.note;
    case "skipped":
      return outcome.why;
    case "dead":
      return outcome.cause.reason;
    case "not_yet":
      return notYetWords(outcome);
    default:
      return unreachable(outcome);
  }
};

/** The message of an error may quote anything, so only its name is kept. */
export const errorName = (error: unknown): string =>
  error instanceof Error ? error.name : "unknown";
