import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callsOf, type Sandbox, startSandbox } from "./harness.ts";
import { type Account, accountOf, type PushAnswer } from "./ometria_account.ts";

// contracts/ometria.md §1 to §3, §11.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const name = (): string => `push-${(instance += 1)}`;
const fresh = (): Account => accountOf(sandbox, name());

const product = (id: string, rest: object = {}) => ({ "@type": "product", id, ...rest });
const contact = (id: string, rest: object = {}) => ({
  "@type": "contact",
  "@collection": "sitoo_pos",
  id,
  customer_id: id,
  ...rest,
});

describe("who may call what (§1, §2)", () => {
  test("the header, in any case of letters; a key of the wrong kind is 403 both ways", async () => {
    const { api } = fresh();
    const withKey = async (key: string | undefined, path: string, method = "GET") =>
      (await api(method, path, method === "POST" ? {} : undefined, { "x-ometria-auth": key }))
        .status;
    expect(await withKey("sandbox-ometria-key", "/orders")).toBe(200);
    const capitals = await api("GET", "/orders", undefined, {
      "x-ometria-auth": undefined,
      "X-OMETRIA-AUTH": "sandbox-ometria-key",
    });
    expect(capitals.status).toBe(200);
    expect(await withKey(undefined, "/orders")).toBe(403);
    expect(await withKey("wrong", "/orders")).toBe(403);
    expect(await withKey("sandbox-ometria-mail-key", "/orders")).toBe(403);
    expect(await withKey("sandbox-ometria-mail-key", "/push", "POST")).toBe(403);
    expect(await withKey("sandbox-ometria-key", "/transactional-email/send", "POST")).toBe(403);
  });

  test("a missing key may be 401 in another account", async () => {
    const { api, set } = fresh();
    await set({ wrongKeyStatus: 401 });
    expect((await api("GET", "/orders", undefined, { "x-ometria-auth": "wrong" })).status).toBe(
      401,
    );
    const rights = [{ key: "sandbox-ometria-key", resources: ["push"] }];
    await set({ apiKeys: rights });
    expect((await api("GET", "/push/_errors")).status).toBe(200);
    expect((await api("GET", "/orders")).status).toBe(403);
  });

  test("unknown paths, other verbs, bodies that are not declared as JSON", async () => {
    const { api } = fresh();
    expect((await api("GET", "/products")).status).toBe(404);
    expect((await api("GET", "/push")).status).toBe(405);
    expect((await api("POST", "/push/_errors", [])).status).toBe(405);
    expect((await api("GET", "/orders/none")).status).toBe(404);
    expect((await api("GET", "/contacts/sitoo_pos/none")).status).toBe(404);
    expect((await api("GET", "/profiles/none")).status).toBe(404);
    expect(
      (await api("POST", "/push", [product("p")], { "content-type": "text/plain" })).status,
    ).toBe(415);
  });

  test("no key is in the log, wherever it was put", async () => {
    const { api, control, push } = fresh();
    await push(product("p"));
    await api("GET", "/orders", undefined, { "x-ometria-auth": "sandbox-voyado-key" });
    await api("GET", "/orders?api_key=sandbox-ometria-key&key=somebody-elses");
    await api("GET", "/orders", undefined, { authorization: "Bearer sandbox-ometria-mail-key" });
    const log = await control("GET", "/requests");
    const { items } = log.json<{
      items: { headers: Record<string, string>; query: Record<string, string> }[];
    }>();
    expect(items.map(({ headers }) => headers["x-ometria-auth"])).toEqual([
      "right",
      "wrong",
      "right",
      "right",
    ]);
    expect(items[2]?.query).toEqual({ api_key: "right", key: "wrong" });
    expect(items[3]?.headers["authorization"]).toBe("wrong");
    expect(log.text).not.toMatch(/sandbox-(ometria|voyado)|somebody-elses/);
  });
});

