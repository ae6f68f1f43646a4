import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { projectDir } from "../../local/bundle.ts";
import { localKeys } from "../../src/cli/local_keys.ts";
import {
  astrid,
  basic,
  bertil,
  eventually,
  send,
  useGateway,
  voucherId,
  type Reply,
} from "./harness.ts";

const gateway = useGateway();
const replies: Reply[] = [];

/** What seeds and requests of this file hold of people; none of it belongs in a log, an error or a table. */
const personal = [
  "astrid@example.com",
  "bertil@example.com",
  "Astrid",
  "Exempel",
  "Provsson",
  "701740605",
  "70-174 06 05",
  "701740606",
  "189001019802",
  "189001049817",
  "Exempelgatan",
  "111 22",
  "ivar",
  "Folkbokv",
  "10012",
  "1985-04-12",
  "hemlig-nils",
  "Hemligsson",
  "701740688",
  "hemlig-kund",
  "%40example",
  "18900101-9802",
] as const;

/** Every surface once, well and badly. */
beforeAll(async () => {
  const till = gateway.till();
  const ask = async (...call: Parameters<typeof till>): Promise<void> =>
    void replies.push(await till(...call));
  const person = {
    name: "Nils Hemligsson",
    email: "hemlig-nils@example.com",
    mobile: "0701740688",
    personal_id: "189001049817",
  };
  const keys: Record<string, string> = {
    mobile: "070-174 06 05",
    email: "astrid@example.com",
    personal_id: "18900101-9802",
    member_number: "10012",
    nonsense: "Astrid Exempel",
  };
  const faults = [
    undefined,
    { type: "status", status: 500 },
    { type: "garbage" },
    {
      type: "status",
      status: 422,
      body: { validationErrors: [{ errorDescription: "astrid@example.com is taken by Astrid" }] },
    },
    { type: "status", status: 401 },
  ] as const;
  for (const fault of faults) {
    if (fault !== undefined) await gateway.voyado().fault(fault, { path: "/api/" });
    for (const [key_type, key] of Object.entries(keys))
      await ask("GET", "/customers", {
        query: { key_type, key },
        headers: { "Staff-ID": "Astrid%20Exempel", "Register-ID": "astrid@example.com" },
      });
    await ask("GET", "/lookup", { query: { key: "189001049817" } });
    await ask("POST", "/customers", { body: person });
    await ask("POST", "/customers", {
      body: { ...person, email: "hemlig-nils", gender: "Hemligsson" },
    });
    await ask("PUT", `/customers/${astrid}`, {
      body: { name_last: "Exempel", invoice_address: { city: "Lund" } },
    });
    await ask("PUT", `/customers/${bertil}`, { body: { personal_id: "189001019802" } });
    await ask("GET", `/customers/${astrid}/transactions`);
    await ask("GET", "/customers/astrid@example.com");
    await ask("POST", "/customers", {
      body: { "astrid@example.com": { "Astrid Exempel": 1 } },
      query: { "070-174 06 05": "1" },
    });
    await ask("POST", `/customers/${astrid}/redeem`, { body: { bonus_checks: [voucherId(1)] } });
    await ask("DELETE", `/customers/${astrid}/redeem`, { body: { bonus_checks: [voucherId(1)] } });
    await ask("GET", "/consents", { authorization: basic("astrid@example.com:189001019802") });
    await gateway.voyado().clearFaults();
  }
  const known = await gateway.sitoo().sell({
    customerId: astrid,
    email: "astrid@example.com",
    phone: "+46701740605",
    nameFirst: "Astrid",
    nameLast: "Exempel",
    items: [{ sku: "S3" }],
  });
  // The CRM refuses this one, with a person in its words; it becomes a dead letter.
  const refusedSale = await gateway.sitoo().sell({
    email: "hemlig-kund@example.com",
    nameFirst: "Hemlig",
    nameLast: "Hemligsson",
    items: [{ sku: "T4" }],
  });
  await gateway.voyado().fault(
    {
      type: "status",
      status: 422,
      body: {
        errorCode: "ValidationError",
        validationErrors: [
          { errorDescription: "Contact 'Astrid' astrid@example.com +46701740605 is closed." },
        ],
      },
    },
    { path: "/receipts", method: "POST" },
  );
  replies.push(
    await gateway.events([
      ...known.events,
      ...refusedSale.events,
      { event_id: "astrid@example.com", note: "Astrid Exempel", email: "astrid@example.com" },
      "astrid@example.com",
    ]),
  );
  await eventually(
    async () => {
      const list = await gateway.admin("/tenants/demo/dead-letters");
      return list.text.includes("422") || undefined;
    },
    "the dead letter of the refused receipt",
    20_000,
  );
}, 90_000);

