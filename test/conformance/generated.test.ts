import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorBody } from "../../src/spi/contract_answers.ts";
import { astrid, basic, bertil, nobody, send, useGateway, voucherId } from "./harness.ts";

const gateway = useGateway();
/** A fixed seed: a failing run is the same run again. */
const runs = { seed: 20_261_123, endOnFailure: true } as const;
const published = [200, 400, 401, 403, 404, 429, 500, 502, 503, 504];

const check = (reply: Awaited<ReturnType<typeof send>>): void => {
  expect(reply.status, reply.text).toBeLessThan(500);
  expect(published).toContain(reply.status);
  expect(reply.headers.get("x-request-id")).toMatch(/.+/);
  if (reply.status !== 200) errorBody.parse(reply.json);
};

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "",
    " ",
    "0",
    "null",
    "../..",
    "%",
    "%00",
    "'\"`;--",
    "\u{1F4A5}",
    "\u0000",
    "a".repeat(600),
    "+46701740605",
    "astrid@example.com",
    "10012",
    "-1",
    "1e400",
  ),
);
const ids = fc.oneof(text, fc.constantFrom(astrid, bertil, nobody, voucherId(1), voucherId(4)));
const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), text, ids);

const fields = [
  "customer_id",
  "member_number",
  "email",
  "name",
  "name_first",
  "name_last",
  "mobile",
  "phone",
  "personal_id",
  "company",
  "gender",
  "birthday",
  "invoice_address",
  "delivery_address",
  "accepts_communication",
  "accepts_email",
  "consents",
  "additional_options",
  "store_id_home",
  "__proto__",
  "constructor",
] as const;
const form = fc.dictionary(
  fc.constantFrom(...fields),
  fc.oneof(
    anything,
    fc.record({ city: anything, country_id: anything }),
    fc.array(text, { maxLength: 3 }),
  ),
  { maxKeys: 8 },
);
const instruments = fc.dictionary(
  fc.constantFrom("promotions", "bonus_checks", "bonuschecks", "items", "customer_id", "redeem_id"),
  fc.oneof(
    anything,
    fc.array(fc.oneof(ids, fc.record({ id: ids, type: text, amount: anything })), { maxLength: 4 }),
  ),
  { maxKeys: 4 },
);
const body = fc.oneof(
  fc.oneof(form, instruments, anything).map((value) => JSON.stringify(value)),
  fc.string({ maxLength: 60 }),
  fc.constantFrom("", "{", "[", "[]", "{}", "null", '{"a":1}{"b":2}', "\uFEFF{}"),
);
const segment = fc.oneof(
  ids.map((value) => encodeURIComponent(value.replace(/[\uD800-\uDFFF]/g, ""))),
  fc.constantFrom(
    "customers",
    "lookup",
    "redeem",
    "transactions",
    "consents",
    "..",
    "%2e%2e",
    "%",
    "%zz",
  ),
);
const path = fc.oneof(
  fc.constantFrom(
    "/customers",
    "/lookup",
    "/customers/lookup",
    "/lookup_customers",
    "/redeem",
    "/consents",
    "/additional_options",
  ),
  segment.map((id) => `/customers/${id}`),
  segment.map((id) => `/customers/${id}/transactions`),
  segment.map((id) => `/customers/${id}/redeem`),
  fc.tuple(segment, segment).map(([id, redeem]) => `/customers/${id}/redeem/${redeem}`),
  segment.map((id) => `/redeem/${id}`),
  fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join("/")}`),
);
const query = fc.dictionary(
  fc.constantFrom("key", "key_type", "start", "num", "eshop_id", "x"),
  fc.oneof(text, fc.constantFrom("mobile", "email", "personal_id", "member_number", "customer_id")),
);
const headerText = fc.oneof(
  fc.string({ maxLength: 30 }).map((value) => value.replace(/[^\x21-\x7E ]/g, "").trim()),
  fc.constantFrom("%", "%E0%A4%A", "%7Bregister%7D", "self-1", "x".repeat(1_000)),
);
const headers = fc.dictionary(
  fc.constantFrom("Store-ID", "Staff-ID", "Register-ID", "X-Request-Id", "Accept", "Request-ID"),
  headerText,
);
const method = fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH");

describe("no generated request gives a 5xx", () => {
  it("of a till that may", async () => {
    const { gateway: server, demo } = gateway.running();
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(
        method,
        path,
        query,
        body,
        headers,
        async (verb, where, asked, sent, named) => {
          const search = new URLSearchParams(asked).toString();
          const reply = await send(`${server.url}/demo/voyado/v2${where}?${search}`, {
            method: verb,
            headers: {
              ...named,
              Authorization: basic(demo.spi),
              "Content-Type": "application/json",
            },
            ...(verb === "GET" ? {} : { body: sent }),
          });
          seen.add(reply.status);
          check(reply);
        },
      ),
      { ...runs, numRuns: 500 },
    );
    // The generator reaches past the doors.
    expect([...seen]).toEqual(expect.arrayContaining([200, 400, 404]));
  });

  it.each<[string, string, fc.Arbitrary<unknown>]>([
    ["PUT", `/customers/${bertil}`, form],
    ["POST", "/customers", form],
    ["POST", `/customers/${bertil}/redeem`, instruments],
    ["DELETE", `/customers/${bertil}/redeem`, instruments],
  ])("in the body of %s %s", async (verb, where, value) => {
    const { gateway: server, demo } = gateway.running();
    await fc.assert(
      fc.asyncProperty(value, async (sent) => {
        check(
          await send(`${server.url}/demo/voyado/v2${where}`, {
            method: verb,
            headers: { Authorization: basic(demo.spi), "Content-Type": "application/json" },
            body: JSON.stringify(sent),
          }),
        );
      }),
      { ...runs, numRuns: 120 },
    );
  });

  it("as a search key", async () => {
    const { gateway: server, demo } = gateway.running();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("mobile", "email", "personal_id", "member_number", "customer_id"),
        text,
        async (keyType, key) => {
          const search = new URLSearchParams({ key_type: keyType, key }).toString();
          const reply = await send(`${server.url}/demo/voyado/v2/customers?${search}`, {
            headers: { Authorization: basic(demo.spi) },
          });
          check(reply);
          expect(key.trim() === "" ? [400] : [200]).toContain(reply.status);
        },
      ),
      { ...runs, numRuns: 150 },
    );
  });

  it("as events", async () => {
    const element = fc.oneof(
      anything,
      fc.record({
        event_id: anything,
        event_type: fc.oneof(fc.constant("order"), anything),
        event_date: anything,
        account_id: fc.oneof(fc.constant(90316), anything),
        data: fc.oneof(
          anything,
          fc.record({
            eshop_id: fc.oneof(fc.constant(1), anything),
            order_id: anything,
            order_event_type: anything,
          }),
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.array(element, { maxLength: 5 }).map((list) => JSON.stringify(list)),
          fc.string(),
        ),
        async (sent) => {
          const reply = await gateway.events(sent);
          expect([200, 400], reply.text).toContain(reply.status);
        },
      ),
      { ...runs, numRuns: 120 },
    );
  });

  it("of somebody who may not: 401, 404 or 429", async () => {
    const { url } = gateway.running().gateway;
    await fc.assert(
      fc.asyncProperty(
        method,
        fc.array(segment, { maxLength: 5 }),
        headerText,
        async (verb, parts, authorization) => {
          const reply = await send(`${url}/${parts.join("/")}`, {
            method: verb,
            headers: { Authorization: authorization },
          });
          expect([401, 404, 429], reply.text).toContain(reply.status);
        },
      ),
      { ...runs, numRuns: 100 },
    );
  });
});
