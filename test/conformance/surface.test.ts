import { describe, expect, it } from "vitest";
import * as z from "zod";
import da from "../../public/_texts/da.json";
import de from "../../public/_texts/de.json";
import fi from "../../public/_texts/fi.json";
import nb from "../../public/_texts/nb.json";
import sv from "../../public/_texts/sv.json";
import { english } from "../../src/spi/english.ts";
import { astrid, nobody, refused, send, useGateway, voucherId } from "./harness.ts";

const gateway = useGateway();
const openApi = z.looseObject({
  openapi: z.string().regex(/^3\.1/),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const methodsOf = (item: object) =>
  Object.keys(item).filter((name) => ["get", "post", "put", "delete"].includes(name));
const unescaped = (path: string) =>
  path.replaceAll("{tenant}", "demo").replaceAll("{channel}", "voyado");

describe("what is open to everybody", () => {
  it("GET /healthz", async () => {
    const reply = await send(`${gateway.running().gateway.url}/healthz`);
    expect([reply.status, reply.json]).toEqual([200, { ok: true }]);
    expect(reply.headers.get("x-request-id")).toMatch(/.+/);
  });

  it("GET /openapi.json names every route that the gateway serves", async () => {
    const { gateway: server, demo } = gateway.running();
    const reply = await send(`${server.url}/openapi.json`);
    expect(reply.status).toBe(200);
    const { paths } = openApi.parse(reply.json);
    const served = Object.entries(paths).flatMap(([path, item]) =>
      methodsOf(item).map((method) => `${method.toUpperCase()} ${path.replace(/^.*\/v2/, "")}`),
    );
    expect(served).toEqual(
      expect.arrayContaining([
        "GET /customers",
        "POST /customers",
        "GET /lookup",
        "GET /customers/{customer_id}",
        "PUT /customers/{customer_id}",
        "GET /customers/{customer_id}/transactions",
        "POST /customers/{customer_id}/redeem",
        "DELETE /customers/{customer_id}/redeem",
        "DELETE /customers/{customer_id}/redeem/{redeem_id}",
        "GET /consents",
        "GET /additional_options",
      ]),
    );
    // And serves every route that it names: none of them is an unknown address.
    for (const [path, item] of Object.entries(paths)) {
      if (!path.includes("/v2/")) continue;
      for (const method of methodsOf(item)) {
        const url = unescaped(path).replace("{customer_id}", astrid).replace("{redeem_id}", "r-9");
        const asked = await send(`${server.url}${url}`, {
          method: method.toUpperCase(),
          headers: { Authorization: `Basic ${btoa(demo.spi)}`, "Content-Type": "application/json" },
          ...(method === "get" ? {} : { body: "{}" }),
        });
        expect(asked.status, `${method} ${path}`).not.toBe(404);
      }
    }
  });

  it("nothing else", async () => {
    const { url } = gateway.running().gateway;
    for (const path of [
      "/",
      "/favicon.ico",
      "/.env",
      "/robots.txt",
      "/healthz/x",
      "/_texts/sv.json",
    ]) {
      const reply = await send(`${url}${path}`);
      refused(reply, 404);
    }
  });
});

describe("what a cashier reads", () => {
  it.each([
    ["sv-FI", sv],
    ["no-NO", nb],
    ["da-DK", da],
    ["fi-FI", fi],
    ["de-AT", de],
    ["fr-FR", english],
  ])("is in the language of %s", async (locale, { messages }) => {
    const shop = await gateway.onboard(`shop-${locale.toLowerCase()}`, { market: { locale } });
    const reply = await gateway.till(shop)("GET", `/customers/${nobody}`);
    expect(refused(reply, 404)).toBe(messages.customer_not_found);
  });
});

describe("headers", () => {
  const query = { key_type: "member_number", key: "10012" };
  it("X-Request-Id is the caller's where there is one, and on every answer", async () => {
    const till = gateway.till();
    const named = await till("GET", "/customers", {
      query,
      headers: { "X-Request-Id": "till-4711" },
    });
    expect(named.headers.get("x-request-id")).toBe("till-4711");
    const first = (await till("GET", "/customers", { query })).headers.get("x-request-id");
    const second = (await till("GET", "/customers", { query })).headers.get("x-request-id");
    expect(first).toMatch(/^[\w-]{16,64}$/);
    expect(second).not.toBe(first);
    const odd = await till("GET", "/customers", {
      query,
      headers: { "X-Request-Id": `<script>${"x".repeat(200)}` },
    });
    expect(odd.headers.get("x-request-id")).toMatch(/^[\w-]{1,64}$/);
  });

  it("Server-Timing says where the time went, on success and on refusal", async () => {
    const till = gateway.till();
    const replies = [
      await till("GET", "/customers", { query }),
      await till("GET", "/customers", { query: { key: "1" } }),
      await till("POST", "/customers", { body: "{" }),
      await till("GET", "/consents", { authorization: null }),
      await till("POST", `/customers/${astrid}/redeem`, { body: { bonus_checks: [voucherId(5)] } }),
    ];
    for (const { headers } of replies)
      expect(headers.get("server-timing")).toMatch(/^auth;dur=\d+, crm;dur=\d+, map;dur=\d+$/);
  });

  it("the body that is too large is refused in the same way", async () => {
    const reply = await gateway.till()("POST", "/customers", {
      body: `{"x":"${"y".repeat(300_000)}"}`,
    });
    refused(reply, 400, /256 KiB/);
    expect(reply.headers.get("server-timing")).toMatch(/auth;dur=/);
  });

  it("the published answer is JSON, unless it is none", async () => {
    const reply = await gateway.till()("GET", "/customers", { query });
    expect(reply.headers.get("content-type")).toMatch(/^application\/json/);
  });
});
