import { describe, expect, it } from "vitest";
import { fakeCrm } from "../../../test/fake_crm.ts";
import { sqliteStorage } from "../../../test/sqlite_storage.ts";
import { channel, tenantWith } from "../../../test/tenant_fixture.ts";
import type { DeadLetter } from "../../tenants/dead_letters.ts";
import type { UpstreamAnswer } from "../../upstream/answer.ts";
import { hostWalk } from "./walk_host.ts";

const place = { tenant: "acme", account: 90316, site: 1 };
const start = Date.parse("2026-11-23T03:17:00Z");
const stored = { name: "acme", version: 1, revision: 1, document: "{}", credentials: [] };

/** A walk in its object, Sitoo answering over the wire with one closed order for every list. */
const world = () => {
  const storage = sqliteStorage();
  const state = {
    now: start,
    alarmAt: undefined as number | undefined,
    slept: 0,
    asked: [] as URLSearchParams[],
    letters: [] as DeadLetter[],
    configurationIsAway: false,
  };
  const answer: UpstreamAnswer = {
    kind: "answered",
    status: 200,
    headers: new Headers(),
    text: JSON.stringify({
      totalcount: 1,
      items: [
        {
          orderid: 7,
          orderstateid: 10,
          orderdate: Date.parse("2026-11-22T11:00:00Z") / 1_000,
          currencycode: "SEK",
          moneytotal_gross_all: "100.00",
        },
      ],
    }),
  };
  const walk = hostWalk({
    storage: { sql: storage, transaction: (work) => storage.transaction(work) },
    setAlarm: async (at) => {
      state.alarmAt = at;
    },
    now: () => state.now,
    random: () => 0,
    // The alarm runs while a caller waits.
    sleep: async (ms) => {
      state.slept += ms;
      state.now += ms;
      await walk.alarm();
    },
    tenant: async () =>
      state.configurationIsAway
        ? { kind: "unavailable" }
        : { kind: "found", tenant: tenantWith([channel("club")]), stored },
    upstream: async ({ url }) => {
      state.asked.push(new URL(url).searchParams);
      return answer;
    },
    crm: () => fakeCrm(() => state.now).crm,
    journal: () => ({
      found: async () => ({ noted: 0, taken: 0 }),
      backfilling: async () => 0,
      list: async () => [],
    }),
    deadLetter: async (entries) => {
      state.letters.push(...entries);
    },
    mended: async () => undefined,
    log: () => undefined,
  });
  return { walk, state };
};

describe("a proof that is asked for", () => {
  it("is waited for, and asked for anew the next time, but not by who has its beginning already", async () => {
    const { walk, state } = world();
    const day = "2026-11-22";
    await walk.prove(place, { day, nightly: false, since: state.now });
    const first = await walk.proof(place, day, 20_000);
    expect(first).toMatchObject({ state: "done", orders: 1 });
    expect(state.slept).toBeGreaterThan(0);
    const lists = state.asked.length;
    await walk.prove(place, { day, nightly: false, since: first?.startedAt ?? 0 });
    expect(await walk.proof(place, day, 20_000)).toEqual(first);
    expect(state.asked).toHaveLength(lists);
    await walk.prove(place, { day, nightly: false, since: state.now });
    expect((await walk.proof(place, day, 20_000))?.startedAt).toBe(state.now - 250);
  });

  it("is waited for no longer than the caller's patience", async () => {
    const { walk, state } = world();
    state.configurationIsAway = true;
    await walk.prove(place, { day: "2026-11-22", nightly: false, since: state.now });
    expect(await walk.proof(place, "2026-11-22", 2_000)).toMatchObject({ state: "running" });
    expect(state.slept).toBe(2_000);
    expect(await walk.proof(place, "2026-01-01", 2_000)).toBeUndefined();
  });

  it("by the night is of the day that has ended where the market is, and joins one that a person began", async () => {
    const { walk, state } = world();
    await walk.prove(place, { day: "2026-11-22", nightly: false, since: state.now });
    await walk.prove(place, { nightly: true, since: state.now });
    expect(await walk.proof(place, "2026-11-22", 20_000)).toMatchObject({ state: "done" });
    expect(state.letters).toMatchObject([{ kind: "proof_differs", payload: { missing: 1 } }]);
    const [asked] = state.asked.filter((query) => query.has("orderdatefrom"));
    expect(asked?.get("orderdatefrom")).toBe(String(Date.parse("2026-11-21T23:00:00Z") / 1_000));
  });
});

describe("a walk that holds nothing", () => {
  it("answers, and makes no table for it", async () => {
    const { walk } = world();
    expect(await walk.status(place)).toMatchObject({
      position: null,
      lastRun: null,
      openOrders: 0,
    });
    expect(await walk.backfills(place)).toEqual([]);
    await walk.stopBackfill("none");
    await walk.resumeBackfill("none");
    await walk.alarm();
    expect(await walk.backfills(place, "none")).toEqual([]);
  });
});

describe("a configuration that cannot be read", () => {
  it("is waited for: nothing is forgotten, and no tenant counts as gone", async () => {
    const { walk, state } = world();
    await walk.tick(place);
    await walk.alarm();
    expect((await walk.status(place)).position).toBe(7);
    state.configurationIsAway = true;
    for (let day = 0; day < 40; day += 1) {
      state.now += 24 * 3_600_000;
      await walk.alarm();
    }
    expect(state.alarmAt).toBe(state.now + 60_000);
    expect((await walk.status(place)).position).toBe(7);
  });
});
