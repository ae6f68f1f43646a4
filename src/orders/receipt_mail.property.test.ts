import fc from "fast-check";
import { expect, it } from "vitest";
import { mailChannel, mailWorld } from "../../test/mail_world.ts";
import { channel, tenantWith } from "../../test/tenant_fixture.ts";
import type { DeliveryResult } from "../crm/port.ts";

const day = 24 * 3_600_000;

/** What the CRM does with the next mail, and whether it went out all the same. */
const answers = {
  sent: { goesOut: true, result: { kind: "delivered" } },
  silentAfter: { goesOut: true, result: { kind: "retry", failure: { kind: "timed_out" } } },
  silentBefore: { goesOut: false, result: { kind: "retry", failure: { kind: "timed_out" } } },
  busy: { goesOut: false, result: { kind: "retry", failure: { kind: "rate_limited" } } },
  refused: { goesOut: false, result: { kind: "refused", reason: "no such template" } },
} as const satisfies Record<string, { goesOut: boolean; result: DeliveryResult }>;

type Step =
  | { readonly do: "ask"; readonly answers: readonly (keyof typeof answers)[] }
  | { readonly do: "crash"; readonly goesOut: boolean }
  | { readonly do: "replay"; readonly number: number }
  | { readonly do: "repeat" | "update" | "replay_order" | "walk" | "backfill" | "restart" }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "pause" | "resume" | "shadow" | "live" | "no_block" };

const kind = fc.constantFrom(...(Object.keys(answers) as (keyof typeof answers)[]));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("ask" as const),
      answers: fc.array(kind, { maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), goesOut: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("replay" as const),
      number: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "repeat" as const,
        "update" as const,
        "replay_order" as const,
        "walk" as const,
        "backfill" as const,
        "restart" as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(10_000, 300_000, 2 * day),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "pause" as const,
        "resume" as const,
        "shadow" as const,
        "live" as const,
        "no_block" as const,
      ),
    }),
  },
);

const mailing = mailChannel("ometria");

/** Plays the steps; then everything is in order for nine days. */
const play = async (steps: readonly Step[]) => {
  const w = mailWorld([mailing]);
  const crm = w.crm("ometria");
  const wentOut = new Map<string, number>();
  const replayed = new Map<string, number>();
  const add = (counts: Map<string, number>, name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  const last = (): string => crm.mailed.at(-1)?.requestId.replace("order-4711-", "") ?? "";
  const usual = (): void => {
    crm.mailAnswers.length = 0;
  };
  const queue = (one: (typeof answers)[keyof typeof answers]): void => {
    crm.mailAnswers.push(() => {
      if (one.goesOut) add(wentOut, last());
      return Promise.resolve(one.result);
    });
  };
  // Whatever nobody has planned for goes out.
  const send = crm.mailReceipt;
  Object.assign(crm, {
    mailReceipt: (...call: Parameters<NonNullable<typeof send>>) => {
      if (crm.mailAnswers.length === 0) queue(answers.sent);
      return send?.(...call);
    },
  });
  const settings = (change: { readonly shadow?: boolean; readonly block?: boolean }): void => {
    w.state.tenant = tenantWith([change.block === false ? channel("ometria") : mailing], {
      mode: change.shadow === true ? "shadow" : "live",
    });
  };
  let asked = 0;
  for (const one of steps) {
    switch (one.do) {
      case "ask":
        for (const name of one.answers) queue(answers[name]);
        asked += 1;
        await w.event("email-receipt", { eventId: `ask-${asked}` });
        usual();
        break;
      case "crash": {
        // The object dies while its mail is on the wire, or with nothing to send.
        let dies = (): void => undefined;
        const dead = new Promise<void>((resolve) => {
          dies = resolve;
        });
        crm.mailAnswers.push(() => {
          if (one.goesOut) add(wentOut, last());
          dies();
          return new Promise(() => {});
        });
        asked += 1;
        await w.note("email-receipt", { eventId: `ask-${asked}` });
        await Promise.race([w.journal().alarm(), dead]);
        usual();
        w.restart();
        await w.note("update");
        await w.run();
        break;
      }
      case "replay": {
        const name = `ometria mail ${one.number}`;
        if (w.delivery(name)?.state === "refused") add(replayed, name.replaceAll(" ", "-"));
        await w.event("replay", { channels: [name] });
        break;
      }
      case "repeat":
        if (asked > 0) await w.event("email-receipt", { eventId: `ask-${asked}` });
        break;
      case "restart":
        w.restart();
        break;
      case "wait":
        await w.run(w.state.now + one.ms);
        break;
      case "pause":
        w.roads.set("ometria", { pausedSince: w.state.now });
        break;
      case "resume":
        w.roads.clear();
        break;
      case "shadow":
        settings({ shadow: true });
        break;
      case "live":
        settings({});
        break;
      case "no_block":
        settings({ block: false });
        break;
      default:
        await w.event(one.do === "replay_order" ? "replay" : one.do, { stateChanged: "closed" });
    }
  }
  w.roads.clear();
  settings({});
  await w.note("update");
  await w.run(w.state.now + 9 * day);
  return { w, asked, wentOut, replayed };
};

it("a mail goes out once for each time that somebody asks, unless a person has it sent again, and its end is told", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const { w, asked, wentOut, replayed } = await play(steps);
      const mails =
        w.trace()?.deliveries.filter(({ channel: name }) => name.includes(" mail ")) ?? [];
      expect(mails.length).toBeLessThanOrEqual(asked);
      for (const { channel: name, state } of mails) {
        const key = name.replaceAll(" ", "-");
        const times = wentOut.get(key) ?? 0;
        expect(times).toBeLessThanOrEqual(1 + (replayed.get(key) ?? 0));
        expect(["delivered", "refused", "skipped"]).toContain(state);
        if (state === "delivered") expect(times).toBeGreaterThan(0);
        if (state === "refused")
          expect([...w.letters.values()].some(({ destination }) => destination === name)).toBe(
            true,
          );
        if (state === "skipped") expect(times).toBe(0);
      }
      expect(
        [...wentOut.keys()].every((key) =>
          mails.some((one) => one.channel.replaceAll(" ", "-") === key),
        ),
      ).toBe(true);
      // The order itself is not disturbed.
      expect(w.crm("ometria").sent.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 100, seed: 20261124 },
  );
});
