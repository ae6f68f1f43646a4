import { contentHash } from "../model/content_hash.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import type { JournalObject } from "./journal_host.ts";
import { journalName } from "./journal_name.ts";
import { orderMessage, type OrderMessage } from "./order_message.ts";

/** The part of a queue's batch that is used. */
type Batch = {
  readonly messages: readonly {
    readonly id: string;
    readonly body: unknown;
    readonly attempts: number;
    ack(): void;
    retry(options?: { readonly delaySeconds?: number }): void;
  }[];
};

type Log = (entry: Record<string, unknown>) => void;

const retryS = (attempts: number): number => Math.min(600, 5 * 2 ** Math.min(attempts, 7));

/**
 * Brings queue messages to their journals: one write each, then ack (design.md 7).
 * Nothing else happens here, so a slow CRM or a slow Sitoo never holds the queue.
 */
export const consumeOrderEvents = async (
  batch: Batch,
  deps: { readonly journal: (name: string) => JournalObject; readonly log: Log },
): Promise<void> => {
  const byJournal = new Map<
    string,
    { readonly message: OrderMessage; readonly from: Batch["messages"][number] }[]
  >();
  for (const from of batch.messages) {
    const read = orderMessage.safeParse(from.body);
    if (!read.success) {
      // Not ours to lose: after its retries it lies in the dead queue, and from there in the dead letters.
      from.retry({ delaySeconds: retryS(from.attempts) });
      continue;
    }
    const message = read.data;
    const name = journalName(message.tenant, message.account, message.site, message.orderId);
    const group = byJournal.get(name) ?? [];
    group.push({ message, from });
    byJournal.set(name, group);
  }
  await Promise.all(
    [...byJournal].map(async ([name, group]) => {
      try {
        await deps.journal(name).note(group.map(({ message }) => message));
        for (const { from } of group) from.ack();
      } catch {
        deps.log({ level: "error", event: "journal_away", journal: name, messages: group.length });
        for (const { from } of group) from.retry({ delaySeconds: retryS(from.attempts) });
      }
    }),
  );
};

/** What the queue gave up is kept as a dead letter; a body that cannot be read keeps only its id. */
export const consumeDeadMessages = async (
  batch: Batch,
  deps: {
    readonly deadLetter: (entries: readonly DeadLetter[]) => Promise<void>;
    readonly now: () => number;
    readonly log: Log;
  },
): Promise<void> => {
  const entries = await Promise.all(
    batch.messages.map(async ({ id, body }): Promise<DeadLetter> => {
      const read = orderMessage.safeParse(body);
      const order = read.success
        ? { account: read.data.account, site: read.data.site, orderId: read.data.orderId }
        : {};
      return {
        id: `queue-${(await contentHash([id])).slice(0, 24)}`,
        tenant: read.success ? read.data.tenant : "",
        kind: "gave_up",
        reason: "the queue gave the event up after its last attempt",
        ...order,
        payload: read.success ? { ...read.data } : { message: id },
        createdAt: deps.now(),
      };
    }),
  );
  try {
    await deps.deadLetter(entries);
    for (const message of batch.messages) message.ack();
  } catch {
    deps.log({ level: "error", event: "dead_letters_not_stored", count: entries.length });
    for (const message of batch.messages) message.retry({ delaySeconds: retryS(message.attempts) });
  }
};
