import { readFile } from "node:fs/promises";
import path from "node:path";
import { Hono } from "hono";
import { requestId } from "hono/request-id";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { examples } from "../local/openapi_examples.ts";
import { openApi, openApiText } from "../local/openapi.ts";
import { refusalStatuses } from "../local/openapi_paths.ts";
import { adminRoutes, type AdminDeps } from "../src/admin/routes.ts";
import { eventRoutes, type EventsDeps } from "../src/events/routes.ts";
import type { Crm, Profile } from "../src/crm/port.ts";
import { ok } from "../src/model/outcome.ts";
import * as contract from "../src/spi/contract_answers.ts";
import { customerBody, redeemBody, undoBody } from "../src/spi/contract_requests.ts";
import { english } from "../src/spi/english.ts";
import { spiRoutes, type SpiDeps } from "../src/spi/routes.ts";
import { fakeCrm } from "./fake_crm.ts";
import { channel, tenantWith } from "./tenant_fixture.ts";

const document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const methods = ["get", "post", "put", "delete"];
const { paths } = document.parse(JSON.parse(openApiText()));
const described = Object.entries(paths).flatMap(([where, item]) =>
  Object.keys(item)
    .filter((key) => methods.includes(key))
    .map((method) => `${method.toUpperCase()} ${where}`),
);

/** The surfaces as they are wired, on dependencies that no route table asks for. */
const unused = (): never => {
  throw new Error("not part of this test");
};
const card: Profile = {
  customer: {
    id: "c-1",
    memberNumber: "10012",
    email: "astrid@example.com",
    nameFirst: "Astrid",
    nameLast: "Exempel",
    mobile: "+46701740605",
    gender: "female",
    invoiceAddress: { address: "Exempelgatan 12", city: "Stockholm", countryId: "se" },
    accepts: { email: true, sms: false },
    consents: ["memberTerms"],
    storeIdHome: "200",
  },
  sections: [{ title: "Membership", values: [{ title: "Points", text: "1250" }] }],
  voucherPasswords: ["member"],
  statusText: "Gold",
  degraded: [],
};

const register = fakeCrm(() => 0);
register.put({ kind: "promotion", id: "p-1" });
register.put({ kind: "bonus_check", id: "b-1" }, "2030-01-31T00:00:00Z");
const crm: Crm = {
  ...register.crm,
  search: () => Promise.resolve(ok({ id: "c-1" })),
  get: () => Promise.resolve(ok(card)),
  update: () => Promise.resolve(ok(card)),
  lookup: () => Promise.resolve(ok({ nameFirst: "Ivar", mobile: "+46701740620" })),
  consents: () => Promise.resolve(ok([{ id: "memberTerms", name: "Member terms", value: false }])),
  purchases: () =>
    Promise.resolve(
      ok({
        totalCount: 1,
        items: [
          {
            saleId: "sitoo-90316-1-12345",
            receiptNumber: "SII1",
            at: "2026-01-31T10:15:00+01:00",
            storeName: "City",
            currency: "SEK",
            total: -299_000,
            items: [{ sku: "A1", name: "Coat", quantity: "-1", total: -299_000 }],
          },
        ],
      }),
    ),
};

const tenant = tenantWith([
  channel("voyado", {
    client: {
      searchTypes: ["mobile", "email"],
      lookupType: "personal_id",
      fieldsAdd: { name: "editable", email: "editable" },
      fieldsEdit: { email: "editable" },
      required: [],
      memberNumberPatterns: [],
      sections: [],
    },
  }),
]);
const spiDeps: SpiDeps = {
  now: () => 0,
  authenticate: () =>
    Promise.resolve({
      kind: "found",
      tenant,
      stored: { name: "acme", version: 1, revision: 1, document: "{}", credentials: [] },
    }),
  mayFail: () => Promise.resolve(true),
  texts: () => Promise.resolve(english),
  open: () => ({
    crm: { ...crm, capabilities: { ...crm.capabilities, lookupBy: ["personal_id"] } },
    createCustomer: () => Promise.resolve(ok(card)),
    redemptions: {
      moveTo: () => undefined,
      overlay: () => Promise.resolve([]),
      redeem: ({ refs }) =>
        Promise.resolve({
          redeemId: "l.g.m",
          result: {
            kind: "redeemed",
            groupId: "g",
            items: refs.map((ref) => ({ ...ref, redeemed: true })),
          },
        }),
      undo: ({ refs = [] }) =>
        Promise.resolve({
          redeemId: "l.g.m",
          result: {
            kind: "undone",
            groupId: "g",
            items: refs.map((ref) => ({ ...ref, redeemed: false })),
          },
        }),
    },
  }),
  redeemIsPaused: () => Promise.resolve(false),
  captureShape: () => Promise.resolve(),
  log: () => undefined,
};
const eventsDeps: EventsDeps = {
  now: () => 0,
  authenticate: unused,
  mayFail: unused,
  captureShape: unused,
  enqueue: unused,
  deadLetter: unused,
  log: () => undefined,
};
const adminDeps: AdminDeps = {
  mayOperate: unused,
  tenant: unused,
  shapes: unused,
  deadLetters: unused,
  deadLetter: unused,
  markReplayed: unused,
  enqueue: unused,
  journal: unused,
  walk: unused,
  lettersOf: unused,
  crm: unused,
  lane: unused,
  capabilities: unused,
  pauses: unused,
  pause: unused,
  resume: unused,
  reread: unused,
  sitoo: unused,
  ledger: unused,
  customerIndex: unused,
  signingKeys: unused,
  now: () => 0,
  log: () => undefined,
};

