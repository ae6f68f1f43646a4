import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ASTRID,
  basic,
  type Bloomreach,
  bloomreachOf,
  type Result,
  TOKEN,
} from "./bloomreach_calls.ts";
import { type Sandbox, startSandbox } from "./harness.ts";

// contracts/bloomreach.md; the section in brackets is the clause that a test covers.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function fresh(): Bloomreach {
  instance += 1;
  return bloomreachOf(sandbox, `access-${String(instance)}`);
}

const PROBE = `/track/v2/projects/${TOKEN}/system/time`;
const NAME = { type: "property", property: "first_name" };
const asKey = (authorization: string | undefined) => ({ authorization });

describe("who is let in (§1, §2)", () => {
  test("the credential probe answers the time and a request id that names the log entry", async () => {
    const calls = fresh();
    const answer = await calls.track("GET", "/system/time");
    expect(answer.json()).toEqual({ success: true, time: expect.any(Number) });
    expect(answer.headers.get("x-request-id")).toMatch(/-0+1$/);
    expect((await calls.raw("GET", "/nowhere")).headers.get("x-request-id")).toMatch(/-0+2$/);
  });

  test.each([
    [undefined, 401, "Access key not provided"],
    ["Basic !", 401, "Access key not provided"],
    ["Bearer sandbox-bloomreach-key", 401, "Access key not provided"],
    [basic("sandbox-bloomreach-nobody"), 401, "Access key not found"],
    [basic("sandbox-bloomreach-key", "wrong"), 403, "invalid secret"],
    ["Token sandbox-bloomreach-nobody", 401, "Access key not found"],
  ])("authorization %s is %i %s", async (authorization, status, error) => {
    const answer = await fresh().raw("GET", PROBE, undefined, asKey(authorization));
    expect([answer.status, answer.json()]).toEqual([status, { success: false, error }]);
  });

  test("a basic in lower case works", async () => {
    const lower = basic("sandbox-bloomreach-key").replace("Basic", "basic");
    expect((await fresh().raw("GET", PROBE, undefined, asKey(lower))).status).toBe(200);
  });

  test("a wrong project token is 400 with either text", async () => {
    const calls = fresh();
    const path = "/track/v2/projects/b1000000-0000-4000-8000-000000000002/system/time";
    const read = async () => {
      const answer = await calls.raw("GET", path);
      return [answer.status, answer.json<{ error: string }>().error];
    };
    expect(await read()).toEqual([400, "Could not authenticate"]);
    await calls.profile({ badProjectText: "Invalid project id" });
    expect(await read()).toEqual([400, "Invalid project id"]);
  });

  test("public access opens tracking alone, by header or query", async () => {
    const calls = fresh();
    const token = asKey("Token sandbox-bloomreach-public-token");
    const query = `${PROBE}?access_token=sandbox-bloomreach-public-token`;
    expect((await calls.raw("GET", PROBE, undefined, token)).status).toBe(200);
    expect((await calls.raw("GET", query, undefined, asKey(undefined))).status).toBe(200);
    const read = { customer_ids: ASTRID, attributes: [NAME] };
    expect((await calls.data("POST", "/customers/attributes", read, token)).status).toBe(401);
  });

  test("a rotated secret works for a day beside the new one, a revoked one no longer", async () => {
    const calls = fresh();
    const rotate = "/keys/sandbox-bloomreach-key/rotate";
    await calls.control("POST", rotate, { secret: "sandbox-bloomreach-second" });
    const statuses = async (): Promise<number[]> => {
      const answers = ["sandbox-bloomreach-secret", "sandbox-bloomreach-second"].map((secret) =>
        calls.raw("GET", PROBE, undefined, asKey(basic("sandbox-bloomreach-key", secret))),
      );
      return (await Promise.all(answers)).map(({ status }) => status);
    };
    expect(await statuses()).toEqual([200, 200]);
    await calls.later(86_399_000);
    expect(await statuses()).toEqual([200, 200]);
    await calls.later(1000);
    expect(await statuses()).toEqual([403, 200]);
    await calls.control("POST", rotate, { secret: "sandbox-bloomreach-third" });
    expect(await statuses()).toEqual([403, 200]);
    await calls.control("POST", "/keys/sandbox-bloomreach-key/revoke");
    expect(await statuses()).toEqual([403, 403]);
  });

  test("no secret is in the log, wherever it stood", async () => {
    const calls = fresh();
    await calls.raw("GET", PROBE);
    await calls.raw("GET", PROBE, undefined, asKey(basic("sandbox-bloomreach-key", "wrong-word")));
    await calls.raw(
      "GET",
      `${PROBE}?access_token=sandbox-bloomreach-public-token&access_token=other-word`,
    );
    await calls.raw("GET", `${PROBE}?key=sandbox-bloomreach-secret`, undefined, {
      "x-key": "sandbox-bloomreach-secret",
    });
    const text = JSON.stringify((await calls.control("GET", "/requests")).json());
    expect(text).not.toMatch(/-secret|-public-token|other-word|wrong-word/);
    expect(text).not.toContain(btoa("sandbox-bloomreach-key:"));
    const { items } = JSON.parse(text) as {
      items: { headers: Record<string, string>; query: Record<string, unknown> }[];
    };
    expect(items.map(({ headers }) => headers["authorization"])).toEqual([
      "right",
      "wrong",
      "right",
      "right",
    ]);
    expect(items[2]?.query).toEqual({ access_token: ["right", "wrong"] });
  });
});

