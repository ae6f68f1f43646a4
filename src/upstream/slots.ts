/** Places for calls that run at once. */
export type Slots = {
  /** What gives the place back; undefined: none was free before `until` (epoch milliseconds). */
  enter(until: number): Promise<(() => void) | undefined>;
};

/** A request that Cloudflare ends gives nothing back, so a place is only lent. */
const lentMs = 30_000;
const lookMs = 20;

/**
 * At most `size` calls at once, of one isolate. Who waits looks again by their own timer: woken by
 * another request's, they would run in its name, and end with it.
 */
export const createSlots = (
  size: number,
  now: () => number,
  sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms)),
): Slots => {
  const taken = new Map<symbol, number>();
  return {
    enter: async (until) => {
      for (;;) {
        for (const [place, end] of taken) if (end <= now()) taken.delete(place);
        if (taken.size < size) break;
        if (now() + lookMs >= until) return undefined;
        await sleep(lookMs);
      }
      const place = Symbol("place");
      taken.set(place, now() + lentMs);
      return () => void taken.delete(place);
    },
  };
};
