import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./harness.ts";
import {
  ASTRID,
  BERTIL,
  counts,
  profile,
  records,
  type RecordState,
  type RuleCalls,
  ruleCalls,
  type SubscriberState,
  subscriberState,
} from "./rule_calls.ts";

// The control calls that tests of an adapter lean on, and the seeds (sandbox/README.md).
let sandbox: Sandbox;
let directory: string;
let instance = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "rule-"));
  sandbox = await startSandbox(directory);
});
afterAll(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true, force: true });
});

function fresh(): RuleCalls {
  instance += 1;
  return ruleCalls(sandbox, `controls-${instance}`);
}

describe("seeds", () => {
  test("the people of the other simulated CRM, with instruments, consents and purchases", async () => {
    const calls = fresh();
    expect(await subscriberState(calls, ASTRID)).toMatchObject({
      email: "astrid@example.com",
      phoneNumber: "+46701740605",
      customIdentifier: "10012",
      tags: ["Sitoo", "SitooOrder", "Staff", "VIP"],
      suppressions: [],
      fields: {
        "Sitoo-Contact.namefirst": "Astrid",
        "Sitoo-Contact.namelast": "Exempel",
        "Sitoo-Contact.accepts_mail": "false",
        "Sitoo-Address.invoice_city": "Stockholm",
      },
    });
    const orders = await records(calls, ASTRID, "Sitoo-Order");
    expect(
      orders.map(({ values }) => [
        values["Number"],
        values["Total"],
        values["StoreId"],
        values["RefundOf"],
      ]),
    ).toEqual([
      ["old-0001", "2990.00", "200", undefined],
      ["old-0002", "-2990.00", "200", "old-0001"],
      ["old-0003", "179.70", "300", undefined],
    ]);
    expect(await counts(calls)).toEqual({
      subscribers: 12,
      records: { "Sitoo-Contact": 12, "Sitoo-Address": 12, "Sitoo-Order": 6, Order: 1 },
      repeats: { "Sitoo-Contact": 0, "Sitoo-Address": 0, "Sitoo-Order": 0, Order: 0 },
      tags: 5,
      suppressions: 15,
      jobsWaiting: 0,
      jobs: 0,
      changes: 0,
    });
  });

  test("sold in every shop, at its own wall clock and in its currency", async () => {
    const calls = fresh();
    const rows = (await calls.control("GET", "/records?group=Sitoo-Order")).json<{
      items: RecordState[];
    }>().items;
    expect(
      Object.fromEntries(rows.map(({ values }) => [values["StoreId"], values["Currency"]])),
    ).toEqual({ "200": "SEK", "300": "SEK", "400": "NOK", "500": "EUR", "600": "USD" });
    const american = rows.find(({ values }) => values["StoreId"] === "600");
    expect(american?.values).toMatchObject({ Total: "28.31", Vat: "2.31", Subtotal: "26.00" });
  });
});

