import { describe, expect, it } from "vitest";
import { closedOrder } from "../../test/sample_orders.ts";
import type { UpstreamAnswer, UpstreamRequest } from "../upstream/answer.ts";
import { createSitoo } from "./client.ts";

const access = {
  apiUrl: "https://api.mysitoo.com/v2",
  accountId: 90316,
  siteId: 1,
  apiId: "90316-1",
  apiPassword: "pä:ss",
};
const now = 1_782_900_000_000;
const deadline = now + 10_000;

const answered = (
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): UpstreamAnswer => ({
  kind: "answered",
  status,
  headers: new Headers(headers),
  text: typeof body === "string" ? body : JSON.stringify(body),
});

const sitoo = (...answers: readonly UpstreamAnswer[]) => {
  const requests: UpstreamRequest[] = [];
  const client = createSitoo(
    access,
    async (request) => {
      requests.push(request);
      return answers[requests.length - 1] ?? answered(599, "no more answers");
    },
    () => now,
  );
  return { client, requests };
};

describe("reading an order", () => {
  it("asks the published address, as itself, and no later than the deadline", async () => {
    const { client, requests } = sitoo(answered(200, closedOrder()));
    const answer = await client.order(4711, deadline);
    expect(answer).toMatchObject({
      kind: "found",
      value: { orderid: 4711, moneytotal_net: "160.00" },
    });
    expect(requests[0]).toMatchObject({
      method: "GET",
      url: "https://api.mysitoo.com/v2/accounts/90316/sites/1/orders/4711.json",
      deadline,
    });
    expect(requests[0]?.headers["User-Agent"]).toBe("sitoo-crm-edge");
    const credentials = requests[0]?.headers["Authorization"]?.replace("Basic ", "") ?? "";
    expect(
      new TextDecoder().decode(Uint8Array.from(atob(credentials), (c) => c.charCodeAt(0))),
    ).toBe("90316-1:pä:ss");
  });

  it.each<[string, UpstreamAnswer, object]>([
    ["404", answered(404, ""), { kind: "gone" }],
    ["401", answered(401, ""), { kind: "set_up_fault", detail: "Sitoo answered 401" }],
    ["a redirect", answered(302, ""), { kind: "set_up_fault" }],
    ["500", answered(500, ""), { kind: "retry" }],
    [
      "429 with seconds",
      answered(429, "", { "Retry-After": "7" }),
      { kind: "retry", retryAfterMs: 7000 },
    ],
    [
      "429 with a time to reset",
      answered(429, "", { "X-Rate-Limit-Reset": String(now / 1000 + 42) }),
      { kind: "retry", retryAfterMs: 42_000 },
    ],
    ["no answer", { kind: "timed_out", sent: true }, { kind: "retry" }],
    ["a broken line", { kind: "broken", sent: true, detail: "reset" }, { kind: "retry" }],
    [
      "half an answer",
      { kind: "answered", status: 200, headers: new Headers(), text: undefined },
      { kind: "retry" },
    ],
    [
      "an address not allowed",
      { kind: "forbidden", detail: "not https" },
      { kind: "set_up_fault" },
    ],
    ["a page of HTML", answered(200, "<html>"), { kind: "unreadable" }],
    [
      "an order without id",
      answered(200, { orderid: null }),
      { kind: "unreadable", field: "orderid" },
    ],
    [
      "an amount that is none",
      answered(200, closedOrder({ moneytotal_net: "12,50" })),
      { kind: "unreadable", field: "moneytotal_net" },
    ],
  ])("answers %s", async (_, answer, expected) => {
    const { client } = sitoo(answer);
    expect(await client.order(4711, deadline)).toMatchObject(expected);
  });

  it("never quotes what it could not read", async () => {
    const { client } = sitoo(answered(200, closedOrder({ orderdate: "xq@example.com" })));
    expect(JSON.stringify(await client.order(4711, deadline))).not.toContain("xq@");
  });

  it.each([0, -1, 1.5, Number.NaN])("does not ask for order %s", async (id) => {
    const { client, requests } = sitoo();
    expect(await client.order(id, deadline)).toEqual({ kind: "gone" });
    expect(requests).toEqual([]);
  });
});

