import type { One } from "./acts.ts";
import type { Evidence, Row } from "./evidence.ts";
import {
  concerns,
  endOfAll,
  holdsOf,
  isBlurred,
  registerOf,
  slackMs,
  standingOf,
  type Hold,
} from "./holds.ts";
import type { Call } from "./story.ts";

const all: readonly One[] = ["v", "w", "p"];
const replayMs = { auto: 120_000, sale: 120_000, back: 120_000, paid: 30_000 };
export const openStates = ["reserved", "committing", "unknown", "reversing"];
const withoutRegisterMs = 60_000;
const repeatedUndoMs = 60_000;

/**
 * Staff gave it back in the CRM while our own copy of it was out too: both may be used by design,
 * for nobody told the ledger of the one (docs/redemption.md, "The card").
 */
const isOutTwice = ({ story, rows }: Evidence, one: One): boolean =>
  story.elsewhere.some((other) => other.by === "staff" && other.one === one && other.done) &&
  rows.some((row) => row.one === one && row.steps.some(({ to }) => to === "reinstated"));

export const isTold = (one: One, evidence: Evidence): boolean =>
  !isBlurred(evidence, one) && !isOutTwice(evidence, one);

/** Whether a closed order holds it: settled before the one time, and not given back by the other. */
const settledBy = ({ story }: Evidence, row: Row, before: number, until: number): boolean => {
  const since = row.steps.findLast(({ to, at }) => to === "settled" && at <= before)?.at;
  if (since === undefined) return false;
  const isGivenBack = row.steps.some(
    ({ event, at }) => event === "given_back" && at >= since && at <= until,
  );
  // Its use may be older than the news of its order.
  const used = row.steps.findLast(({ to, at }) => to === "committed" && at <= since)?.at;
  const byStaff = story.elsewhere.some(
    (other) =>
      other.by === "staff" &&
      other.one === row.one &&
      other.done &&
      other.at >= (used ?? since) - slackMs &&
      other.at <= until,
  );
  return !isGivenBack && !byStaff;
};

/** Nobody gets it while somebody else holds it. */
const usedTwice = (evidence: Evidence, holds: readonly Hold[]): string[] =>
  holds.flatMap((hold) => {
    if (!isTold(hold.one, evidence)) return [];
    const others = holds.filter(
      (other) =>
        other.one === hold.one &&
        other.heard.tick < hold.heard.tick &&
        (other.till !== hold.till || other.redeemId !== hold.redeemId) &&
        standingOf(evidence, other, hold.heard) === "held",
    );
    const orders = evidence.rows.filter(
      (row) =>
        row.one === hold.one &&
        row.redeem_id !== hold.redeemId &&
        settledBy(evidence, row, hold.call.sent.at - slackMs, hold.heard.at + slackMs),
    );
    return [
      ...others.map(
        (other) =>
          `used twice: ${hold.till} hears success for ${hold.one} while ${other.till} holds it`,
      ),
      ...orders.map(
        (row) =>
          `used twice: ${hold.till} hears success for ${hold.one}, which order ${row.order} used`,
      ),
    ];
  });

/** Each success was true when it was said. */
const saidInVain = (evidence: Evidence, holds: readonly Hold[]): string[] =>
  holds.flatMap((hold) => {
    const { one, till, row, call, heard } = hold;
    if (!isTold(one, evidence)) return [];
    const what = `${till} hears success for ${one}`;
    if (row === undefined) return [`told of nothing: ${what} that no row holds`];
    const [from, to] = [call.sent.at - slackMs, heard.at + slackMs];
    const { changes } = evidence.crm[one];
    const isRedeem = (change: (typeof changes)[number]): boolean =>
      change.action === "redeem" && change.by === "us";
    const before = changes.findLast(({ at }) => at <= from);
    const isUsed =
      (before !== undefined && isRedeem(before)) ||
      changes.some((change) => isRedeem(change) && change.at > from && change.at <= to);
    // By policy the CRM is told when the order closes; until then the ledger holds it.
    const isReserved = row.steps.some(
      (step, index) =>
        (step.to === "reserved" || step.to === "settled") &&
        step.at <= to &&
        (row.steps[index + 1]?.at ?? to) >= from,
    );
    if (isUsed || isReserved) return [];
    // Staff gave it back in the CRM: for an hour the ledger still says what its till was told.
    const began = row.steps[0]?.at ?? 0;
    const byStaff = evidence.story.elsewhere.some(
      (other) => other.by === "staff" && other.one === one && other.at >= began - slackMs,
    );
    // Its own undo, or one without a register, crossed it.
    const byUndo = evidence.story.calls.some(
      (undo) =>
        concerns(undo, hold) &&
        undo.sent.tick < heard.tick &&
        (undo.answer?.tick ?? heard.tick) > call.sent.tick,
    );
    return byStaff || byUndo ? [] : [`told of nothing: ${what}, and the CRM does not hold it used`];
  });

/**
 * An undo that gave something back, or repeats one that did, leaves no marker, so a redeem that it
 * overtook on its way to the ledger goes on (docs/redemption.md, Undo).
 */
