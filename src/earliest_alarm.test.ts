import { expect, it } from "vitest";
import { earliestAlarm } from "./earliest_alarm.ts";

/** An alarm whose reads and writes take their time, as storage does. */
const alarm = () => {
  let set: number | null = null;
  const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
  return {
    set: () => set,
    rings: () => (set = null),
    storage: {
      getAlarm: async () => {
        await later();
        return set;
      },
      setAlarm: async (at: number | Date) => {
        await later();
        set = Number(at);
      },
    },
  };
};

it("rings at the earliest time of all that were asked for, in whatever order", async () => {
  const { storage, set, rings } = alarm();
  const wakeBy = earliestAlarm(storage);
  await Promise.all([wakeBy(20), wakeBy(10), wakeBy(30)]);
  expect(set()).toBe(10);
  rings();
  await Promise.all([wakeBy(30), wakeBy(40)]);
  expect(set()).toBe(30);
});

it("goes on after storage has failed once", async () => {
  const { storage, set } = alarm();
  let fails = true;
  const wakeBy = earliestAlarm({
    ...storage,
    getAlarm: () => {
      if (!fails) return storage.getAlarm();
      fails = false;
      return Promise.reject(new Error("away"));
    },
  });
  await expect(wakeBy(5)).rejects.toThrow("away");
  await wakeBy(10);
  expect(set()).toBe(10);
});
