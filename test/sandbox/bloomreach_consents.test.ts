import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ASTRID, type Bloomreach, bloomreachOf } from "./bloomreach_calls.ts";
import { type Sandbox, startSandbox } from "./harness.ts";

// contracts/bloomreach.md §7
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function fresh(): Bloomreach {
  instance += 1;
  return bloomreachOf(sandbox, `consents-${String(instance)}`);
}

const now = (): number => Math.floor(Date.now() / 1000);
const full = () => ({
  action: "accept",
  category: "newsletter",
  valid_until: "unlimited",
  timestamp: now(),
});
const send = async (calls: Bloomreach, properties: object, ids: object = ASTRID): Promise<void> => {
  const answer = await calls.event(ids, "consent", properties);
  expect(answer.json()).toEqual({ errors: [], success: true });
  await calls.control("POST", "/flush");
};
const valid = async (calls: Bloomreach, category = "newsletter", ids: object = ASTRID) =>
  (await calls.attributes(ids, [{ type: "consent", category, mode: "valid" }]))[0]?.value;
const effects = async (calls: Bloomreach): Promise<unknown[]> =>
  (await calls.writes()).map(({ outcome }) => outcome?.["consent"]);

test("accept and reject, read in every mode", async () => {
  const calls = fresh();
  const bertil = { registered: "bertil@example.com" };
  const category = "newsletter";
  expect(await valid(calls, category, bertil)).toBe(false);
  const accepted = { ...full(), source: "pos", message: "Yes" };
  await send(calls, accepted, bertil);
  const modes = ["valid", "until", "timestamp", "message", "source"];
  const results = await calls.attributes(
    bertil,
    modes.map((mode) => ({ type: "consent", category, mode })),
  );
  expect(results.map(({ value }) => value)).toEqual([
    true,
    "unlimited",
    accepted.timestamp,
    "Yes",
    "pos",
  ]);
  const [stored] = await calls.events("?type=consent&customer=bertil@example.com");
  expect(stored?.properties).toMatchObject({
    identification: "bertil@example.com",
    identification_type: "registered",
  });
  await send(calls, { ...full(), action: "reject", timestamp: now() + 1 }, bertil);
  expect(await valid(calls, category, bertil)).toBe(false);
  expect(await effects(calls)).toEqual(["accepted", "rejected"]);
});

describe("an invalid event revokes", () => {
  const { action: _action, ...noAction } = full();
  const { valid_until: _until, ...noUntil } = full();
  const { timestamp: _timestamp, ...noTimestamp } = full();
  test.each([
    [noAction, "unknown action"],
    [{ ...full(), action: "Accept" }, "unknown action"],
    [noUntil, "no valid_until"],
    [{ ...full(), valid_until: "forever" }, "no valid_until"],
    [noTimestamp, "no timestamp"],
    [{ ...full(), timestamp: "2026-11-24T12:00:00Z" }, "no timestamp"],
  ])("%j", async (properties, why) => {
    const calls = fresh();
    expect(await valid(calls)).toBe(true);
    await send(calls, properties);
    expect(await valid(calls)).toBe(false);
    expect(await effects(calls)).toEqual([`revoked: ${why}`]);
  });

  test("without a known category there is nothing to revoke", async () => {
    const calls = fresh();
    await send(calls, { ...full(), category: "Newsletter" });
    await send(calls, { action: "reject", timestamp: now() });
    expect(await valid(calls)).toBe(true);
    expect(await effects(calls)).toEqual(["no effect: unknown category", "no effect: no category"]);
  });
});

test("passing valid_until ends a consent without a reject", async () => {
  const calls = fresh();
  expect(await valid(calls, "newsletter", { registered: "nora@example.net" })).toBe(false);
  const until = now() + 60;
  await send(calls, { ...full(), valid_until: until });
  expect(await valid(calls)).toBe(true);
  await calls.later(61_000);
  expect(await valid(calls)).toBe(false);
});

test("the later consent wins, not the later event to arrive", async () => {
  const calls = fresh();
  await send(calls, { ...full(), action: "reject", timestamp: now() + 100 });
  await send(calls, { ...full(), timestamp: now() + 50 });
  expect(await valid(calls)).toBe(false);
});

test("a category takes consents from its sources alone", async () => {
  const calls = fresh();
  await send(calls, { ...full(), category: "partner_offers" });
  expect(await valid(calls, "partner_offers")).toBe(false);
  await calls.control("PATCH", "/categories/partner_offers", { sources: { private_api: true } });
  expect(await valid(calls, "partner_offers")).toBe(true);
  const body = {
    customer_ids: ASTRID,
    event_type: "consent",
    properties: { ...full(), action: "reject" },
  };
  const token = { authorization: "Token sandbox-bloomreach-public-token" };
  await calls.track("POST", "/customers/events", body, token);
  await calls.control("POST", "/flush");
  expect(await valid(calls)).toBe(true);
  expect(await effects(calls)).toEqual([
    "no effect: private_api is no source of this category",
    "no effect: public_api is no source of this category",
  ]);
});

test("the categories say so (§6)", async () => {
  const { results } = (await fresh().data("GET", "/consent/categories")).json<{
    results: { id: string; sources: Record<string, boolean> }[];
  }>();
  expect(results[0]).toEqual({
    id: "newsletter",
    legitimate_interest: false,
    sources: {
      crm: true,
      import: true,
      page: true,
      private_api: true,
      public_api: false,
      scenario: true,
      sms_reply: true,
      list_unsubscribe: true,
    },
    translations: { "": { name: "Newsletter", description: null } },
  });
  expect(results.map(({ id, sources }) => [id, sources["private_api"]])).toEqual([
    ["newsletter", true],
    ["sms_marketing", true],
    ["personal_offers", true],
    ["partner_offers", false],
  ]);
});