/** Hono's table without middleware and without what answers everything else. */
const routesOf = (app: { routes: { method: string; path: string }[] }, below = ""): string[] => [
  ...new Set(
    app.routes
      .filter(({ method, path: where }) => method !== "ALL" && !where.endsWith("*"))
      .map(({ method, path: where }) => `${method} ${below}${where.replaceAll(/:(\w+)/g, "{$1}")}`),
  ),
];

const spi = spiRoutes(spiDeps);
const app = new Hono<{ Variables: { requestId: string } }>().use(requestId()).route("/", spi);
const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
const ask = async (method: string, below: string, body?: unknown): Promise<unknown> => {
  const response = await app.request(
    `/acme/voyado/v2${below}`,
    { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) },
    {},
    context,
  );
  expect(response.status).toBe(200);
  return response.json();
};

describe("the OpenAPI document", () => {
  it("is what the schemas say: after a change run `npm run openapi`", async () => {
    const file = path.resolve(import.meta.dirname, "../public/openapi.json");
    expect(await readFile(file, "utf8")).toBe(openApiText());
  });

  it("describes every route, and none that is not there", () => {
    const routed = [
      ...routesOf(spi),
      ...routesOf(eventRoutes(eventsDeps)),
      ...routesOf(adminRoutes(adminDeps), "/admin"),
      "GET /healthz",
      "GET /openapi.json",
    ];
    expect(described.toSorted()).toEqual(routed.toSorted());
  });

  it("names no status that Sitoo does not publish", () => {
    expect(refusalStatuses).toEqual([400, 401, 403, 404, 429, 500, 502, 503, 504]);
    const named = [...openApiText().matchAll(/"(\d{3})":\{/g)].map(([, status]) => Number(status));
    // 201 and 204 are answers that a tenant switches on (spi.create_status, spi.undo_answer).
    expect(new Set(named)).toEqual(new Set([200, 201, 204, 400, 403, 502, 504]));
  });

  it("points at nothing that it does not hold", () => {
    const whole: unknown = openApi();
    const at = (pointer: string): unknown =>
      pointer
        .slice(2)
        .split("/")
        .reduce<unknown>(
          (value, step) =>
            typeof value === "object" && value !== null
              ? Object.getOwnPropertyDescriptor(value, step)?.value
              : undefined,
          whole,
        );
    const pointers = [...openApiText().matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to ?? "");
    expect(pointers.length).toBeGreaterThan(50);
    expect(pointers.filter((pointer) => at(pointer) === undefined)).toEqual([]);
  });

  it("has examples that its own schemas take", () => {
    expect(contract.customer.safeParse(examples.customer).error).toBeUndefined();
    expect(contract.person.safeParse(examples.person).error).toBeUndefined();
    expect(contract.redeemResult.safeParse(examples.redeemed).error).toBeUndefined();
    expect(contract.transaction.safeParse(examples.transaction).error).toBeUndefined();
    expect(contract.consent.safeParse(examples.consent).error).toBeUndefined();
    expect(customerBody.safeParse(examples.createBody).error).toBeUndefined();
    expect(redeemBody.safeParse(examples.redeemBody).error).toBeUndefined();
    expect(undoBody.safeParse(examples.redeemBody).error).toBeUndefined();
  });
});

describe("what the SPI answers", () => {
  const both = { promotions: ["p-1"], bonus_checks: ["b-1"] };
  const answers: readonly [
    name: string,
    schema: z.core.$ZodType,
    answer: () => Promise<unknown>,
  ][] = [
    [
      "search",
      z.array(contract.customer).length(1),
      () => ask("GET", "/customers?key_type=email&key=astrid@example.com"),
    ],
    ["read", contract.customer, () => ask("GET", "/customers/c-1")],
    ["create", contract.created, () => ask("POST", "/customers", { name: "Nils Exempel" })],
    ["update", contract.customer, () => ask("PUT", "/customers/c-1", { email: "a@example.com" })],
    ["lookup", z.array(contract.person).length(1), () => ask("GET", "/lookup?key=189001049817")],
    [
      "transactions",
      z.array(contract.transaction).length(1),
      () => ask("GET", "/customers/c-1/transactions"),
    ],
    ["redeem", contract.redeemResult, () => ask("POST", "/customers/c-1/redeem", both)],
    ["undo", contract.redeemResult, () => ask("DELETE", "/customers/c-1/redeem", both)],
    ["consents", z.array(contract.consent).length(1), () => ask("GET", "/consents")],
    [
      "additional options",
      z.array(contract.additionalOption),
      () => ask("GET", "/additional_options"),
    ],
  ];
  it.each(answers)("%s is as the contract has it", async (_name, schema, answer) => {
    const read = z.safeParse(schema, await answer());
    expect(read.error).toBeUndefined();
  });

  it("a refusal is the error object", async () => {
    const response = await app.request(
      "/acme/voyado/v2/customers?key_type=x&key=1",
      {},
      {},
      context,
    );
    expect(response.status).toBe(400);
    expect(contract.errorBody.safeParse(await response.json()).error).toBeUndefined();
  });
});