describe("controls", () => {
  test("subscribers are added, changed in parts, and deleted, without the vendor's rules", async () => {
    const calls = fresh();
    const tove = (
      await calls.control("POST", "/subscribers", {
        email: "tove@example.com",
        tags: ["Sitoo"],
        fields: {
          "Sitoo-Contact.bonuschecks": [{ id: "BC-1", value: "100.00" }],
          "Sitoo-Contact.birthday": "not a day",
        },
        suppressions: [{ messageTypes: ["email"], sourceType: "admin" }],
      })
    ).json<SubscriberState>();
    expect(tove.fields["Sitoo-Contact.bonuschecks"]).toEqual([{ id: "BC-1", value: "100.00" }]);
    const patch = { fields: { "Sitoo-Contact.bonuschecks": "no JSON at all" }, status: "BLOCKED" };
    const changed = (
      await calls.control("PATCH", `/subscribers/${tove.id}`, patch)
    ).json<SubscriberState>();
    expect(changed).toMatchObject({
      email: "tove@example.com",
      status: "BLOCKED",
      tags: ["Sitoo"],
      fields: {
        "Sitoo-Contact.bonuschecks": "no JSON at all",
        "Sitoo-Contact.birthday": "not a day",
      },
    });
    await calls.control("DELETE", `/subscribers/${tove.id}`);
    expect((await calls.control("GET", `/subscribers/${tove.id}`)).status).toBe(404);
    const many = [{ email: "ulf@example.com" }, { email: "vera@example.com" }];
    expect(
      (await calls.control("POST", "/subscribers", many)).json<{ items: unknown[] }>().items,
    ).toHaveLength(2);
    expect((await calls.control("POST", "/subscribers", { mail: "x" })).status).toBe(400);
  });

  test("records and groups", async () => {
    const calls = fresh();
    const added = (
      await calls.control("POST", "/records", {
        subscriberId: BERTIL,
        group: "Sitoo-Order",
        createdAt: "2026-01-02T03:04:05.000Z",
        values: { Number: "X1", Products: [{ sku: "A1" }] },
      })
    ).json<RecordState>();
    expect(added).toMatchObject({ group: "Sitoo-Order", values: { Products: [{ sku: "A1" }] } });
    await calls.control("PATCH", `/records/${added.id}`, { values: { Number: "X2" } });
    const [row] = await records(calls, BERTIL, "Sitoo-Order");
    expect(row?.values["Number"]).toBe("X2");
    await calls.control("DELETE", `/records/${added.id}`);
    expect(await records(calls, BERTIL, "Sitoo-Order")).toEqual([]);
    expect(
      (await calls.control("POST", "/records", { subscriberId: 1, group: "Order", values: {} }))
        .status,
    ).toBe(404);
    await calls.control("DELETE", "/groups/Sitoo-Order");
    expect((await calls.v2("GET", "/customizations/Sitoo-Order")).status).toBe(404);
    const group = { name: "Sitoo-Order", historical: true, fields: { Number: "text" } };
    expect((await calls.control("POST", "/groups", group)).status).toBe(200);
    expect((await calls.v2("GET", "/customizations/Sitoo-Order")).status).toBe(200);
  });

  test("an account without anything, and one as on first touch", async () => {
    const calls = fresh();
    await profile(calls, { perPage: 3 });
    await calls.control("POST", "/empty");
    expect(await counts(calls)).toMatchObject({ subscribers: 0, records: {}, tags: 0 });
    expect((await calls.control("GET", "/profile")).json()).toMatchObject({ perPage: 3 });
    await calls.control("POST", "/reset");
    expect((await counts(calls)).subscribers).toBe(12);
    expect((await calls.control("GET", "/profile")).json()).toMatchObject({ perPage: 15 });
    expect(await profile(calls, { perPages: 3 })).toBe(400);
  });

  test("changes tell who was changed by which request", async () => {
    const calls = fresh();
    await calls.v2("POST", "/subscribers/bertil%40example.com/tags", { tags: ["Summer"] });
    await calls.v2("PUT", `/subscribers/${BERTIL}`, { language: "en" });
    const { items } = (await calls.control("GET", `/changes?subscriberId=${BERTIL}`)).json<{
      items: object[];
    }>();
    expect(items).toEqual([
      expect.objectContaining({
        seq: 1,
        call: "v2 POST /subscribers/bertil%40example.com/tags",
        kind: "tagged",
        detail: { tags: ["Summer"] },
      }),
      expect.objectContaining({ seq: 2, kind: "updated" }),
    ]);
  });

  test("state survives a restart", async () => {
    const calls = fresh();
    await calls.v2("PUT", `/subscribers/${BERTIL}`, { language: "en" });
    await calls.v3("POST", "/subscribers/block", { subscribers: [{ id: ASTRID }] });
    await profile(calls, { perPage: 3 });
    await sandbox.close();
    sandbox = await startSandbox(directory);
    const again = ruleCalls(sandbox, `controls-${instance}`);
    expect((await subscriberState(again, BERTIL)).language).toBe("en");
    await again.control("POST", "/jobs/settle");
    expect((await subscriberState(again, ASTRID)).status).toBe("BLOCKED");
    expect((await again.control("GET", "/profile")).json()).toMatchObject({ perPage: 3 });
    expect(await counts(again)).toMatchObject({ jobs: 1, jobsWaiting: 0 });
  });
});
