import { describe, expect, it } from "vitest";
import { customer } from "../../src/spi/contract_answers.ts";
import {
  accepted,
  astrid,
  basic,
  foundOne,
  refused,
  send,
  useGateway,
  type Spi,
} from "./harness.ts";

const gateway = useGateway();

/** Every row of contracts/sitoo.md 2.2, with a request that would otherwise work. */
const operations: readonly (readonly [Parameters<Spi>[0], string, unknown?])[] = [
  ["GET", "/customers?key_type=member_number&key=10012"],
  ["POST", "/customers", { name: "N E", email: "n@example.com" }],
  ["GET", "/lookup?key=189001049817"],
  ["GET", "/lookup_customers?key=189001049817"],
  ["GET", "/customers/lookup?key=189001049817"],
  ["GET", `/customers/${astrid}`],
  ["PUT", `/customers/${astrid}`, { name_first: "X" }],
  ["GET", `/customers/${astrid}/transactions`],
  ["POST", `/customers/${astrid}/redeem`, { bonus_checks: ["x"] }],
  ["DELETE", `/customers/${astrid}/redeem`, { bonus_checks: ["x"] }],
  ["DELETE", `/customers/${astrid}/redeem/r-9`],
  ["POST", "/redeem", { customer_id: astrid, bonus_checks: ["x"] }],
  ["DELETE", "/redeem", { customer_id: astrid, bonus_checks: ["x"] }],
  ["DELETE", "/redeem/r-9"],
  ["GET", "/consents"],
  ["GET", "/additional_options"],
];

