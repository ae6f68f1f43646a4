import * as z from "zod/mini";
import type { LedgerObject } from "./ledger_client.ts";

/**
 * A delayed message that wakes a ledger (design.md 6.10): behind every alarm, because a lost alarm
 * is on record (platform) and objects cannot be listed to look for one.
 */
export const wakeUpMessage = z.object({
  /** Name of the object: a hash, of nobody. */
  ledger: z.string(),
  /** Epoch milliseconds; the ledger knows by it whether this is the message that it waits for. */
  at: z.int(),
});
export type WakeUp = z.infer<typeof wakeUpMessage>;

/** The part of a queue's batch that is used. */
type Batch = {
  readonly messages: readonly {
    readonly body: unknown;
    readonly attempts: number;
    ack(): void;
    retry(options?: { readonly delaySeconds?: number }): void;
  }[];
};

const retryS = (attempts: number): number => Math.min(3_600, 10 * 2 ** Math.min(attempts, 9));

/** Wakes each ledger that a message names; one that cannot be reached is tried again. */
export const consumeWakeUps = async (
  batch: Batch,
  deps: {
    readonly ledger: (name: string) => Pick<LedgerObject, "wakeUp">;
    readonly log: (entry: Record<string, unknown>) => void;
  },
): Promise<void> => {
  await Promise.all(
    batch.messages.map(async (message) => {
      const read = wakeUpMessage.safeParse(message.body);
      if (!read.success) {
        deps.log({ level: "error", event: "wake_up_unreadable" });
        message.ack();
        return;
      }
      try {
        await deps.ledger(read.data.ledger).wakeUp(read.data.at);
        message.ack();
      } catch {
        deps.log({ level: "error", event: "ledger_away", operation: "wake_up" });
        message.retry({ delaySeconds: retryS(message.attempts) });
      }
    }),
  );
};

/** The alarm comes first; the message only finds what an alarm has left. */
const graceMs = 60_000;
/** Cloudflare delays a message by 24 h at most; older pages say 12 h. */
const longestMs = 12 * 3_600_000;
/** A message later than this was lost, or never sent. */
const lostMs = 15 * 60_000;
/** Nothing open waits so long: what lies further ahead is the dropping of old rows. */
const farAheadMs = 30 * 24 * 3_600_000;

/**
 * When the next message must come, for an object that wants to be woken at `wanted`.
 * @param known when the one that is under way comes.
 * @returns undefined when none is to be sent: that one comes soon enough, or nothing is open.
 */
export const nextWakeUp = (
  wanted: number,
  known: number | undefined,
  now: number,
): number | undefined => {
  if (wanted - now > farAheadMs) return undefined;
  const at = Math.min(Math.max(wanted, now) + graceMs, now + longestMs);
  const isUnderWay = known !== undefined && known > now - lostMs && known <= at + lostMs;
  return isUnderWay ? undefined : at;
};
