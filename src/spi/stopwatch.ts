/** Where the time of one call went, for `Server-Timing`. Workers' clock moves only across I/O. */
export type Stopwatch = {
  time<Result>(phase: "auth" | "crm", work: Promise<Result>): Promise<Result>;
  /** `auth;dur=…, crm;dur=…, map;dur=…`; map is the rest. */
  header(): string;
};

export const createStopwatch = (now: () => number): Stopwatch => {
  const startedAt = now();
  const spent = { auth: 0, crm: 0 };
  return {
    async time(phase, work) {
      const from = now();
      try {
        return await work;
      } finally {
        spent[phase] += now() - from;
      }
    },
    header: () => {
      const map = Math.max(0, now() - startedAt - spent.auth - spent.crm);
      return `auth;dur=${spent.auth}, crm;dur=${spent.crm}, map;dur=${map}`;
    },
  };
};