describe("the shape of a push (§3, §11)", () => {
  test.each<[string, unknown]>([
    ["one record without an array", product("p")],
    ["no JSON", "[{"],
    ["nothing", []],
    ["two types", [product("p"), contact("c-1")]],
    ["101 records", Array.from({ length: 101 }, (_, index) => product(`p-${index}`))],
  ])("%s is 400, and nothing is queued", async (_name, body) => {
    const { api, state } = fresh();
    expect((await api("POST", "/push", body)).status).toBe(400);
    expect((await state()).received).toEqual([]);
  });

  test("100 of one type are taken, with a request id", async () => {
    const { push, set } = fresh();
    const hundred = Array.from({ length: 100 }, (_, index) => product(`p-${index}`));
    const answer = await push(...hundred);
    expect(answer.status).toBe(202);
    expect(answer.json<PushAnswer>()).toEqual({
      status: "OK",
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      accepted: 100,
      rejected: 0,
    });
    await set({ pushStatus: 200 });
    expect((await push(product("p"))).status).toBe(200);
  });

  test("a record of 60 KB is taken, one byte more refuses the call", async () => {
    const { push, set } = fresh();
    const bare = JSON.stringify(product("p", { title: "" })).length;
    const sized = (bytes: number) => product("p", { title: "å".repeat((bytes - bare) / 2) });
    const limit = 60_000 - ((60_000 - bare) % 2);
    expect((await push(sized(limit))).status).toBe(202);
    const over = await push(sized(limit + 2));
    expect(over.status).toBe(400);
    expect(over.text).toContain("Payload invalid: Record is too large.");
    await set({ oversizedRecord: "rejected" });
    const partly = await push(product("q"), sized(limit + 2));
    expect([partly.status, partly.json<PushAnswer>()]).toMatchObject([
      202,
      { accepted: 1, rejected: 1 },
    ]);
  });

  test("a record without type or id is found late, or counted at once", async () => {
    const { pushed, problems, set, errors } = fresh();
    const bad = [{ id: "x" }, { "@type": "contact" }, { "@type": "contact", id: 7 }, "text"];
    expect((await pushed(...bad)).json<PushAnswer>()).toMatchObject({ accepted: 4, rejected: 0 });
    expect(await problems()).toEqual([
      "not a valid value at root > @type",
      "not a valid value at root > id",
      "not a valid value at root > id",
      "not a valid value at root > @type",
    ]);
    await set({ malformedRecord: "rejected" });
    const answer = (await pushed(contact("c-1"), { "@type": "contact" })).json<PushAnswer>();
    expect(answer).toMatchObject({ accepted: 1, rejected: 1 });
    expect((await errors())[0]).toMatchObject({ request_id: answer.request_id, record_id: null });
    await set({ malformedRecord: "refused" });
    expect((await pushed({ "@type": "contact" })).status).toBe(400);
  });
});

