import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createTenantCache, type TenantCacheDeps } from "./cache.ts";
import type { StoredTenant } from "./stored_tenant.ts";
import type { Tenant } from "./tenant.ts";

const stored = (name: string, version = 1, revision = version): StoredTenant => ({
  name,
  version,
  revision,
  document: `{"v":${version}}`,
  credentials: [],
});

const tenantOf = ({ name, version }: StoredTenant): Tenant => ({
  name,
  version,
  accounts: [],
  markets: [],
  channels: new Map(),
  orders: {
    mode: "off",
    liveStores: "all",
    ignore: { stores: [], registers: [], staff: [] },
    noPointsFor: { giftCards: true, vouchers: [], priceLists: [] },
    deliverTo: [],
  },
  capture: "off",
});

const never = () => new Promise<never>(() => {});
const down = () => Promise.reject(new Error("D1 is away"));

/** A cache over a database that a test can change, break and stall. */
const world = (freshMs = 30_000) => {
  const rows = new Map([
    ["acme", stored("acme")],
    ["other", stored("other")],
  ]);
  const copies = new Map<string, string>();
  const load = vi.fn<TenantCacheDeps["load"]>((name) => Promise.resolve(rows.get(name)));
  const readCopy = vi.fn((name: string) => Promise.resolve(copies.get(name)));
  const writeCopy = vi.fn((name: string, copy: string) => {
    copies.set(name, copy);
    return Promise.resolve();
  });
  const resolve = vi.fn((row: StoredTenant) => Promise.resolve(tenantOf(row)));
  const report = vi.fn();
  const cache = createTenantCache({
    load,
    readCopy,
    writeCopy,
    resolve,
    report,
    now: Date.now,
    freshMs,
  });
  const background: Promise<unknown>[] = [];
  const waitUntil = (work: Promise<unknown>) => void background.push(work);
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const get = async (name = "acme") => {
    const answer = await cache.get(name, waitUntil);
    return answer.kind === "found" ? `${answer.tenant.name} ${answer.tenant.version}` : answer.kind;
  };
  const reread = async (name = "acme") => {
    const answer = await cache.reread(name, waitUntil);
    return answer.kind === "found" ? `${answer.tenant.name} ${answer.tenant.version}` : answer.kind;
  };
  const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
  return {
    rows,
    copies,
    load,
    readCopy,
    writeCopy,
    resolve,
    report,
    cache,
    get,
    reread,
    pass,
    settle,
    waitUntil,
  };
};

/** What a call comes to, and how many milliseconds it waited. */
const timed = async <Value>(call: Promise<Value>): Promise<readonly [Value | "hangs", number]> => {
  const began = Date.now();
  let answer: Value | "hangs" = "hangs";
  let ended = began;
  void call.then((value) => {
    answer = value;
    ended = Date.now();
  });
  await vi.advanceTimersByTimeAsync(10_000);
  return [answer, ended - began];
};

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

