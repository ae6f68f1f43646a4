import { expect, it } from "vitest";
import { consumeWakeUps, nextWakeUp } from "./wake_up.ts";

const now = Date.parse("2026-11-24T10:00:00Z");
const minute = 60_000;
const hour = 60 * minute;

it.each<[string, { wanted: number; known?: number; next: number | undefined }]>([
  ["comes a minute behind the alarm", { wanted: now + 15_000, next: now + 75_000 }],
  [
    "is none where nothing is open but the dropping of old rows",
    { wanted: now + 400 * 24 * hour, next: undefined },
  ],
  [
    "comes within half a day, for a queue holds nothing longer",
    { wanted: now + 48 * hour, next: now + 12 * hour },
  ],
  [
    "is the one that is under way",
    { wanted: now + 15_000, known: now + 5 * minute, next: undefined },
  ],
  [
    "takes the place of one that is hours away",
    { wanted: now + 15_000, known: now + 9 * hour, next: now + 75_000 },
  ],
  [
    "takes the place of one that never came",
    { wanted: now - hour, known: now - hour, next: now + minute },
  ],
])("the message behind an alarm %s", (_what, { wanted, known, next }) => {
  expect(nextWakeUp(wanted, known, now)).toBe(next);
});

it("wakes every ledger that is named, and asks the queue for those again that are away", async () => {
  const woken: string[] = [];
  const done: string[] = [];
  const message = (body: unknown, name: string) => ({
    body,
    attempts: 1,
    ack: () => void done.push(`${name} done`),
    retry: () => void done.push(`${name} again`),
  });
  await consumeWakeUps(
    {
      messages: [
        message({ ledger: "one", at: now }, "one"),
        message({ ledger: "away", at: now }, "away"),
        message("nonsense", "nonsense"),
      ],
    },
    {
      ledger: (name) => ({
        wakeUp: (at) => {
          if (name === "away") return Promise.reject(new Error("reset"));
          woken.push(`${name} ${at}`);
          return Promise.resolve();
        },
      }),
      log: () => undefined,
    },
  );
  expect(woken).toEqual([`one ${now}`]);
  expect(done.toSorted()).toEqual(["away again", "nonsense done", "one done"]);
});
