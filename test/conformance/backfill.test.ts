import { spawn } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { projectDir } from "../../local/bundle.ts";
import {
  accepted,
  addCustomer,
  eventually,
  refused,
  useGateway,
  type Onboarded,
} from "./harness.ts";

const gateway = useGateway();

const view = z.object({
  id: z.string(),
  account: z.number(),
  site: z.number(),
  channel: z.string().nullable(),
  dryRun: z.boolean(),
  from: z.number(),
  to: z.number(),
  state: z.enum(["waiting", "running", "finishing", "stopped", "done"]),
  found: z.number(),
  handed: z.number(),
  onTheirWay: z.number(),
  remaining: z.number().nullable(),
  position: z.number(),
  perSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  lastError: z.string().nullable(),
  totals: z
    .array(
      z.object({
        day: z.string(),
        store: z.string(),
        currency: z.string(),
        orders: z.number(),
        total: z.number(),
      }),
    )
    .optional(),
});
const views = z.object({ items: z.array(view) });
const only = <Item>(items: readonly Item[]): Item => {
  const [one, ...more] = items;
  if (one === undefined || more.length > 0) throw new Error(`one is expected, not ${items.length}`);
  return one;
};

const dayMs = 24 * 3_600_000;
const dayBefore = (days: number): string =>
  new Date(Date.now() - days * dayMs).toISOString().slice(0, 10);
/** A tenant that goes live today: everything sold so far is history. */
const historyTenant = (name: string): Promise<Onboarded> =>
  gateway.onboard(name, {
    top: {
      orders: {
        live_from: dayBefore(0),
        // As fast as it goes: the lane's usual twenty calls a second would be ten orders.
        deliver_to: [{ channel: "voyado", missing_customer: "create", rate: 1_000 }],
      },
    },
  });

/** A morning on which the seed has no order. */
const firstAt = Date.parse(`${dayBefore(3)}T08:00:00Z`) / 1_000;
const thatDay = { from: dayBefore(3), to: dayBefore(3) };

/** Puts closed orders of that day into Sitoo, all of one customer. @returns their ids. */
const history = async ({ name }: Onboarded, count: number): Promise<number[]> => {
  const sitoo = gateway.sitoo(name);
  // Some hundred orders a second would have the sandbox's Engage answer 429.
  await gateway.voyado(name).profile({ rateLimitPerSecond: 0 });
  const { id } = await addCustomer(gateway.voyado(name));
  const { order } = await sitoo.sell({
    customerId: id,
    items: [{ sku: "T4" }, { sku: "S3", quantity: 2 }],
    at: firstAt,
  });
  const copies = Array.from({ length: count - 1 }, (_, index) => ({
    ...order,
    orderid: order.orderid + 1 + index,
    orderdate: firstAt + index * 60,
    additionaldata: {
      ...z.record(z.string(), z.string()).parse(order.additionaldata),
      "pos-receiptid": `R${order.orderid + 1 + index}`,
    },
  }));
  await sitoo.control("POST", "/orders", copies);
  return [order.orderid, ...copies.map(({ orderid }) => orderid)];
};

/** How often the CRM was told of each order of the tenant. */
const receiptsOf = async ({ name }: Onboarded): Promise<Map<number, number>> => {
  const { receipts } = await gateway.voyado(name).state();
  return new Map(
    receipts.flatMap(({ uniqueReceiptId, repeats }) => {
      const order = /^sitoo-90316-1-(\d+)$/.exec(uniqueReceiptId)?.[1];
      return order === undefined ? [] : [[Number(order), 1 + repeats.length] as const];
    }),
  );
};
const startOf = async ({ name }: Onboarded, body: object) =>
  only(accepted(await gateway.adminPost(`/tenants/${name}/backfills`, body), views).items);
const show = async ({ name }: Onboarded, id: string) =>
  only(accepted(await gateway.admin(`/tenants/${name}/backfills/${id}`), views).items);
const until = (
  tenant: Onboarded,
  id: string,
  holds: (one: z.output<typeof view>) => boolean,
  withinMs = 60_000,
) =>
  eventually(
    async () => {
      const one = await show(tenant, id);
      return holds(one) && one;
    },
    `backfill ${id}`,
    withinMs,
  );