describe("a tenant that is held", () => {
  it("is what the database has, to who asks for fresh, as soon as 30 s are over", async () => {
    const { cache, rows, load, pass, waitUntil, get } = world();
    const fresh = async () => {
      const answer = await cache.get("acme", waitUntil, "fresh");
      return answer.kind === "found" ? answer.stored.revision : answer.kind;
    };
    await get();
    rows.set("acme", stored("acme", 1, 2));
    pass(29_999);
    expect(await fresh()).toBe(1);
    expect(load).toHaveBeenCalledTimes(1);
    pass(1);
    expect(await fresh()).toBe(2);
    // And who does not ask gets what is held, with the reading behind.
    rows.set("acme", stored("acme", 1, 3));
    pass(30_000);
    const held = await cache.get("acme", waitUntil);
    expect(held.kind === "found" && held.stored.revision).toBe(2);
  });

  it("is what is held, to who asks for fresh, when the database does not answer in 300 ms", async () => {
    const { cache, load, pass, waitUntil, get } = world();
    await get();
    pass(30_000);
    load.mockImplementation(never);
    const [answer, waited] = await timed(cache.get("acme", waitUntil, "fresh"));
    expect([answer !== "hangs" && answer.kind, waited]).toEqual(["found", 300]);
  });

  it("is served for 30 s without a read", async () => {
    const { get, load, readCopy, pass, settle } = world();
    expect(await get()).toBe("acme 1");
    await settle();
    const reads = readCopy.mock.calls.length;
    pass(29_999);
    expect(await get()).toBe("acme 1");
    expect(load).toHaveBeenCalledTimes(1);
    expect(readCopy).toHaveBeenCalledTimes(reads);
  });

  it("is renewed behind the call from 30 s to 5 min", async () => {
    const { get, rows, pass, settle } = world();
    await get();
    rows.set("acme", stored("acme", 2));
    pass(30_000);
    expect(await get()).toBe("acme 1");
    await settle();
    expect(await get()).toBe("acme 2");
  });

  it("is renewed before the call after 5 min", async () => {
    const { get, rows, pass } = world();
    await get();
    rows.set("acme", stored("acme", 2));
    pass(300_000);
    expect(await get()).toBe("acme 2");
  });

  it("is served after 300 ms when the database hangs, and at once for the next 5 s", async () => {
    const { get, load, pass } = world();
    await get();
    load.mockImplementation(never);
    pass(3_600_000);
    expect(await timed(get())).toEqual(["acme 1", 300]);
    vi.setSystemTime(Date.now() - 9_000);
    expect(await timed(get())).toEqual(["acme 1", 0]);
  });

  it("is asked for anew although an earlier load never ended", async () => {
    const { get, load, rows, pass } = world();
    await get();
    load.mockImplementationOnce(never);
    pass(3_600_000);
    await timed(get());
    rows.set("acme", stored("acme", 2));
    pass(10_000);
    expect(await timed(get())).toEqual(["acme 2", 0]);
  });

  it("is served for 24 h while the database refuses, and no longer", async () => {
    const { get, load, copies, pass, settle } = world();
    await get();
    await settle();
    copies.clear();
    load.mockImplementation(down);
    pass(24 * 3_600_000 - 1);
    expect(await get()).toBe("acme 1");
    pass(10_000);
    expect((await timed(get()))[0]).toBe("unavailable");
  });

  it("is gone once the database says so", async () => {
    const { get, rows, pass } = world();
    await get();
    rows.delete("acme");
    pass(300_000);
    expect(await get()).toBe("unknown");
  });

  it("stays as it was when the new version cannot be used", async () => {
    const { get, rows, resolve, report, pass } = world();
    await get();
    rows.set("acme", stored("acme", 2));
    resolve.mockRejectedValueOnce(new Error("does not open"));
    pass(300_000);
    expect(await get()).toBe("acme 1");
    expect(report).toHaveBeenCalledWith({
      kind: "resolve",
      tenant: "acme",
      detail: "does not open",
    });
  });

  it("does not go back to what a late load had read earlier", async () => {
    const { get, load, rows, pass, settle } = world();
    await get();
    let finish = (_: StoredTenant) => {};
    load.mockImplementationOnce(() => new Promise((resolve) => (finish = resolve)));
    pass(31_000);
    await get();
    rows.set("acme", stored("acme", 3));
    pass(6_000);
    await get();
    await settle();
    finish(stored("acme", 2));
    await settle();
    expect(await get()).toBe("acme 3");
  });
});

