import { mayHaveActed } from "../model/crm_failure.ts";
import type { DeadLetter } from "../tenants/dead_letters.ts";
import type { LedgerContext } from "./ledger_calls.ts";
import type { LedgerStore } from "./tables/ledger_store.ts";
import { redemptionDeadLetter } from "./redemption_dead_letter.ts";
import { createTurns } from "./turns.ts";

const callMs = 6_000;
/** A CRM that takes no mirror for so long is a person's matter; what is true here stays true. */
const mirrorGivesUpMs = 7 * 24 * 3_600_000;

/** Brings word of redemptions out of the object: to people, and to a CRM that cannot redeem. */
export const createLedgerPost = (deps: {
  readonly store: LedgerStore;
  readonly now: () => number;
  /** Resolves once they are stored. */
  readonly deadLetter: (entries: readonly DeadLetter[]) => Promise<void>;
  readonly backOffMs: (attempts: number) => number;
}) => {
  const { store, now, backOffMs } = deps;
  const turns = createTurns();

  /** Tells a person, until it is stored where people look. */
  const tellPeople = async (context: LedgerContext): Promise<void> => {
    const entries = store.outbox.due(now());
    if (entries.length === 0) return;
    try {
      const letters = entries.flatMap(({ redemptionId, at, why }) => {
        const row = store.byId(redemptionId);
        return row === undefined ? [] : [redemptionDeadLetter(row, context.owner, at, why)];
      });
      await deps.deadLetter(letters);
      store.transaction(() => {
        for (const { redemptionId } of entries) store.outbox.drop(redemptionId);
      });
    } catch {
      store.transaction(() => {
        for (const { redemptionId, attempts } of entries)
          store.outbox.postpone(redemptionId, now() + backOffMs(attempts));
      });
    }
  };

  /** One step of each instrument; the next of it follows when this one has arrived. */
  const tellCrm = async ({ crm, owner }: LedgerContext): Promise<void> => {
    for (;;) {
      const due = store.mirrors.first().filter((mirror) => mirror.nextAt <= now());
      if (due.length === 0) return;
      // One after the other: several checks of a customer can be one value in the CRM, which is read,
      // changed and written, and nothing there would tell two such writes apart.
      for (const mirror of due) {
        const call = { deadline: now() + callMs, requestId: mirror.use.eventId };
        const told = await crm.mirror?.(owner.customerId, mirror.use, call);
        store.transaction(() => {
          // No mirror: the CRM of this channel was changed, and the new one knows nothing of it.
          if (told === undefined || told.ok) return store.mirrors.drop(mirror.seq);
          const { failure } = told;
          const mayWorkLater =
            mayHaveActed(failure) ||
            failure.kind === "rate_limited" ||
            failure.kind === "set_up_fault" ||
            failure.kind === "unavailable";
          if (mayWorkLater && now() - mirror.since < mirrorGivesUpMs)
            return store.mirrors.postpone(mirror.seq, now() + backOffMs(mirror.attempts));
          store.mirrors.drop(mirror.seq);
          store.outbox.put(mirror.redemptionId, "not_mirrored", now());
        });
      }
    }
  };

  return {
    deliver: (context: LedgerContext): Promise<void> =>
      turns(async () => {
        await tellCrm(context);
        await tellPeople(context);
      }),
    /** Between two of these: for who else changes the CRM's copy of the customer's instruments. */
    turns,
    /** When the next is due. */
    nextAt(): number | undefined {
      const times = store.mirrors.first().map(({ nextAt }) => nextAt);
      const people = store.outbox.nextAt();
      if (people !== undefined) times.push(people);
      return times.length === 0 ? undefined : Math.min(...times);
    },
  };
};