describe("later (§3)", () => {
  test("stored two seconds after the push, by the instance's clock", async () => {
    const { push, api, advance } = fresh();
    const status = async () => (await api("GET", "/contacts/sitoo_pos/c-1")).status;
    await push(contact("c-1", { email: "ny@example.com" }));
    expect(await status()).toBe(404);
    await advance(1000);
    expect(await status()).toBe(404);
    await advance(1000);
    expect(await status()).toBe(200);
  });

  test("profiles and the search know later still, where the account is slow", async () => {
    const { push, api, advance, set, found } = fresh();
    await set({ processingMs: 60_000, profileLagMs: 60_000 });
    await push(contact("c-1", { email: "ny@example.com", firstname: "Ny" }));
    await advance(61_000);
    expect((await api("GET", "/contacts/sitoo_pos/c-1")).status).toBe(200);
    expect(await found("ny@example.com")).toEqual([]);
    await advance(60_000);
    expect(await found("ny@example.com")).toMatchObject([{ firstname: "Ny" }]);
    await push(contact("c-1", { email: "ny@example.com", firstname: "Nyare" }));
    await advance(61_000);
    expect(await found("ny@example.com")).toMatchObject([{ firstname: "Ny" }]);
    await advance(60_000);
    expect(await found("ny@example.com")).toMatchObject([{ firstname: "Nyare" }]);
  });

  test("a bad record shows in _errors after its delay, the good one beside it is stored", async () => {
    const { push, api, advance, errors } = fresh();
    const bad = contact("c-2", { lastname: 7 });
    const answer = await push(contact("c-1"), bad);
    expect(answer.json<PushAnswer>()).toMatchObject({ status: "OK", accepted: 2, rejected: 0 });
    expect(await errors()).toEqual([]);
    await advance(2000);
    expect(await errors()).toEqual([
      {
        request_id: answer.json<PushAnswer>().request_id,
        record_type: "contact",
        record_id: "c-2",
        record: bad,
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        message: { error_message: "not a valid value", error_path: "root > lastname" },
      },
    ]);
    expect((await api("GET", "/contacts/sitoo_pos/c-1")).status).toBe(200);
    expect((await api("GET", "/contacts/sitoo_pos/c-2")).status).toBe(404);
  });

  test("the other shapes of an error row", async () => {
    const { pushed, set, errors } = fresh();
    await set({ errorShape: "flat", errorRequestId: false });
    await pushed(contact("c-2", { lastname: 7 }));
    const [row] = await errors();
    expect(row).toMatchObject({
      record_id: "c-2",
      error_message: "not a valid value",
      error_path: "root > lastname",
    });
    expect(row).not.toHaveProperty("request_id");
    expect(row).not.toHaveProperty("message");
  });

  test("only the 100 newest are shown: a burst loses some", async () => {
    const { pushed, errors, control } = fresh();
    const bad = (id: string) => contact(id, { lastname: 7 });
    await pushed(...Array.from({ length: 100 }, (_, index) => bad(`c-${index}`)));
    await pushed(bad("late-1"), bad("late-2"));
    const ids = (await errors()).map(({ record_id }) => record_id);
    expect([ids.length, ids[0], ids[1], ids.at(-1)]).toEqual([100, "late-2", "late-1", "c-2"]);
    expect((await control("GET", "/counts")).json()).toMatchObject({ errors: 102, received: 102 });
  });

  test("a test can have a right record fail late", async () => {
    const { pushed, problems, control, api } = fresh();
    const wish = { type: "contact", id: "c-1", message: "no room", path: "root > id", times: 1 };
    expect((await control("POST", "/refusals", wish)).status).toBe(200);
    expect((await control("POST", "/refusals", { type: "receipt" })).status).toBe(400);
    await pushed(contact("c-2"), contact("c-1"));
    expect(await problems()).toEqual(["no room at root > id"]);
    expect((await api("GET", "/contacts/sitoo_pos/c-2")).status).toBe(200);
    await pushed(contact("c-1"));
    expect((await api("GET", "/contacts/sitoo_pos/c-1")).status).toBe(200);
  });

  test("an id must not look like an e-mail or a phone", async () => {
    const { pushed, problems } = fresh();
    await pushed(
      contact("astrid@example.com"),
      contact("+46 70-174 06 05"),
      contact("0701740605"),
      contact("c-1", { customer_id: "+46701740605" }),
      contact("4711000001"),
      contact("11111111-1111-4111-8111-111111111112"),
    );
    expect(new Set(await problems())).toEqual(
      new Set([
        "must not hold personal data at root > id",
        "must not hold personal data at root > customer_id",
      ]),
    );
    expect(await problems()).toHaveLength(7);
  });

  test("fields that no page names are errors, unless the account ignores them", async () => {
    const { pushed, problems, set, api } = fresh();
    const typo = contact("c-1", { fristname: "Astrid", "@collections": "x", "@profile_id": "p" });
    await pushed(typo);
    expect(await problems()).toEqual([
      "is not a known field at root > @collections",
      "is not a known field at root > @profile_id",
      "is not a known field at root > fristname",
    ]);
    await set({ unknownFields: "ignore" });
    await pushed(typo);
    expect((await api("GET", "/contacts/sitoo_pos/c-1")).status).toBe(200);
  });
});