const isRepeatedUndo = ({ rows }: Evidence, one: One, { at }: { readonly at: number }): boolean =>
  rows.some(
    (row) =>
      row.one === one &&
      row.steps.some(
        (step) =>
          ![...openStates, "committed"].includes(step.to) &&
          step.at > at - repeatedUndoMs &&
          step.at < at + slackMs,
      ),
  );

/**
 * An undo reaches what the ledger has when it comes; what comes after it is refused only to the same
 * register (design.md 6.6), while the undo of a till that names none reaches every register's.
 */
const isOfAnother = (undo: Call, { till, row }: Hold): boolean =>
  registerOf(till) !== registerOf(undo.till) &&
  (row?.steps[0]?.at ?? -Infinity) >= undo.sent.at - slackMs;

/** A till that heard that it is undone hears no success for the same any more. */
const saidAfterUndo = (evidence: Evidence, holds: readonly Hold[]): string[] =>
  holds.flatMap((hold) =>
    evidence.story.calls.flatMap((undo) => {
      const { answer } = undo;
      const isFreed = answer?.status === 200 && answer.redeemed.get(hold.one) === false;
      if (!isFreed || !concerns(undo, hold)) return [];
      if (isRepeatedUndo(evidence, hold.one, answer) || isOfAnother(undo, hold)) return [];
      // Answers that are on their way at the same time may be heard in either order.
      const isCrossed = hold.call.sent.tick < undo.sent.tick && answer.at + slackMs < hold.heard.at;
      const isStale = holds.some(
        (earlier) =>
          earlier.redeemId === hold.redeemId &&
          earlier.heard.tick < undo.sent.tick &&
          answer.tick < hold.call.sent.tick,
      );
      return isCrossed || isStale
        ? [`undone in vain: ${hold.till} hears success for ${hold.one} after its undo was answered`]
        : [];
    }),
  );

/** In that time the ledger did nothing with the instruments of a call but what the call says. */
const isAlone = ({ rows }: Evidence, call: Call, from: number, to: number): boolean =>
  rows
    .filter(({ one }) => call.ones.includes(one))
    .every(({ redeem_id, steps }) => {
      const last = steps.findLast(({ at }) => at < from)?.to ?? "released";
      return redeem_id === call.answer?.redeemId
        ? !steps.some(({ to: state }) => state === "unknown")
        : !openStates.includes(last) && !steps.some(({ at }) => at >= from && at <= to);
    });

/** A repeat of one till gets its own answer, not a refusal as if somebody else had used it. */
const refusedRepeats = (evidence: Evidence): string[] => {
  const { story, losses, policy } = evidence;
  const redeems = story.calls.filter(({ kind }) => kind === "redeem");
  const isQuiet = (first: Call, from: number, to: number): boolean =>
    !story.elsewhere.some(({ at }) => at >= from && at <= to) &&
    // Once an order is known to name it, it is the order's.
    !story.orders.some((order) => order.made.at <= to) &&
    !losses.some((at) => at >= from - slackMs && at <= to) &&
    !story.calls.some(
      (other) =>
        other.kind === "undo" &&
        other.ones.some((one) => first.ones.includes(one)) &&
        other.sent.at <= to &&
        (other.answer?.at ?? to) >= from,
    );
  const saysUsed = /Already used|being used right now/;
  const saysUnknown = /has not confirmed yet/;
  return redeems.flatMap((won) => {
    const { answer } = won;
    if (answer?.status !== 200 || ![...answer.redeemed.values()].every(Boolean)) return [];
    const windowMs =
      won.till === "bare" ? Math.min(withoutRegisterMs, replayMs[policy]) : replayMs[policy];
    return redeems.flatMap((again) => {
      const isRepeat =
        again !== won &&
        again.till === won.till &&
        again.ones.join() === won.ones.join() &&
        again.answer !== undefined &&
        again.answer.tick > won.sent.tick &&
        again.answer.at < won.sent.at + windowMs - slackMs;
      // A call that was over before the other one began is no repeat of it.
      if (!isRepeat || again.answer === undefined || again.answer.at < won.sent.at) return [];
      const [from, to] = [
        Math.min(won.sent.at, again.sent.at),
        Math.max(answer.at, again.answer.at),
      ];
      const { text } = again.answer;
      const isRefused =
        saysUsed.test(text) ||
        (saysUnknown.test(text) && isAlone(evidence, won, from - slackMs, to + slackMs));
      return isRefused && isQuiet(won, from - slackMs, to)
        ? [`refused its own: ${won.till} repeats ${won.ones.join("")} and hears ${text}`]
        : [];
    });
  });
};

/** A card offers nothing that a till holds. */
const shownInVain = (evidence: Evidence, holds: readonly Hold[]): string[] =>
  evidence.story.calls.flatMap(({ kind, sent, answer }) => {
    if (kind !== "card" || answer?.status !== 200) return [];
    // The ledger was slow or lost, and the card says so.
    if (answer.text.includes("what is in use")) return [];
    return holds.flatMap((hold) =>
      answer.redeemed.get(hold.one) === false &&
      hold.heard.tick < sent.tick &&
      isTold(hold.one, evidence) &&
      standingOf(evidence, hold, answer) === "held"
        ? [`shown in vain: the card offers ${hold.one} while ${hold.till} holds it`]
        : [],
    );
  });