describe("a tenant that is not held", () => {
  it("is loaded once for all who ask at once", async () => {
    const { get, load } = world();
    expect(await Promise.all([get(), get(), get("other")])).toEqual([
      "acme 1",
      "acme 1",
      "other 1",
    ]);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("is remembered as unknown for 2 s", async () => {
    const { get, load, rows, pass } = world();
    expect(await get("nobody")).toBe("unknown");
    rows.set("nobody", stored("nobody"));
    pass(1_999);
    expect(await get("nobody")).toBe("unknown");
    expect(load).toHaveBeenCalledTimes(1);
    pass(1);
    expect(await get("nobody")).toBe("nobody 1");
  });

  it("is not looked for under a name that cannot be one", async () => {
    const { get, load, cache, waitUntil } = world();
    for (const name of ["admin", "A", "../x", "", "x".repeat(40)]) {
      expect(await get(name)).toBe("unknown");
      expect(await cache.reread(name, waitUntil)).toEqual({ kind: "unknown" });
    }
    expect(load).not.toHaveBeenCalled();
  });

  it("comes from the copy when the database refuses", async () => {
    const { get, load, copies } = world();
    copies.set("acme", JSON.stringify(stored("acme", 4)));
    load.mockImplementation(down);
    expect(await timed(get())).toEqual(["acme 4", 0]);
  });

  it("comes from the copy after 300 ms when the database hangs", async () => {
    const { get, load, copies } = world();
    copies.set("acme", JSON.stringify(stored("acme", 4)));
    load.mockImplementation(never);
    expect(await timed(get())).toEqual(["acme 4", 300]);
  });

  it("comes from a database that is slow when there is no copy", async () => {
    const { get, load } = world();
    load.mockImplementation(
      () => new Promise((resolve) => setTimeout(() => resolve(stored("acme")), 1_500)),
    );
    expect(await timed(get())).toEqual(["acme 1", 1_500]);
  });

  it.each([
    ["refuses", down, 0],
    ["hangs", never, 3_000],
  ])(
    "is unavailable, not unknown, when the database %s and there is no copy",
    async (_, broken, ms) => {
      const { get, load } = world();
      load.mockImplementation(broken);
      expect(await timed(get())).toEqual(["unavailable", ms]);
    },
  );

  it("is not taken from a copy that is broken or another's", async () => {
    const { get, load, copies } = world();
    load.mockImplementation(down);
    copies.set("acme", "{");
    expect((await timed(get()))[0]).toBe("unavailable");
    copies.set("acme", JSON.stringify(stored("other")));
    expect((await timed(get()))[0]).toBe("unavailable");
    // Nor does it become that other's.
    expect((await timed(get("other")))[0]).toBe("unavailable");
  });

  it("leaves the copy as soon as the database is back", async () => {
    const { get, load, copies, pass } = world();
    copies.set("acme", JSON.stringify(stored("acme", 1)));
    load.mockImplementationOnce(down);
    expect(await get()).toBe("acme 1");
    load.mockImplementation(() => Promise.resolve(stored("acme", 5)));
    pass(5_000);
    expect(await get()).toBe("acme 5");
  });
});

describe("the copy", () => {
  it("is written once, and again only after a change", async () => {
    const { get, rows, writeCopy, copies, pass, settle } = world();
    await get();
    await settle();
    pass(300_000);
    await get();
    await settle();
    expect(writeCopy).toHaveBeenCalledTimes(1);
    // A rotated credential changes the revision alone.
    rows.set("acme", stored("acme", 1, 2));
    pass(300_000);
    await get();
    await settle();
    expect(writeCopy).toHaveBeenCalledTimes(2);
    expect(JSON.parse(copies.get("acme") ?? "")).toEqual(stored("acme", 1, 2));
  });

  it("is not written by an isolate that finds it there, nor over a newer one", async () => {
    const { get, writeCopy, copies, settle } = world();
    copies.set("acme", JSON.stringify(stored("acme", 2)));
    copies.set("other", JSON.stringify(stored("other", 1)));
    await get();
    await get("other");
    await settle();
    expect(writeCopy).not.toHaveBeenCalled();
  });

  it("disturbs nobody when it cannot be written", async () => {
    const { get, writeCopy, settle } = world();
    writeCopy.mockRejectedValue(new Error("KV is away"));
    expect(await get()).toBe("acme 1");
    await settle();
    expect(await get()).toBe("acme 1");
  });
});

describe("reread", () => {
  it("sees a change that the cache does not yet", async () => {
    const { get, reread, rows } = world();
    await get();
    rows.set("acme", stored("acme", 2));
    expect(await get()).toBe("acme 1");
    expect(await reread()).toBe("acme 2");
    expect(await get()).toBe("acme 2");
  });

  it("asks at most once a second for each tenant", async () => {
    const { reread, load, pass } = world();
    expect(await Promise.all([reread(), reread(), reread("other"), reread("nobody")])).toEqual([
      "acme 1",
      "acme 1",
      "other 1",
      "unknown",
    ]);
    pass(999);
    expect(await reread()).toBe("acme 1");
    expect(load).toHaveBeenCalledTimes(3);
    pass(1);
    await reread();
    expect(load).toHaveBeenCalledTimes(4);
  });

  it.each([
    ["refuses", down, 0],
    ["hangs", never, 1_000],
  ])("says that nobody could be asked when the database %s", async (_, broken, ms) => {
    const { get, reread, load } = world();
    await get();
    load.mockImplementation(broken);
    expect(await timed(reread())).toEqual(["unavailable", ms]);
    expect(await get()).toBe("acme 1");
  });
});

describe("without a time to live", () => {
  it("asks every time, also for unknown names", async () => {
    const { get, rows } = world(0);
    await get();
    rows.set("acme", stored("acme", 2));
    expect(await get()).toBe("acme 2");
    rows.delete("acme");
    expect(await get()).toBe("unknown");
    rows.set("acme", stored("acme", 3));
    expect(await get()).toBe("acme 3");
  });
});

describe("fromStored", () => {
  it("opens the secrets of a version once", async () => {
    const { cache, resolve } = world();
    await cache.fromStored(stored("acme", 1));
    await cache.fromStored(stored("acme", 1, 2));
    expect(resolve).toHaveBeenCalledTimes(1);
    await cache.fromStored(stored("acme", 2));
    await cache.fromStored({ ...stored("acme", 2), document: "{}" });
    expect(resolve).toHaveBeenCalledTimes(3);
  });

  it("keeps tenants of the same version apart", async () => {
    const { cache } = world();
    expect((await cache.fromStored(stored("acme"))).name).toBe("acme");
    expect((await cache.fromStored(stored("other"))).name).toBe("other");
  });

  it("tries again after a failure", async () => {
    const { cache, resolve } = world();
    resolve.mockRejectedValueOnce(new Error("no key"));
    await expect(cache.fromStored(stored("acme"))).rejects.toThrow("no key");
    expect((await cache.fromStored(stored("acme"))).name).toBe("acme");
  });
});
