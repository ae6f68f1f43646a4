import fc from "fast-check";
import { expect, it } from "vitest";
import type { CrmFailure } from "../../model/crm_failure.ts";
import { newRow, type RedemptionRow } from "./redemption_row.ts";
import { holds, type RedemptionEvent } from "./machine.ts";
import { nextStep } from "./next_step.ts";
import { rowAfter } from "./row_after.ts";

/**
 * Histories of one redemption through the pure machine alone: states, guards and times, without
 * tables, objects or calls. The CRM is one bit, and what it answers may differ from what it did.
 */
type Crm = { used: boolean };
type Real = { row: RedemptionRow; now: number; steps: string[] };
/** What the outside knows: the till by its answers, the order by itself, the CRM by its bit. */
type Model = {
  crm: Crm;
  canReverse: boolean;
  /** The last word to the till; `gone` when it was told that it is given back. */
  till: "waits" | "has it" | "knows nothing" | "gone";
  isSold: boolean;
  isLost: boolean;
};
type Command = {
  check(model: Readonly<Model>): boolean;
  run(model: Model, real: Real): void;
  toString(): string;
};

const rowOf = (
  state: "reserved" | "released",
  now: number,
  change: Partial<RedemptionRow> = {},
): RedemptionRow =>
  newRow({
    redemptionId: "r",
    groupId: "g",
    ref: { kind: "bonus_check", id: "b-1" },
    state,
    fingerprint: "",
    till: {},
    requestId: "",
    startedAt: now,
    sentAt: now,
    nextAt: now,
    ...change,
  });

const slackMs = 60_000;
const replayWindowMs = 120_000;

/** One event, and what must hold of every event. */
const happen = (real: Real, event: RedemptionEvent): boolean => {
  const before = real.row;
  const after = rowAfter(before, event, real.now);
  if (after === undefined) return false;
  real.steps.push(`${event.type}: ${before.state} > ${after.state}`);
  if (before.state === "unknown" && !holds(after.state))
    expect(["found_available", "found_redeemed"]).toContain(event.type);
  if (after.state === "reversing" && before.state !== "reversing")
    expect(["committed", "settled", "attention"]).toContain(before.state);
  if (after.state === "settled") expect(after.order).toBeDefined();
  real.row = after;
  return true;
};

const unclear: CrmFailure = { kind: "timed_out" };
/** What a call answers: it may have acted, or not, or never tell. */
type Answer = "ok" | "refused" | "busy" | "unclear, done" | "unclear, not done" | "lost, done";

const commit = (model: Model, real: Real, answer: Answer, goodsGone: boolean): void => {
  if (!happen(real, { type: "commit_begun" })) return;
  const alreadyUsed = model.crm.used;
  const acts = answer === "ok" || answer === "unclear, done" || answer === "lost, done";
  if (acts) model.crm.used = true;
  if (answer === "lost, done") return;
  if (answer === "ok" && !alreadyUsed) happen(real, { type: "commit_ok" });
  else {
    const failure: CrmFailure =
      answer === "busy"
        ? { kind: "rate_limited" }
        : answer === "refused" || answer === "ok"
          ? { kind: "expired" }
          : unclear;
    happen(real, { type: "commit_failed", failure, goodsGone });
  }
};

/** Carries out what the guards ask for, with a CRM that tells the truth; as the alarm does. */
const work = (model: Model, real: Real, answers: Answer[], sitoo: "none" | "open"): void => {
  for (let n = 0; n < 30; n++) {
    const step = nextStep(real.row, {
      now: real.now,
      replayWindowMs,
      returns: { areUnseen: false, areAll: false },
    });
    if (step.do === "wait") return;
    const { row } = real;
    switch (step.do) {
      case "apply":
        happen(real, step.event);
        break;
      case "ask_crm":
        happen(
          real,
          model.crm.used
            ? { type: "found_redeemed", withinAttempt: true, goodsGone: row.order !== undefined }
            : { type: "found_available" },
        );
        break;
      case "look_again":
        if (model.crm.used) happen(real, { type: "found_redeemed", withinAttempt: true });
        real.row = { ...real.row, watched: true };
        break;
      case "commit":
        commit(model, real, answers.shift() ?? "ok", true);
        // The back-off: what is not over is looked at later.
        if (real.row.state !== "committed") real.row = { ...real.row, nextAt: real.now + slackMs };
        break;
      case "reverse": {
        const answer = answers.shift() ?? "ok";
        if (!model.canReverse || row.viaLedger)
          happen(real, { type: "reverse_failed", failure: { kind: "cannot_reverse", detail: "" } });
        else if (answer === "ok" || answer === "unclear, done" || answer === "lost, done") {
          model.crm.used = false;
          if (answer === "ok") happen(real, { type: "reverse_ok" });
          else happen(real, { type: "reverse_failed", failure: unclear });
        } else happen(real, { type: "reverse_failed", failure: unclear });
        // Read before it is repeated.
        if (real.row.state === "reversing" && !model.crm.used)
          happen(real, { type: "found_available" });
        if (real.row.state === "reversing") real.row = { ...real.row, nextAt: real.now + slackMs };
        break;
      }
      case "ask_sitoo":
        if (sitoo === "open") real.row = { ...real.row, nextAt: real.now + 3_600_000 };
        else if (step.about === "reservation") happen(real, { type: "expired" });
        else real.row = { ...real.row, claimChecked: true };
        break;
      default:
        real.row = { ...real.row, nextAt: real.now + slackMs };
    }
  }
  throw new Error(`never ends: ${real.steps.join(", ")}`);
};