describe("a backfill", () => {
  let tenant: Onboarded;
  let orders: number[];
  beforeAll(async () => {
    tenant = await historyTenant("history");
    orders = await history(tenant, 500);
  });

  it("is counted by a dry run, which brings nothing", async () => {
    const { id } = await startOf(tenant, { from: dayBefore(25), dryRun: true });
    const done = await until(tenant, id, ({ state }) => state === "done");
    // 500 of ours, and those of the seed that were closed in the last 25 days.
    expect(done).toMatchObject({ dryRun: true, found: done.handed, remaining: 0, onTheirWay: 0 });
    expect(done.found).toBeGreaterThan(500);
    const totals = done.totals ?? [];
    expect(totals.reduce((sum, row) => sum + row.orders, 0)).toBe(done.found);
    const ours = totals.filter(({ store, currency }) => store === "200" && currency === "SEK");
    expect(ours.reduce((sum, row) => sum + row.orders, 0)).toBeGreaterThanOrEqual(500);
    expect(await receiptsOf(tenant)).toEqual(new Map());
  });

  it("stopped, resumed, and killed in the middle brings every order once; live orders go on meanwhile", async () => {
    const body = { ...thatDay, channel: "voyado" };
    const { id } = await startOf(tenant, body);
    await until(tenant, id, ({ found }) => found >= 100);
    const stopped = only(
      accepted(await gateway.adminPost(`/tenants/history/backfills/${id}/stop`), views).items,
    );
    expect(stopped.state).toBe("stopped");
    await until(tenant, id, ({ onTheirWay }) => onTheirWay === 0);
    const before = await show(tenant, id);
    expect(before.found).toBeLessThan(500);
    const told = await receiptsOf(tenant);
    expect(told.size).toBe(before.handed);

    accepted(await gateway.adminPost(`/tenants/history/backfills/${id}/resume`), views);
    await until(tenant, id, ({ found }) => found >= before.found + 60);
    await gateway.restart();
    // What the cron does within 15 minutes, should the alarms be lost as well.
    await gateway.scheduled("*/15 * * * *");
    const live = await gateway
      .sitoo("history")
      .sell({ email: "livs-levande@example.com", items: [{ sku: "A1" }] });
    await gateway.events(live.events, tenant);
    await eventually(
      async () => (await receiptsOf(tenant)).has(live.order.orderid),
      "the live order",
    );

    const done = await until(tenant, id, ({ state }) => state === "done");
    expect(done).toMatchObject({ found: 500, handed: 500, onTheirWay: 0, remaining: 0 });
    const all = await receiptsOf(tenant);
    all.delete(live.order.orderid);
    expect([...all.keys()].toSorted((a, b) => a - b)).toEqual(orders);
    // What was on the wire when it was killed is sent again, and the CRM drops it by its id: three orders to a journal.
    expect([...all.values()].filter((times) => times > 1).length).toBeLessThanOrEqual(6 * 3);
    expect(Math.max(...all.values())).toBeLessThanOrEqual(2);
  }, 120_000);

  it("asked for again has nothing to bring", async () => {
    const { id } = await startOf(tenant, thatDay);
    const done = await until(tenant, id, ({ state }) => state === "done");
    expect(done).toMatchObject({ found: 500, handed: 0 });
    const { items } = accepted(await gateway.admin("/tenants/history/backfills"), views);
    expect(items.map(({ state }) => state)).toEqual(["done", "done", "done"]);
    expect(items[0]?.id).toBe(id);
  });

  it("stands still while the CRM is down, with few orders on their way, and then ends", async () => {
    const down = await historyTenant("history-down");
    const ids = await history(down, 400);
    await gateway.voyado("history-down").fault({ type: "status", status: 503 }, { path: "/api/" });
    const { id } = await startOf(down, thatDay);
    await until(down, id, ({ onTheirWay }) => onTheirWay >= 256);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const standing = await show(down, id);
    expect(standing.state).toBe("running");
    expect(standing.onTheirWay).toBeLessThan(256 + 64);
    expect(standing.found).toBeLessThan(400);
    expect(standing.handed).toBe(standing.onTheirWay);
    await gateway.voyado("history-down").clearFaults();
    // The lane tries a CRM that was down again after half a minute.
    await until(down, id, ({ state }) => state === "done", 100_000);
    expect([...(await receiptsOf(down))].toSorted(([a], [b]) => a - b)).toEqual(
      ids.map((order) => [order, 1]),
    );
  }, 120_000);

  it("settles no redemption: what history used was redeemed long ago", async () => {
    const old = await historyTenant("history-used");
    const sitoo = gateway.sitoo("history-used");
    const voyado = gateway.voyado("history-used");
    const member = await addCustomer(voyado, { vouchers: [{}] });
    const { order } = await sitoo.sell({
      customerId: member.id,
      items: [{ sku: "A1" }],
      bonusCheckIds: member.vouchers,
      at: Math.floor((Date.now() - 5 * dayMs) / 1_000),
    });
    const { id } = await startOf(old, { from: dayBefore(6), to: dayBefore(4) });
    await until(old, id, ({ state }) => state === "done");
    expect((await receiptsOf(old)).get(order.orderid)).toBe(1);
    const { vouchers } = await voyado.state();
    expect(vouchers.find(({ id: voucher }) => voucher === member.vouchers[0])?.history).toEqual([]);
  });
});

