import type { Miniflare } from "miniflare";

/** Cloudflare calls the Worker by its crons; on a machine of one's own this does, for the one that matters here. */
const catchUp = "*/15 * * * *";

/** Now and every quarter of an hour. @returns what ends it. */
export const runCrons = (miniflare: Miniflare): (() => void) => {
  const tick = (): void => {
    miniflare
      .getWorker("sitoo-crm-edge")
      .then((worker) => worker.scheduled({ cron: catchUp }))
      .catch((fault: unknown) => console.error(`cron ${catchUp}: ${String(fault)}`));
  };
  tick();
  const timer = setInterval(tick, 15 * 60_000);
  return () => clearInterval(timer);
};