/** What must hold whenever nothing is under way. */
const agree = (model: Model, real: Real): void => {
  const { row } = real;
  const story = real.steps.join("\n");
  if (model.till === "has it" && !model.isLost)
    expect(
      holds(row.state) || model.isSold,
      `the till has it, the row is ${row.state}\n${story}`,
    ).toBe(true);
  if (row.state === "released" || row.state === "reversed" || row.state === "refused")
    expect(row.order === undefined || row.givenBack || row.nextAt > real.now, story).toBe(true);
};

/** A till's redeem of what is free is a row of its own; of our copy it makes no call. */
const redeem = (answer: Answer, isInTime: boolean): Command => ({
  check: (model) => !model.isSold,
  run(model, real) {
    const before = real.row;
    if (before.state === "reserved") {
      model.till = "has it";
      real.row = { ...before, heard: true };
      return;
    }
    if (holds(before.state)) return;
    const isCopy = before.state === "reinstated";
    real.steps.push("a new row");
    real.row = rowOf("released", real.now, {
      viaLedger: isCopy,
      wasUnclear: before.wasUnclear && before.state === "released",
    });
    if (isCopy) {
      happen(real, { type: "commit_begun" });
      happen(real, { type: "commit_ok" });
    } else commit(model, real, answer, false);
    if (real.row.state === "committed" && isInTime) {
      model.till = "has it";
      real.row = { ...real.row, heard: true };
    } else model.till = "knows nothing";
    agree(model, real);
  },
  toString: () => `redeem(${answer}, ${isInTime ? "in time" : "too late"})`,
});

const undo: Command = {
  check: () => true,
  run(model, real) {
    const { state } = real.row;
    if (state === "unknown" || state === "committing")
      real.row = { ...real.row, undoRequested: true };
    else happen(real, { type: "undo" });
    if (real.row.state !== "settled" && real.row.state !== "attention") model.till = "gone";
  },
  toString: () => "undo",
};

const orderCloses: Command = {
  check: (model) => !model.isSold,
  run(model, real) {
    real.row = { ...real.row, order: "1/1/7", nextAt: Math.min(real.row.nextAt, real.now) };
    model.isSold = true;
  },
  toString: () => "order closes",
};

const pass = (ms: number, answers: readonly Answer[], sitoo: "none" | "open"): Command => ({
  check: () => true,
  run(model, real) {
    real.now += ms;
    work(model, real, [...answers], sitoo);
    if (real.row.state === "lost") model.isLost = true;
    if (real.row.state === "released" && model.till === "has it") model.till = "knows nothing";
    agree(model, real);
  },
  toString: () => `pass(${ms}, ${answers.join("|")}, ${sitoo})`,
});

const answer = fc.constantFrom<Answer>(
  "ok",
  "ok",
  "refused",
  "busy",
  "unclear, done",
  "unclear, not done",
  "lost, done",
);
const commands = fc.commands<Model, Real>(
  [
    fc.tuple(answer, fc.boolean()).map(([how, inTime]) => redeem(how, inTime)),
    fc.constant(undo),
    fc.constant(orderCloses),
    fc
      .tuple(
        fc.constantFrom(1_000, 16_000, 130_000, 5 * 3_600_000, 49 * 3_600_000),
        fc.array(answer, { maxLength: 3 }),
        fc.constantFrom("none" as const, "open" as const),
      )
      .map(([ms, answers, sitoo]) => pass(ms, answers, sitoo)),
  ],
  { maxCommands: 40, size: "max" },
);

it("any history of one redemption through the pure machine ends with nothing pending, and as the CRM has it", () => {
  fc.assert(
    fc.property(
      commands,
      fc.boolean(),
      fc.constantFrom("available" as const, "reserved" as const),
      (history, canReverse, begins) => {
        const now = Date.parse("2026-11-24T10:00:00Z");
        const row =
          begins === "reserved"
            ? rowOf("reserved", now, { heard: true, nextAt: now + 4 * 3_600_000 })
            : rowOf("released", now);
        const real: Real = { row, now, steps: [] };
        const model: Model = {
          crm: { used: false },
          canReverse,
          till: begins === "reserved" ? "has it" : "waits",
          isSold: false,
          isLost: false,
        };
        fc.modelRun(() => ({ model, real }), history);
        // Days in which everything answers.
        for (let day = 0; day < 12; day++) pass(24 * 3_600_000, [], "none").run(model, real);
        const { state } = real.row;
        const story = real.steps.join("\n");
        const end = nextStep(real.row, {
          now: real.now,
          replayWindowMs,
          returns: { areUnseen: false, areAll: false },
        });
        expect(end, `still pending: ${state}\n${story}`).toEqual({ do: "wait" });
        expect(["reserved", "committing", "unknown", "reversing"], story).not.toContain(state);
        if (model.isSold) expect(["settled", "lost"], `sold\n${story}`).toContain(state);
        if (state === "committed" || (state === "settled" && canReverse))
          expect(model.crm.used, `used here, free in the CRM\n${story}`).toBe(true);
        if (canReverse && ["released", "reversed", "refused", "lost"].includes(state))
          expect(model.crm.used, `burnt: ${state} here, used in the CRM\n${story}`).toBe(false);
        if (state === "committed")
          expect(real.row.heard && !real.row.undoRequested, `nobody was told\n${story}`).toBe(true);
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 3_000) },
  );
});
