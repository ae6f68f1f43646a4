import { vi } from "vitest";

type Event = { readonly at: number; readonly order: number; readonly run: () => void };

/** Everything that waits for its turn has run: promises have no event of their own. */
const drained = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Time that only moves from event to event; `setTimeout` of the code under test is one of them. */
export const createClock = (start: number) => {
  let time = start;
  let order = 0;
  let events: Event[] = [];
  let timers = new Set<Event>();
  const at = (when: number, run: () => void): Event => {
    const event = { at: Math.max(when, time), order: ++order, run };
    events.push(event);
    return event;
  };
  vi.stubGlobal("setTimeout", (run: () => void, ms: number) => {
    const timer = at(time + ms, () => {
      timers.delete(timer);
      run();
    });
    timers.add(timer);
    return 0;
  });
  return {
    now: (): number => time,
    at,
    drained,
    /** An object that lost its memory has no timers. */
    dropTimers: (): void => {
      events = events.filter((event) => !timers.has(event));
      timers = new Set();
    },
    /** @param after runs after every event, when nothing can go on without a further one. */
    pass: async (ms: number, after: () => void): Promise<void> => {
      const end = time + ms;
      await drained();
      for (;;) {
        const next = events.reduce<Event | undefined>(
          (first, event) =>
            first === undefined ||
            event.at < first.at ||
            (event.at === first.at && event.order < first.order)
              ? event
              : first,
          undefined,
        );
        if (next === undefined || next.at > end) break;
        events.splice(events.indexOf(next), 1);
        time = next.at;
        next.run();
        await drained();
        after();
      }
      time = end;
    },
  };
};

export type Clock = ReturnType<typeof createClock>;
