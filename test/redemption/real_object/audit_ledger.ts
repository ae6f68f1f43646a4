import { policies, type One } from "./acts.ts";
import type { Evidence, Row } from "./evidence.ts";
import { endOfAll, holdsOf, names, standingOf } from "./holds.ts";
import { isTold, openStates } from "./audit_uses.ts";
import type { Order } from "./story.ts";

const all: readonly One[] = ["v", "w", "p"];

/** Nothing is pending, and nothing needs a person: the CRM could be read in the end. */
const pending = ({ rows }: Evidence): string[] =>
  rows.flatMap(({ one, state }) => [
    ...(openStates.includes(state) ? [`pending: ${one} is still ${state}`] : []),
    ...(state === "attention" ? [`pending: a person must look at ${one}`] : []),
  ]);

/** Each step leaves the state that the row was in, and the last one leads to where it is. */
const unexplained = ({ rows }: Evidence): string[] =>
  rows.flatMap(({ one, state, steps }) => {
    const breaks = steps.flatMap(({ event, from }, index) => {
      const before = steps[index - 1]?.to ?? "available";
      return from === before
        ? []
        : [`trail: ${event} of ${one} leaves ${from}, but the row was ${before}`];
    });
    const last = steps.at(-1)?.to;
    return last === state
      ? breaks
      : [...breaks, `trail: ${one} is ${state}, the trail ends in ${last}`];
  });

/** A person is told of what is lost, once and of nothing else. */
const untold = ({ rows, letters }: Evidence): string[] =>
  rows.flatMap(({ one, state, steps, redemption_id }) => {
    const letter = letters.find(({ id }) => id === `redemption-${redemption_id}`);
    if (state === "lost" && letter?.kind !== "redemption_lost")
      return [`untold: ${one} is lost and nobody was told`];
    const wasLost = steps.some(({ to }) => to === "lost");
    return letter?.kind === "redemption_lost" && !wasLost
      ? [`untold: a person hears that ${one} is lost, which it never was`]
      : [];
  });

const rowsOf = (evidence: Evidence, order: Order, one: One): Row[] => {
  // Orders of one purchase are one use: the parked cart and the order that it became.
  const known = new Set([
    order.id,
    order.source,
    ...evidence.story.orders.filter(({ source }) => source === order.id).map(({ id }) => id),
  ]);
  return evidence.rows.filter((row) => row.one === one && known.has(row.order));
};

/** The CRM took it from nobody else, and refused it all the same: a fault that the test asked for. */
const isRefused = (row: Row): boolean =>
  row.steps.some(({ detail }) => detail === "not_redeemable_here");

/** Each closed order that the journal was told of holds what it used, or a person knows why not. */
const unsettled = (evidence: Evidence): string[] =>
  evidence.story.orders
    .filter(({ closed, told }) => closed && told)
    .flatMap((order) =>
      all
        .filter((one) => names(order, one))
        .flatMap((one) => {
          const rows = rowsOf(evidence, order, one);
          const isGivenBack = rows.some(({ steps }) =>
            steps.some(({ event }) => event === "given_back"),
          );
          if (isGivenBack || rows.some(({ state }) => state === "settled")) return [];
          const lost = rows.find(({ state }) => state === "lost");
          if (lost === undefined)
            return [`unsettled: order ${order.number} used ${one}, its row is ${rows[0]?.state}`];
          // Only another use is a reason for the CRM to refuse it by itself.
          const isUsedElsewhere =
            isRefused(lost) ||
            !isTold(one, evidence) ||
            evidence.crm[one].changes.some(({ by }) => by === "others") ||
            evidence.rows.some(
              (row) =>
                row !== lost && row.one === one && row.steps.some(({ to }) => to === "committed"),
            );
          return isUsedElsewhere
            ? []
            : [`unsettled: order ${order.number} has lost ${one}, which nobody else used`];
        }),
    );

/**
 * What a till sold with a success in its hand is settled, also when its event never came: the
 * ledger asks Sitoo before it frees or flags anything.
 */
const soldInVain = (evidence: Evidence, isTelling: boolean): string[] =>
  holdsOf(evidence).flatMap((hold) => {
    const { one, row, till } = hold;
    if (row === undefined || !isTold(one, evidence)) return [];
    const wasReserved = row.steps[0]?.to === "reserved";
    const sold = evidence.story.orders.find(
      (order) =>
        order.closed &&
        order.till === till &&
        names(order, one) &&
        order.made.tick > hold.heard.tick,
    );
    if (sold === undefined || (!wasReserved && !isTelling)) return [];
    if (standingOf(evidence, hold, endOfAll) !== "held") return [];
    // Used in the web shop before, or refused: the order's use is lost, and told.
    const mayBeLost = isRefused(row) || evidence.crm[one].changes.some(({ by }) => by === "others");
    if (row.state === "settled" || (row.state === "lost" && mayBeLost)) return [];
    return [
      `sold in vain: order ${sold.number} used ${one}, which ${till} holds; its row is ${row.state}`,
    ];
  });

/** What a till holds and no order claims is told to a person where the tenant wants that. */
const unclaimed = (evidence: Evidence, isTelling: boolean): string[] =>
  holdsOf(evidence).flatMap((hold) => {
    const { one, row, till } = hold;
    const flags = !("on_unclaimed" in policies[evidence.policy]);
    if (row?.state !== "committed" || !isTelling || !flags) return [];
    if (standingOf(evidence, hold, endOfAll) !== "held") return [];
    const isLetter = evidence.letters.some(({ id }) => id === `redemption-${row.redemption_id}`);
    return isLetter
      ? []
      : [`untold: ${till} left ${one} used without an order, and nobody was told`];
  });

export const auditLedger = (evidence: Evidence, isTelling: boolean): string[] => [
  ...pending(evidence),
  ...unexplained(evidence),
  ...untold(evidence),
  ...unsettled(evidence),
  ...soldInVain(evidence, isTelling),
  ...unclaimed(evidence, isTelling),
];
