import { createBackfillTable, type NewBackfill } from "./backfill_table.ts";
import { createBackfillWork } from "./backfill_work.ts";
import { createCatchUpTable } from "./catch_up_table.ts";
import { createCatchUpWork } from "./catch_up_work.ts";
import { errorName } from "../delivery_work.ts";
import { createProofTable } from "./proof_table.ts";
import { createProofWork } from "./proof_work.ts";
import type { Scene, WalkDeps, WalkJob } from "./walk_job.ts";
import type { WalkPlace } from "./walk_name.ts";
import { createWalkMeta, type WalkStorage } from "./walk_storage.ts";

export type WalkParts = {
  readonly storage: WalkStorage;
  /** @param at epoch milliseconds. */
  readonly setAlarm: (at: number) => Promise<void>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  readonly deps: WalkDeps;
};

/** An alarm has 15 minutes, and calls wait behind none of it; short slices keep what is held in memory small. */
const sliceMs = 20_000;
const dayMs = 24 * 3_600_000;
/** A tenant or account that comes back within that time is walked on from where it was. */
const keptForMs = 30 * dayMs;
const withdrawnKey = "withdrawn_at";

/**
 * Everything that walks one site's list of orders: the catch-up, backfills and proofs, one step at a time, the
 * first of them that is due. All state is in the tables, so the object may die anywhere.
 */
export const createWalk = ({ storage, setAlarm, now, random, deps }: WalkParts) => {
  const { sql, transaction } = storage;
  const meta = createWalkMeta(storage);
  const catchUpTable = createCatchUpTable(sql, meta);
  const backfills = createBackfillTable(sql, meta);
  const proofs = createProofTable(sql);
  const catchUp = createCatchUpWork({ table: catchUpTable, transaction, now, random, deps });
  // What is asked of Sitoo at the moment goes before history.
  const jobs: readonly WalkJob[] = [
    catchUp,
    createProofWork({ table: proofs, transaction, now, deps }),
    createBackfillWork({ table: backfills, transaction, now, deps }),
  ];
  let running: Promise<void> | undefined;

  const wake = async (): Promise<void> => {
    const due = jobs.flatMap((job) => job.dueAt() ?? []);
    if (due.length > 0) await setAlarm(Math.max(Math.min(...due), now()));
  };

  const stepOf = async (job: WalkJob, scene: Scene): Promise<void> => {
    const fault = await job.step(scene).catch((error: unknown) => ({
      detail: `unexpected: ${errorName(error)}`,
    }));
    if (fault === undefined) return;
    job.failed(fault);
    deps.log({
      level: "error",
      event: "walk_failed",
      ...scene.place,
      job: job.name,
      why: fault.detail,
    });
  };

  const slice = async (scene: Scene): Promise<void> => {
    const end = now() + sliceMs;
    do {
      const job = jobs.find((one) => (one.dueAt() ?? Infinity) <= now());
      if (job === undefined) return;
      await stepOf(job, scene);
    } while (now() < end);
  };

  /** Stops; what it knows is kept for a while, for the tenant file may have been a mistake. */
  const withdrawn = async (): Promise<void> => {
    const since = Number(meta.get(withdrawnKey) ?? now());
    if (now() - since > keptForMs) return meta.clear();
    meta.put(withdrawnKey, String(since));
    await setAlarm(now() + dayMs);
  };

  const work = async (place: WalkPlace): Promise<void> => {
    const tenant = await deps.tenant(place.tenant);
    const account = tenant?.accounts.find(
      ({ accountId, siteId }) => accountId === place.account && siteId === place.site,
    );
    if (tenant === undefined || account === undefined) return withdrawn();
    meta.drop(withdrawnKey);
    if (tenant.orders.mode === "off") {
      // Orders of this time are nobody's, as their events are: it begins anew when orders are read again.
      catchUp.forget();
      return setAlarm(now() + dayMs);
    }
    await slice({ place, tenant, account, sitoo: deps.sitoo(account) });
    await wake();
  };

  const alarm = async (): Promise<void> => {
    const place = meta.exists() ? meta.place() : undefined;
    if (place === undefined) return;
    try {
      await work(place);
    } catch (error) {
      // Also a configuration that cannot be read. An alarm that throws is tried six times, and then never.
      deps.log({ level: "error", event: "walk_failed", ...place, why: errorName(error) });
      await setAlarm(now() + 60_000);
    }
  };

  return {
    meta,
    catchUpTable,
    backfills,
    proofs,
    /** Makes sure that it walks: begins, or finds an alarm that was lost. */
    async tick(place: WalkPlace): Promise<void> {
      meta.ensure(place);
      await wake();
    },
    async runNow(place: WalkPlace): Promise<void> {
      meta.ensure(place);
      catchUp.runNow();
      await wake();
    },
    async startBackfill(place: WalkPlace, backfill: NewBackfill): Promise<void> {
      meta.ensure(place);
      backfills.removeOld(now());
      backfills.start(backfill, now());
      await wake();
    },
    async stopBackfill(id: string): Promise<void> {
      if (meta.exists()) backfills.stop(id);
    },
    async resumeBackfill(id: string): Promise<void> {
      if (!meta.exists()) return;
      backfills.resume(id, now());
      await wake();
    },
    async startProof(place: WalkPlace, day: string, nightly: boolean): Promise<void> {
      meta.ensure(place);
      proofs.removeOld(now());
      proofs.start(day, nightly, now());
      await wake();
    },
    /** Never throws: whatever fails is tried again at its own time. */
    alarm(): Promise<void> {
      running ??= alarm().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
};