describe("what cannot be a backfill", () => {
  it("is refused with the reason", async () => {
    const path = "/tenants/demo/backfills";
    for (const body of [
      {},
      { from: "yesterday" },
      { from: "2026-02-30" },
      { from: "2025-05-02", to: "2025-05-01" },
      { from: "2099-01-01" },
      { from: "2025-05-01", dryRun: "yes" },
    ])
      refused(await gateway.adminPost(path, body), 400, /YYYY-MM-DD/);
    refused(
      await gateway.adminPost(path, { from: "2025-05-01", channel: "other" }),
      400,
      /deliver_to has no channel other/,
    );
    refused(await gateway.admin(`${path}/none`), 404);
    refused(await gateway.adminPost(`${path}/none/stop`), 404);
    await gateway.onboard("history-off", { top: { orders: { mode: "off" } } });
    refused(
      await gateway.adminPost("/tenants/history-off/backfills", { from: "2025-05-01" }),
      400,
      /mode is off/,
    );
  });
});

describe("the command", () => {
  it("watches a backfill to its end, in plain lines where there is no terminal", async () => {
    const tenant = await historyTenant("history-cli");
    await history(tenant, 40);
    const args = ["backfill", "history-cli", "--from", dayBefore(3), "--to", dayBefore(3)];
    const dry = await gateway.command([...args, "--dry-run"]);
    expect(dry).toMatchObject({ code: 0, err: expect.stringMatching(/^backfill \w+ of/) });
    expect(dry.out).toContain("90316/1: 40 closed orders, 40 of them for a destination");
    expect(dry.out).toMatch(/^\d{4}-\d\d-\d\d +200 +SEK +40 +\d+\.\d\d$/m);
    expect(await receiptsOf(tenant)).toEqual(new Map());

    const real = await gateway.command([...args, "--json"]);
    expect(real.code).toBe(0);
    const result = z.object({ id: z.string(), items: z.array(view) }).parse(JSON.parse(real.out));
    expect(result.items).toMatchObject([{ state: "done", found: 40, handed: 40 }]);
    expect((await receiptsOf(tenant)).size).toBe(40);

    const list = await gateway.command(["backfill", "history-cli", "--list"]);
    expect(list.out.split("\n").filter((line) => line.includes("90316/1"))).toHaveLength(2);
    expect(list.out).toMatch(/done, dry run/);
    const none = await gateway.command(["backfill", "history-cli", "--stop"]);
    expect(none).toMatchObject({ code: 1, out: "" });
  });

  it("left by Ctrl-C leaves the backfill running, and says how to look again; --resume watches it to its end", async () => {
    const tenant = await historyTenant("history-left");
    await history(tenant, 30);
    const voyado = gateway.voyado("history-left");
    await voyado.fault({ type: "status", status: 503 }, { path: "/api/" });
    const args = ["backfill", "history-left", "--from", dayBefore(3), "--to", dayBefore(3)];
    const watching = spawn(process.execPath, ["src/cli/tenant.ts", ...args], {
      cwd: projectDir,
      env: { ...process.env, STATE_DIR: gateway.running().stateDir },
    });
    let told = "";
    watching.stderr.on("data", (chunk: Buffer) => (told += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => watching.once("exit", resolve));
    const [, id = ""] = await eventually(
      async () => /^backfill (\w+) of history-left/.exec(told) ?? undefined,
      "the command watches",
    );
    await until(tenant, id, ({ onTheirWay }) => onTheirWay === 30);
    watching.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(told).toContain(`--resume ${id}`);
    expect((await show(tenant, id)).state).toBe("finishing");
    await voyado.clearFaults();
    const again = await gateway.command(["backfill", "history-left", "--resume"]);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining("30 of them brought") });
  }, 60_000);

  it("says what is wrong with how it is called", async () => {
    for (const args of [
      [],
      ["--from", "2026-01-01", "--list"],
      ["--list", "--dry-run"],
      ["--from", "monday"],
    ])
      expect(await gateway.command(["backfill", "demo", ...args])).toMatchObject({
        code: 2,
        out: "",
        err: expect.stringMatching(/^error: /),
      });
    expect(
      await gateway.command(["backfill", "demo", "--from", "2025-01-01", "--channel", "other"]),
    ).toMatchObject({ code: 1, err: expect.stringContaining("no channel other") });
  });
});
