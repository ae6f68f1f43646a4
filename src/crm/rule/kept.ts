/** What is remembered for a while and then no more: it can name a person, so what is over does not stay. */
export type Kept<Value> = {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
};

export const createKept = <Value>(keptMs: number, most: number, now: () => number): Kept<Value> => {
  // A Map iterates in order of insertion, which is the order in which they end.
  const entries = new Map<string, { readonly value: Value; readonly until: number }>();
  const prune = (): void => {
    for (const [key, { until }] of entries) {
      if (until > now() && entries.size <= most) break;
      entries.delete(key);
    }
  };
  return {
    get(key) {
      prune();
      return entries.get(key)?.value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, { value, until: now() + keptMs });
      prune();
    },
    delete: (key) => void entries.delete(key),
  };
};