const cases = operations.map(([method, path, body]) => ({ method, path, body }));
describe.each(cases)("$method $path", ({ method, path, body }) => {
  const ask = (authorization: string | null, to: Spi = gateway.till()) =>
    to(method, path, body === undefined ? { authorization } : { authorization, body });

  it("without the tenant's credential is 401, asks for Basic, and calls no CRM", async () => {
    const { demo, adminToken } = gateway.running();
    const [user = ""] = demo.spi.split(":");
    const mark = await gateway.voyado().mark();
    const wrong = [
      null,
      basic(`${user}:wrong`),
      basic(demo.events),
      `Bearer ${adminToken}`,
      "Basic",
    ];
    for (const authorization of wrong) {
      const reply = await ask(authorization);
      refused(reply, 401);
      expect(reply.headers.get("www-authenticate")).toMatch(/^Basic realm="/);
    }
    expect(await gateway.voyado().requests("", mark)).toEqual([]);
  });

  it("of an unknown tenant or channel is 404", async () => {
    const { demo } = gateway.running();
    refused(
      await ask(
        basic(demo.spi),
        gateway.till({ name: "no-such-tenant", spi: demo.spi, events: "" }),
      ),
      404,
    );
    refused(await ask(basic(demo.spi), gateway.till(undefined, "no-such-channel")), 404);
  });
});

describe("credentials", () => {
  it.each([
    ["nothing after Basic", "Basic "],
    ["no base64", "Basic ###"],
    ["no colon", `Basic ${Buffer.from("abc").toString("base64")}`],
    ["empty user and password", basic(":")],
    ["other scheme", "Digest x=y"],
    ["not UTF-8", `Basic ${Buffer.from([0xff, 0xfe, 0x3a, 0xff]).toString("base64")}`],
    ["very long", basic(`u:${"p".repeat(8_000)}`)],
    ["password cut short", "cut"],
    ["password with a space after it", "space"],
  ])("%s: 401", async (_, given) => {
    const { spi } = gateway.running().demo;
    const authorization =
      given === "cut" ? basic(spi.slice(0, -1)) : given === "space" ? basic(`${spi} `) : given;
    refused(await gateway.till()("GET", "/consents", { authorization }), 401);
  });

  it("is asked for before a body is looked at", async () => {
    const body = `{"x":"${"y".repeat(300_000)}"}`;
    refused(await gateway.till()("POST", "/customers", { body, authorization: null }), 401);
  });

  it("an unknown channel is told only to somebody who may know", async () => {
    refused(
      await gateway.till(undefined, "no-such-channel")("GET", "/consents", { authorization: null }),
      401,
    );
    refused(await gateway.till()("GET", "/no/such/path", { authorization: null }), 401);
  });

  it("the scheme's name may be in any case", async () => {
    const { spi } = gateway.running().demo;
    const authorization = basic(spi).replace("Basic", "basic");
    expect((await gateway.till()("GET", "/consents", { authorization })).status).toBe(200);
  });

  it("a channel that is no till's is 404", async () => {
    const tenant = await gateway.onboard("no-till", { channel: { till: false } });
    refused(await gateway.till(tenant)("GET", "/consents"), 404);
  });
});

describe("addresses", () => {
  it.each<[Parameters<Spi>[0], string]>([
    ["GET", ""],
    ["GET", "/"],
    ["GET", "/no-such-thing"],
    ["GET", `/customers/${astrid}/redeem`],
    ["PATCH", `/customers/${astrid}`],
    ["DELETE", `/customers/${astrid}`],
    ["PUT", "/customers"],
    ["POST", "/consents"],
    ["GET", `/customers/${astrid}/transactions/1`],
    ["GET", "/..%2f..%2fadmin"],
  ])("%s %s is 404 like every other unknown path", async (method, path) => {
    refused(await gateway.till()(method, path), 404);
  });

  it.each([
    "/demo",
    "/demo/voyado",
    "/demo/voyado/v1/customers",
    "/DEMO/voyado/v2/consents",
    "/%00/x/v2/consents",
    "/demo/voyado/v2%2Fconsents",
  ])("%s is 404", async (path) => {
    const { gateway: server, demo } = gateway.running();
    const reply = await send(`${server.url}${path}`, {
      headers: { Authorization: basic(demo.spi) },
    });
    refused(reply, 404);
  });
});

describe("operations API", () => {
  const path = "/admin/tenants/demo/dead-letters";
  it("is closed without the token, and says how to come in", async () => {
    const { gateway: server, demo, adminToken } = gateway.running();
    for (const authorization of [
      undefined,
      basic(demo.spi),
      `Bearer ${adminToken}x`,
      `Bearer ${adminToken.slice(1)}`,
      "Bearer ",
      adminToken,
    ]) {
      const reply = await send(
        `${server.url}${path}`,
        authorization === undefined ? {} : { headers: { Authorization: authorization } },
      );
      refused(reply, 401);
      expect(reply.headers.get("www-authenticate")).toMatch(/^Bearer/);
    }
    const forged = await send(`${server.url}${path}`, {
      headers: { "Cf-Access-Jwt-Assertion": "e30.e30.e30" },
    });
    refused(forged, 401);
  });

  it("opens with it", async () => {
    expect((await gateway.admin("/tenants/demo/dead-letters")).status).toBe(200);
    refused(await gateway.admin("/tenants/no-such-tenant/dead-letters"), 404);
    refused(await gateway.admin("/no-such-operation"), 404);
  });
});

describe("guessing", () => {
  it("is slowed down, while the right credential always passes", async () => {
    const tenant = await gateway.onboard("guessed");
    const till = gateway.till(tenant);
    const guess = (n: number) => till("GET", "/consents", { authorization: basic(`guessed:${n}`) });
    const statuses: number[] = [];
    for (let round = 0; round < 5; round++)
      statuses.push(
        ...(await Promise.all(Array.from({ length: 40 }, (_, n) => guess(n)))).map(
          ({ status }) => status,
        ),
      );
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    const slowed = await guess(0);
    refused(slowed, 429);
    expect(slowed.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(
      foundOne(
        await till("GET", "/customers", { query: { key_type: "member_number", key: "10012" } }),
      ).customer_id,
    ).toBe(astrid);
    accepted(await till("GET", `/customers/${astrid}`), customer);
  });
});