describe("limits (§1)", () => {
  test("push 4 a second, data 4 a second, each for the whole account", async () => {
    const calls = callsOf(sandbox, name());
    // Twenty at once: 4 of the first second pass, and 4 more for each further one that a slow machine takes.
    const burst = async (call: () => Promise<{ status: number; headers: Headers }>) => {
      const started = performance.now();
      const answers = await Promise.all(Array.from({ length: 20 }, call));
      const seconds = Math.floor((performance.now() - started) / 1000) + 1;
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.every(({ headers }) => headers.get("retry-after") === null)).toBe(true);
      const passed = answers.filter(({ status }) => status < 300).length;
      expect(passed + refused.length).toBe(20);
      expect(passed).toBeGreaterThanOrEqual(4);
      expect(passed).toBeLessThanOrEqual(4 * seconds);
      return passed;
    };
    await calls.controlOmetria("GET", "/counts");
    const passed = await burst(() => calls.ometria("POST", "/push", [product("p")]));
    await burst(() => calls.ometria("GET", "/orders"));
    const { received } = (await calls.controlOmetria("GET", "/state")).json<{
      received: unknown[];
    }>();
    expect(received).toHaveLength(passed);
  });

  test("the queue: both headers, 429 beyond, room again when it was worked off", async () => {
    const { push, settle, set } = fresh();
    await set({ queueLimit: 10, foreignQueue: 6 });
    const three = [product("p"), product("q"), product("r")];
    const first = await push(...three);
    expect(first.headers.get("x-queuesize-limit")).toBe("10");
    expect(first.headers.get("x-queuesize-remaining")).toBe("1");
    const full = await push(product("s"), product("t"));
    expect([full.status, full.headers.get("x-queuesize-remaining")]).toEqual([429, "1"]);
    await settle();
    const later = await push(product("s"), product("t"));
    expect([later.status, later.headers.get("x-queuesize-remaining")]).toEqual([202, "2"]);
    await set({ queueHeaders: false });
    expect((await push(product("u"))).headers.get("x-queuesize-limit")).toBeNull();
    await set({ queueLimit: 0, queueHeaders: true });
    expect((await push(...three)).status).toBe(202);
  });
});

test("what waits outlives the process, and lists keep their order", async () => {
  const directory = await mkdtemp(join(tmpdir(), "sandbox-ometria-"));
  const before = await startSandbox(directory);
  const first = accountOf(before, "demo");
  await first.pushed(contact("z"), contact("a"));
  await first.push(contact("m", { lastname: 7 }));
  await before.close();
  const after = await startSandbox(directory);
  const { control, settle, api, problems } = accountOf(after, "demo");
  expect((await control("GET", "/counts")).json()).toMatchObject({ received: 3 });
  await settle();
  const rows = (await api("GET", "/contacts/sitoo_pos?limit=250")).json<{ id: string }[]>();
  expect(rows.slice(-2).map(({ id }) => id)).toEqual(["z", "a"]);
  expect(await problems()).toEqual(["not a valid value at root > lastname"]);
  await after.close();
  await rm(directory, { recursive: true, force: true });
});

test("a fault after the effect: the record is there, the caller does not know", async () => {
  const { push, control, state } = fresh();
  await control("POST", "/faults", {
    match: { path: "/v2/push" },
    fault: { type: "applied_then_status", status: 503 },
    times: 1,
  });
  expect((await push(product("p"))).status).toBe(503);
  expect((await push(product("p"))).status).toBe(202);
  const { received } = await state();
  expect(received.map(({ seq, id }) => [seq, id])).toEqual([
    [1, "p"],
    [2, "p"],
  ]);
});