describe("lists", () => {
  it("of orders are asked at the account, and one bad order does not cost the page", async () => {
    const { client, requests } = sitoo(
      answered(200, {
        totalcount: 3,
        items: [closedOrder(), { orderid: "?" }, closedOrder({ orderid: 4712 })],
      }),
    );
    const answer = await client.orders(
      { orderIdFrom: 4711, orderIdTo: 4800, states: [10], sort: "orderid", num: 50 },
      deadline,
    );
    expect(answer).toMatchObject({
      kind: "found",
      value: { items: [{ orderid: 4711 }, { orderid: 4712 }], totalCount: 3, unreadable: 1 },
    });
    const url = new URL(requests[0]?.url ?? "");
    expect(url.pathname).toBe("/v2/accounts/90316/orders.json");
    expect([...url.searchParams]).toEqual([
      ["eshopid[]", "1"],
      ["orderidfrom", "4711"],
      ["orderidto", "4800"],
      ["orderstate[]", "10"],
      ["num", "50"],
      ["sort", "orderid"],
    ]);
  });

  it("of heads ask for few fields, and pass over no order for what else is written in it", async () => {
    const { client, requests } = sitoo(
      answered(200, {
        totalcount: 9,
        items: [
          closedOrder({ orderid: 7, email: "xq@example.com" }),
          { orderid: 8, orderstateid: "?", moneytotal_gross_all: "12,50", additionaldata: null },
        ],
      }),
    );
    const answer = await client.heads(
      { orderIds: [7, 8], num: 250, sort: "orderid" },
      ["orderid", "orderstateid"],
      deadline,
    );
    expect(answer).toMatchObject({
      kind: "found",
      value: { items: [{ orderid: 7, orderstateid: 10 }, { orderid: 8 }], unreadable: 0 },
    });
    expect(JSON.stringify(answer)).not.toContain("xq@");
    expect([...new URL(requests[0]?.url ?? "").searchParams]).toEqual([
      ["eshopid[]", "1"],
      ["orderid[]", "7"],
      ["orderid[]", "8"],
      ["num", "250"],
      ["sort", "orderid"],
      ["fields", "orderid,orderstateid"],
    ]);
  });

  it("of stores are read to the end, also when Sitoo gives fewer than asked for", async () => {
    const store = (storeid: number) => ({
      storeid,
      name: `Store ${storeid}`,
      externalid: `${storeid}`,
    });
    const { client, requests } = sitoo(
      answered(200, { totalcount: 3, items: [store(1), store(2)] }),
      answered(200, { totalcount: 3, items: [store(3)] }),
    );
    const answer = await client.stores(deadline);
    expect(answer).toMatchObject({
      kind: "found",
      value: { items: [{}, {}, { externalid: "3" }] },
    });
    expect(requests.map(({ url }) => new URL(url).searchParams.get("start"))).toEqual(["0", "2"]);
  });
});

describe("the store of a warehouse", () => {
  it("is found through the warehouse", async () => {
    const { client, requests } = sitoo(
      answered(200, { warehouseid: 7, storeid: 3 }),
      answered(200, { storeid: 3, externalid: "200" }),
    );
    expect(await client.storeOfWarehouse(7, deadline)).toMatchObject({
      kind: "found",
      value: { externalid: "200" },
    });
    expect(requests[1]?.url).toContain("/sites/1/stores/3.json");
  });

  it("is gone when the warehouse belongs to none", async () => {
    const { client } = sitoo(answered(200, { warehouseid: 7, storeid: null }));
    expect(await client.storeOfWarehouse(7, deadline)).toEqual({ kind: "gone" });
  });
});

describe("users", () => {
  it("are asked by an encoded guid, and by nothing that is none", async () => {
    const { client, requests } = sitoo(answered(200, { userid: "x" }));
    await client.user("{0A1B2C3D-0000-4000-8000-000000000001}", deadline);
    expect(requests[0]?.url).toContain("/users/%7B0A1B2C3D-0000-4000-8000-000000000001%7D.json");
    expect(await client.user("../orders", deadline)).toEqual({ kind: "gone" });
    expect(requests).toHaveLength(1);
  });
});