export type Use = {
  /** A till or a closed order has it for certain. */
  readonly isHeld: boolean;
  /** Somebody may have it. */
  readonly mayBeHeld: boolean;
};

/** Who has an instrument in the end. */
export const useOf = (evidence: Evidence, one: One): Use => {
  const standings = holdsOf(evidence)
    .filter((hold) => hold.one === one)
    .map((hold) => standingOf(evidence, hold, endOfAll));
  const isSettled = evidence.rows.some(
    (row) => row.one === one && settledBy(evidence, row, Infinity, Infinity),
  );
  const isHeld = isSettled || standings.includes("held");
  return { isHeld, mayBeHeld: isHeld || standings.includes("perhaps") };
};

/** Redeem calls whose success may have been said into the void: hung up, or its object lost before it was heard. */
const unheard = ({ story, losses }: Evidence, one: One): boolean =>
  story.calls.some(
    ({ kind, ones, sent, answer }) =>
      kind === "redeem" &&
      ones.includes(one) &&
      (answer === undefined ||
        (answer.status >= 500 &&
          losses.some((at) => at >= sent.at - slackMs && at <= answer.at + slackMs))),
  );

/** Nothing is used in the CRM that no till was told of and no order names. */
const burnt = (evidence: Evidence, isTelling: boolean): string[] =>
  all.flatMap((one) => {
    const { crm, rows, letters, story, policy } = evidence;
    const last = crm[one].changes.at(-1);
    if (!crm[one].isUsed || last?.by !== "us" || !isTold(one, evidence)) return [];
    if (useOf(evidence, one).mayBeHeld) return [];
    const own = rows.filter((row) => row.one === one);
    // Our copy is out: the customer can use it, which the last till of each history tries.
    if (own.at(-1)?.state === "reinstated") return [];
    // Goods that were sold with it though the CRM refused it; its use is another one's.
    if (own.some(({ state }) => state === "lost")) return [];
    // `moment: paid`: the goods had gone with the discount before the till called, so its use stands whatever it heard.
    const wasAsked = story.calls.some(
      ({ kind, ones, answer }) => kind === "redeem" && ones.includes(one) && answer?.status !== 200,
    );
    if (policy === "paid" && wasAsked) return [];
    if (unheard(evidence, one)) {
      // The gateway cannot know that its answer was not heard; but a person is told, where the tenant wants it.
      const wantsTelling = isTelling && policy !== "paid";
      const isLetter = own.some(({ redemption_id }) =>
        letters.some(({ id }) => id === `redemption-${redemption_id}`),
      );
      return wantsTelling && !isLetter
        ? [`burnt: ${one} is used, no till heard of it and no person is told`]
        : [];
    }
    return [`burnt: ${one} is used in the CRM, and neither a till nor an order has it`];
  });

/** What a till holds in the end is used in the CRM. */
const heldInVain = (evidence: Evidence, holds: readonly Hold[]): string[] =>
  holds.flatMap((hold) =>
    isTold(hold.one, evidence) &&
    standingOf(evidence, hold, endOfAll) === "held" &&
    !evidence.crm[hold.one].isUsed
      ? [
          `held in vain: ${hold.till} holds ${hold.one} (row ${hold.row?.state}), the CRM has it free`,
        ]
      : [],
  );

/** Of those who hold an instrument in the end there is one. */
const sharedAtEnd = (evidence: Evidence, holds: readonly Hold[]): string[] =>
  all.flatMap((one) => {
    if (!isTold(one, evidence)) return [];
    const tills = holds.filter(
      (hold) => hold.one === one && standingOf(evidence, hold, endOfAll) === "held",
    );
    const orders = evidence.rows.filter(
      (row) => row.one === one && settledBy(evidence, row, Infinity, Infinity),
    );
    const uses = new Set([
      ...tills.map(({ redeemId }) => redeemId),
      ...orders.map(({ redeem_id }) => redeem_id),
    ]);
    return uses.size > 1 ? [`used twice: ${one} is in ${uses.size} hands in the end`] : [];
  });

/** In the CRM itself uses and reactivations take turns. */
const crmTwice = ({ crm }: Evidence): string[] =>
  all.flatMap((one) =>
    crm[one].changes.flatMap(({ action }, index, changes) =>
      action === changes[index - 1]?.action
        ? [`used twice: the CRM has ${action} twice for ${one}`]
        : [],
    ),
  );

export const auditUses = (evidence: Evidence, isTelling: boolean): string[] => {
  const holds = holdsOf(evidence);
  return [
    ...usedTwice(evidence, holds),
    ...sharedAtEnd(evidence, holds),
    ...crmTwice(evidence),
    ...saidInVain(evidence, holds),
    ...saidAfterUndo(evidence, holds),
    ...heldInVain(evidence, holds),
    ...shownInVain(evidence, holds),
    ...refusedRepeats(evidence),
    ...burnt(evidence, isTelling),
  ];
};