const secretsOf = async () => {
  const { demo, stateDir } = gateway.running();
  const { configKey, adminToken } = await localKeys(stateDir);
  const [, spi = ""] = demo.spi.split(":");
  const [, events = ""] = demo.events.split(":");
  return [
    "sandbox-voyado-key",
    "sandbox-sitoo-password",
    spi,
    events,
    basic(demo.spi).slice(6),
    configKey,
    adminToken,
  ];
};
const hits = (text: string, words: readonly string[]): string[] =>
  words.filter((word) => text.toLowerCase().includes(word.toLowerCase()));

describe("logs", () => {
  it("are JSON lines that name the call and its outcome", () => {
    const lines = gateway
      .running()
      .logs.map(({ message }) => message)
      .filter((line) => line.startsWith("{"));
    const spi = lines
      .map((line) => z.looseObject({ event: z.string() }).parse(JSON.parse(line)))
      .filter(({ event }) => event === "spi");
    expect(spi.length).toBeGreaterThan(70);
    for (const line of spi)
      expect(line).toMatchObject({
        request_id: expect.any(String),
        tenant: "demo",
        operation: expect.any(String),
        outcome: expect.any(String),
        ms: expect.any(Number),
      });
    expect(lines.some((line) => line.includes('"events"'))).toBe(true);
  });

  it("hold no person and no secret", async () => {
    const words = [...personal, ...(await secretsOf())];
    for (const { message } of gateway.running().logs)
      expect(hits(message, words), message).toEqual([]);
  });

  it("take no word of an address that names no tenant", async () => {
    const { gateway: server, logs } = gateway.running();
    const from = logs.length;
    const asked = await send(`${server.url}/astrid@example.com/voyado/v2/consents`, {
      headers: { Authorization: basic("a:b") },
    });
    expect(asked.status).toBe(404);
    await eventually(async () => logs.length > from, "the log line");
    for (const { message } of logs.slice(from))
      expect(hits(message, personal), message).toEqual([]);
  });

  it("of the platform are off: they hold query strings", async () => {
    const toml = await readFile(join(projectDir, "wrangler.toml"), "utf8");
    expect(toml).toMatch(/invocation_logs = false/);
    expect(toml).toMatch(/\[observability\.traces\]\s+enabled = false/);
  });
});

describe("answers", () => {
  it("never hold a secret, and refusals hold nobody but what this till just typed", async () => {
    const secrets = await secretsOf();
    expect(replies.length).toBeGreaterThan(70);
    for (const { text } of replies) expect(hits(text, secrets), text).toEqual([]);
  });

  it("of the operations API hold ids, not persons", async () => {
    for (const path of [
      "/tenants/demo/dead-letters",
      "/tenants/demo/shapes",
      `/tenants/demo/channels/voyado/customers/${astrid}/redemptions`,
    ]) {
      const reply = await gateway.admin(path);
      expect(reply.status).toBe(200);
      expect(reply.text.length).toBeGreaterThan(50);
      expect(hits(reply.text, [...personal, ...(await secretsOf())]), reply.text).toEqual([]);
    }
  });
});

describe("what is stored in D1", () => {
  it("holds no person in clear and no secret", async () => {
    const db = await gateway.running().gateway.miniflare.getD1Database("DB");
    const { results: tables } = await db
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'",
      )
      .all<{ name: string }>();
    expect(tables.length).toBeGreaterThan(2);
    const words = [...personal, ...(await secretsOf())];
    for (const { name } of tables) {
      const { results } = await db.prepare(`SELECT * FROM "${name}"`).all();
      expect(hits(JSON.stringify(results), words), name).toEqual([]);
    }
  });
});
