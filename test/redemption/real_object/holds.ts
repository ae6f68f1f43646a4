import { ones, policies, tills, type One, type TillName } from "./acts.ts";
import type { Evidence, Row } from "./evidence.ts";
import type { Call, Moment, Order } from "./story.ts";

/** A success that a till heard for one instrument. */
export type Hold = {
  readonly one: One;
  readonly till: TillName;
  readonly redeemId: string;
  readonly call: Call;
  readonly heard: Moment;
  readonly row: Row | undefined;
};
/** `perhaps`: the till itself cannot know whether it still has it. */
export type Standing = "held" | "perhaps" | "over";

export const endOfAll: Moment = {
  tick: Number.POSITIVE_INFINITY,
  at: Number.POSITIVE_INFINITY,
};
const hour = 3_600_000;
const claimedWithinMs = 48 * hour;
const askedSinceMs = 600_000;
/** Two readings of one clock by two programs. */
export const slackMs = 500;
/**
 * A use by somebody else so near to a send of ours without an answer is told apart from ours by
 * nobody: the time of use is all that a CRM says, and clocks may differ by two minutes.
 */
const nearMs = 150_000;

export const isBlurred = ({ crm, story }: Evidence, one: One): boolean => {
  const sends = crm[one].unclear;
  const [from, to] = [Math.min(...sends) - nearMs, Math.max(...sends) + nearMs];
  return story.elsewhere.some(
    (other) => other.one === one && other.done && other.at >= from && other.at <= to,
  );
};

export const names = (order: Order, one: One): boolean => ones(order.set).includes(one);

/** Whether Sitoo, asked at that time, had an order with the instrument that no other use of it belonged to. */
const isNamedAt = ({ story, rows }: Evidence, row: Row, since: number, at: number): boolean =>
  story.orders.some(
    (order) =>
      names(order, row.one) &&
      order.made.at <= at &&
      order.made.at >= since - askedSinceMs &&
      (order.closed || (order.parked && (order.left?.at ?? at) >= at)) &&
      !rows.some(
        (other) =>
          other !== row &&
          other.one === row.one &&
          other.order === order.id &&
          (other.steps[0]?.at ?? at) < at,
      ),
  );

export const holdsOf = ({ story, rows }: Evidence): Hold[] =>
  story.calls.flatMap((call) => {
    const { answer } = call;
    const { redeemId } = answer ?? {};
    if (call.kind !== "redeem" || answer?.status !== 200 || redeemId === undefined) return [];
    return [...answer.redeemed].flatMap(([one, isUsed]): Hold[] => {
      const row = rows.find((other) => other.redeem_id === redeemId && other.one === one);
      return isUsed ? [{ one, till: call.till, redeemId, call, heard: answer, row }] : [];
    });
  });

export const registerOf = (till: TillName): string | undefined =>
  till === "bare" ? undefined : tills[till]["Register-ID"];

/** An undo reaches what its own register redeemed, and where either names none, that too. */
export const concerns = (undo: Call, hold: Pick<Hold, "one" | "till" | "redeemId">): boolean => {
  if (undo.kind !== "undo") return false;
  if (undo.redeemId !== undefined) return undo.redeemId === hold.redeemId;
  const [mine, theirs] = [registerOf(hold.till), registerOf(undo.till)];
  return (
    undo.ones.includes(hold.one) && (mine === undefined || theirs === undefined || mine === theirs)
  );
};

/** Whether the tenant's rules have ended it, at the time when they say so and not before. */
const isEndedByRule = (evidence: Evidence, { one, row }: Hold, until: Moment): boolean => {
  const { policy } = evidence;
  if (row === undefined) return false;
  const begun = row.steps[0]?.at ?? 0;
  return row.steps.some(({ event, at, detail }) => {
    if (at > until.at) return false;
    if (event === "expired") {
      const ttl = policy === "sale" ? hour / 6 : 4 * hour;
      return at >= begun + ttl - slackMs && !isNamedAt(evidence, row, begun, at);
    }
    if (event !== "given_back" || policies[policy] !== policies.back) return false;
    if (detail === "no order claimed it")
      return at >= begun + claimedWithinMs - slackMs && !isNamedAt(evidence, row, begun, at);
    return evidence.story.orders.some(
      (order) =>
        names(order, one) && order.returned !== undefined && order.returned.at <= at + slackMs,
    );
  });
};

/** Whether the till still holds it at a moment, as far as it was told and everybody can know. */
export const standingOf = (evidence: Evidence, hold: Hold, until: Moment): Standing => {
  const { story } = evidence;
  const { one, till, redeemId, call, heard, row } = hold;
  const isWithin = ({ tick }: Moment): boolean => tick > call.sent.tick && tick < until.tick;
  let isPerhaps = row?.state === "lost";
  for (const other of story.elsewhere) {
    if (!other.done || other.tick > until.tick) continue;
    if (other.by === "operator" && other.redeemId === redeemId) isPerhaps = true;
    if (other.by !== "staff" || other.one !== one) continue;
    if (other.tick > heard.tick) return "over";
    // Given back after the use and before this answer, which is a stored one after: for an hour the ledger says what it knows.
    if (other.at >= (row?.steps[0]?.at ?? Infinity) - slackMs) isPerhaps = true;
  }
  for (const undo of story.calls) {
    if (!concerns(undo, hold) || undo.sent.tick > until.tick) continue;
    const { answer } = undo;
    // An earlier use of the same instrument was undone.
    if (answer !== undefined && answer.tick < call.sent.tick) continue;
    const isFreed =
      answer?.status === 200 && answer.tick < until.tick && answer.redeemed.get(one) === false;
    if (isFreed && undo.sent.tick > heard.tick) return "over";
    // It crossed the redeem, or has no answer yet, or none that says so.
    isPerhaps = true;
  }
  if (isEndedByRule(evidence, hold, until)) return "over";
  for (const again of story.calls) {
    const { answer } = again;
    // It asked anew for what it had, and heard that nobody knows.
    if (again.kind === "redeem" && again.till === till && again.ones.includes(one))
      if (answer !== undefined && isWithin(answer) && answer.status >= 500) isPerhaps = true;
  }
  return isPerhaps ? "perhaps" : "held";
};