describe("permission matrix (§1, §2, §6)", () => {
  const BARE = asKey(basic("sandbox-bloomreach-bare-key"));

  test("a group that grants nothing: every refusal in its own shape", async () => {
    const calls = fresh();
    const all = [
      NAME,
      { type: "id", id: "registered" },
      { type: "consent", category: "newsletter" },
      { type: "segmentation", id: "5e0000000000000000000001" },
    ];
    const read = { customer_ids: ASTRID, attributes: all };
    const answer = await calls.data("POST", "/customers/attributes", read, BARE);
    expect(answer.json()).toEqual({
      success: true,
      results: [
        { success: false, error: "No permission" },
        { success: true, value: "astrid@example.com" },
        { success: false, error: "No permission" },
        { success: false, error: "No permission" },
      ],
    });
    const exported = await calls.data(
      "POST",
      "/customers/export-one",
      { customer_ids: ASTRID },
      BARE,
    );
    expect([exported.status, exported.json()]).toEqual([
      403,
      { success: false, error: "No permission to export customer" },
    ]);
    const forgotten = await calls.data(
      "POST",
      "/customers/anonymize",
      { customer_ids: ASTRID },
      BARE,
    );
    expect(forgotten.status).toBe(403);
    const update = { customer_ids: ASTRID, properties: { first_name: "X" } };
    expect((await calls.track("POST", "/customers", update, BARE)).json()).toEqual({
      success: false,
      errors: ["Not authorized to update customer properties"],
    });
    expect((await calls.data("GET", "/consent/categories", undefined, BARE)).status).toBe(200);
  });

  test("events are granted by type, and a refused write has no effect", async () => {
    const calls = fresh();
    const orders = asKey(basic("sandbox-bloomreach-orders-key"));
    const commands = ["purchase", "consent"].map((event_type) => ({
      name: "customers/events",
      data: { customer_ids: ASTRID, event_type, properties: { a: 1 } },
    }));
    const answer = await calls.track("POST", "/batch", { commands }, orders);
    expect(answer.json<{ results: Result[] }>().results).toEqual([
      { success: true },
      { success: false, errors: ["Not authorized to add event of specified type"] },
    ]);
    await calls.later();
    const [applied, refused] = await calls.writes();
    expect(applied?.outcome).not.toBeNull();
    expect([refused?.outcome, refused?.errors.length]).toEqual([null, 1]);
    const read = { customer_ids: ASTRID, event_types: ["purchase"] };
    expect((await calls.data("POST", "/customers/events", read, orders)).status).toBe(403);
  });

  test("a control call changes one permission, also down to a single property", async () => {
    const calls = fresh();
    const permissions = { propertiesGet: ["last_name"] };
    await calls.control("PATCH", "/keys/sandbox-bloomreach-key", { permissions });
    const results = await calls.attributes(ASTRID, [
      NAME,
      { type: "property", property: "last_name" },
    ]);
    expect(results.map(({ success }) => success)).toEqual([false, true]);
    expect((await calls.track("GET", "/system/time")).status).toBe(200);
  });
});

describe("transport (§1, §2)", () => {
  test("unknown URLs and wrong methods", async () => {
    const calls = fresh();
    const unknown = await calls.track("POST", "/customers/properties", {});
    expect([unknown.status, unknown.json()]).toEqual([
      404,
      { errors: { code: 404, description: expect.any(String) } },
    ]);
    expect((await calls.track("GET", "/customers")).status).toBe(405);
  });

  test("a gzip body is 400 with or without its header", async () => {
    const calls = fresh();
    const body = new Uint8Array(
      gzipSync(JSON.stringify({ customer_ids: ASTRID, properties: { first_name: "X" } })),
    );
    for (const encoding of ["gzip", undefined]) {
      const answer = await calls.track("POST", "/customers", body, {
        "content-encoding": encoding,
      });
      expect(answer.status).toBe(400);
      expect(answer.json<{ error: string }>().error).toMatch(/^BadRequest: .*could not understand/);
    }
    const plain = { customer_ids: ASTRID, properties: { first_name: "X" } };
    const named = { "content-encoding": "gzip" };
    expect((await calls.track("POST", "/customers", plain, named)).status).toBe(400);
    const form = { "content-type": "text/plain" };
    expect((await calls.track("POST", "/customers", plain, form)).status).toBe(400);
    expect((await calls.counts())["writes"]).toMatchObject({ received: 0 });
  });

  test("a write above the limit of its IP is dropped; another IP and reads go on", async () => {
    const calls = fresh();
    await calls.profile({ rateLimitPerSecond: 5, retryAfter: 7 });
    const from = (ip: string) => ({ "x-forwarded-for": ip });
    const body = { customer_ids: ASTRID, event_type: "visit", properties: { a: 1 } };
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        calls.track("POST", "/customers/events", body, from("203.0.113.1")),
      ),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get("retry-after")).toBe("7");
    expect((await calls.track("GET", "/system/time", undefined, from("203.0.113.2"))).status).toBe(
      200,
    );
    expect(await calls.attributes(ASTRID, [NAME])).toHaveLength(1);
    await calls.later();
    expect(await calls.events("?type=visit")).toHaveLength(30 - refused.length);
  });

  test("the text of an error can be put into each of its members", async () => {
    const calls = fresh();
    const read = async (): Promise<unknown> =>
      (await calls.raw("GET", PROBE, undefined, asKey(undefined))).json();
    await calls.profile({ errorStyle: "errors" });
    expect(await read()).toEqual({ success: false, errors: ["Access key not provided"] });
    await calls.profile({ errorStyle: "message" });
    expect(await read()).toEqual({ success: false, message: "Access key not provided" });
  });
});
