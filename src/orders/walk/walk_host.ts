import { createSitoo } from "../../sitoo/client.ts";
import type { DeadLetter } from "../../tenants/dead_letters.ts";
import type { TenantAnswer } from "../../tenants/cache.ts";
import type { Upstream } from "../../upstream/answer.ts";
import type { NewBackfill } from "./backfill_table.ts";
import { yesterday } from "../day_range.ts";
import { marketOf } from "../destinations.ts";
import { createWalk } from "./walk.ts";
import type { WalkDeps } from "./walk_job.ts";
import type { OpenJournal } from "./walk_journals.ts";
import type { WalkPlace } from "./walk_name.ts";
import type { WalkStorage } from "./walk_storage.ts";
import {
  backfillViews,
  type BackfillView,
  proofView,
  type ProofView,
  walkView,
  type WalkView,
} from "./walk_view.ts";

export type ProofRequest = {
  /** YYYY-MM-DD; undefined: the day that has ended last where the market is. */
  readonly day?: string;
  /** What differs becomes a dead letter. */
  readonly nightly: boolean;
  /** Epoch milliseconds: a proof begun then or later is new enough. */
  readonly since: number;
};

/** The walk object's methods, as called from outside; plain data both ways. */
export type WalkObject = {
  tick(place: WalkPlace): Promise<void>;
  runNow(place: WalkPlace): Promise<void>;
  status(place: WalkPlace): Promise<WalkView>;
  startBackfill(place: WalkPlace, backfill: NewBackfill): Promise<void>;
  /** @param id undefined: all of them, newest first. */
  backfills(place: WalkPlace, id?: string): Promise<readonly BackfillView[]>;
  stopBackfill(id: string): Promise<void>;
  resumeBackfill(id: string): Promise<void>;
  prove(place: WalkPlace, request: ProofRequest): Promise<void>;
  /** @param patienceMs how long to wait for its end. */
  proof(place: WalkPlace, day: string, patienceMs: number): Promise<ProofView | undefined>;
};

export type WalkHost = WalkObject & { alarm(): Promise<void> };

/** What the Durable Object gives to the walk that lives in it. */
export type WalkHostDeps = {
  readonly storage: WalkStorage;
  readonly setAlarm: (at: number) => Promise<void>;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly tenant: (name: string) => Promise<TenantAnswer>;
  readonly upstream: Upstream;
  readonly journal: OpenJournal;
  readonly deadLetter: (entries: readonly DeadLetter[]) => Promise<void>;
  readonly mended: WalkDeps["mended"];
  readonly log: (entry: Record<string, unknown>) => void;
};

const lookMs = 250;

/** A walk in its object. It wakes by itself, so it opens its tenant from the store. */
export const hostWalk = (deps: WalkHostDeps): WalkHost => {
  const tenant: WalkDeps["tenant"] = async (name) => {
    const found = await deps.tenant(name);
    if (found.kind === "unavailable") throw new Error("the configuration cannot be read");
    return found.kind === "found" ? found.tenant : undefined;
  };
  const walk = createWalk({
    ...deps,
    deps: { ...deps, tenant, sitoo: (account) => createSitoo(account, deps.upstream) },
  });

  const lastDay = async ({ tenant: name, account, site }: WalkPlace): Promise<string> => {
    const open = await tenant(name);
    const own = open?.accounts.find((one) => one.accountId === account && one.siteId === site);
    const market =
      open === undefined || own === undefined ? undefined : marketOf(open, own, undefined);
    return yesterday(deps.now(), market?.timeZone ?? "UTC");
  };

  return {
    tick: (place) => walk.tick(place),
    runNow: (place) => walk.runNow(place),
    async status(place) {
      return walkView(walk.meta.exists() ? walk.catchUpTable : undefined, place, deps.now());
    },
    startBackfill: (place, backfill) => walk.startBackfill(place, backfill),
    async backfills(place, id) {
      return walk.meta.exists() ? backfillViews(walk.backfills, place, id, deps.now()) : [];
    },
    stopBackfill: (id) => walk.stopBackfill(id),
    resumeBackfill: (id) => walk.resumeBackfill(id),
    async prove(place, { day, nightly, since }) {
      const of = day ?? (await lastDay(place));
      const known = walk.meta.exists() ? walk.proofs.get(of) : undefined;
      // One under way is joined: it may have passed what was mended a moment ago, and the next will not.
      if (known !== undefined && known.state !== "done") {
        if (nightly) walk.proofs.atNight(of);
        return;
      }
      if (known !== undefined && known.started_at >= since) return;
      await walk.startProof(place, of, nightly);
    },
    async proof(place, day, patienceMs) {
      const until = deps.now() + patienceMs;
      for (;;) {
        const view = walk.meta.exists() ? proofView(walk.proofs, place, day) : undefined;
        if (view === undefined || view.state === "done" || deps.now() >= until) return view;
        await deps.sleep(lookMs);
      }
    },
    alarm: () => walk.alarm(),
  };
};
