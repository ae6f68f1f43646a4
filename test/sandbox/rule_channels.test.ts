import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./harness.ts";
import {
  ASTRID,
  BERTIL,
  counts,
  HEDDA,
  profile,
  type RuleCalls,
  ruleCalls,
  subscriberState,
  type V2Error,
  type V3Error,
} from "./rule_calls.ts";

// contracts/rule.md §4 (tags, blocks, suppressions, preferences), §6, §10.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function fresh(): RuleCalls {
  instance += 1;
  return ruleCalls(sandbox, `channels-${instance}`);
}

const wait = (calls: RuleCalls) => calls.control("POST", "/clock", { advanceMs: 1000 });
const tagsOf = async (calls: RuleCalls, id: number): Promise<string[]> =>
  (await subscriberState(calls, id)).tags;
const channelsOf = async (calls: RuleCalls, id: number): Promise<string[]> =>
  (await subscriberState(calls, id)).suppressions.map(
    ({ dispatcherType, messageType, sourceType }) =>
      `${dispatcherType} ${messageType} ${sourceType}`,
  );
interface Job {
  seq: number;
  kind: string;
  callbackUrl: string | null;
  doneAt: string | null;
  missed: unknown[];
}
const jobs = async (calls: RuleCalls): Promise<Job[]> =>
  (await calls.control("GET", "/jobs")).json<{ items: Job[] }>().items;

describe("tags", () => {
  test("v2 adds, reads, takes one away and clears, at once", async () => {
    const calls = fresh();
    const path = "/subscribers/bertil%40example.com/tags";
    expect((await calls.v2("POST", path, { tags: ["Summer", 50_003] })).json()).toEqual({
      message: "Success",
    });
    const read = async () =>
      (await calls.v2("GET", path))
        .json<{ tags: { id: number; name: string }[] }>()
        .tags.map(({ name }) => name);
    expect(await read()).toEqual(["Sitoo", "Summer", "Staff"]);
    expect((await calls.v2("DELETE", `${path}/Summer`)).status).toBe(200);
    expect((await calls.v2("DELETE", `${path}/50003`)).status).toBe(200);
    expect(await read()).toEqual(["Sitoo"]);
    expect((await calls.v2("DELETE", `${path}/Nothing`)).status).toBe(404);
    expect((await calls.v2("DELETE", path)).status).toBe(200);
    expect(await read()).toEqual([]);
  });

  test.each([[[]], [["A", "A"]], [[" "]], [[0]], ["A"]])("%j are refused", async (tags) => {
    const calls = fresh();
    const path = `/subscribers/${BERTIL}/tags?identified_by=id`;
    expect((await calls.v2("POST", path, { tags })).status).toBe(400);
    expect((await calls.v3("PUT", path, { tags })).status).toBe(422);
  });

  test("v3 on one answers 204 and does it later, at once by profile", async () => {
    const calls = fresh();
    const path = `/subscribers/${BERTIL}/tags`;
    const put = (tags: unknown[]) => calls.v3("PUT", `${path}?identified_by=id`, { tags });
    const answer = await put(["Summer"]);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(await tagsOf(calls, BERTIL)).toEqual(["Sitoo"]);
    await wait(calls);
    expect(await tagsOf(calls, BERTIL)).toEqual(["Sitoo", "Summer"]);
    await profile(calls, { v3SingleTagAtOnce: true });
    await calls.v3("DELETE", `${path}/Summer?identified_by=id`);
    expect(await tagsOf(calls, BERTIL)).toEqual(["Sitoo"]);
    expect((await put([99])).status).toBe(404);
    expect((await calls.v3("PUT", path, { tags: ["Summer"] })).status).toBe(404);
  });

  test("v3 on many is later, passes over unknown people, and notes its callback", async () => {
    const calls = fresh();
    const body = {
      subscribers: [
        { email: "bertil@example.com" },
        { phone_number: "+46701740605" },
        { custom_identifier: "10019" },
        { id: 1 },
      ],
      tags: ["Summer"],
      callback_url: "https://example.com/done",
    };
    expect((await calls.v3("POST", "/subscribers/tags", body)).status).toBe(204);
    expect(await tagsOf(calls, BERTIL)).not.toContain("Summer");
    await wait(calls);
    for (const id of [ASTRID, BERTIL, HEDDA]) expect(await tagsOf(calls, id)).toContain("Summer");
    const { callback_url: _url, ...again } = body;
    await calls.v3("DELETE", "/subscribers/tags", again);
    await calls.control("POST", "/jobs/settle");
    for (const id of [ASTRID, BERTIL, HEDDA])
      expect(await tagsOf(calls, id)).not.toContain("Summer");
    expect(await jobs(calls)).toEqual([
      expect.objectContaining({
        seq: 1,
        kind: "addTags",
        callbackUrl: "https://example.com/done",
        doneAt: expect.any(String),
        missed: [{ id: 1 }],
      }),
      expect.objectContaining({ seq: 2, kind: "removeTags", callbackUrl: null }),
    ]);
  });

  test.each<[string, object, string]>([
    [
      "two identifiers",
      { subscribers: [{ id: ASTRID, email: "astrid@example.com" }] },
      "subscribers.0",
    ],
    [
      "v3's own spelling of a phone",
      { subscribers: [{ phone: "+46701740605" }] },
      "subscribers.0.phone",
    ],
    ["nobody", { subscribers: [] }, "subscribers"],
    ["a callback that is none", { callback_url: "done" }, "callback_url"],
  ])("%s is refused", async (_what, change, at) => {
    const body = { subscribers: [{ id: ASTRID }], tags: ["Summer"], ...change };
    const answer = await fresh().v3("POST", "/subscribers/tags", body);
    expect(answer.status).toBe(422);
    expect(answer.json<V3Error>().errors).toHaveProperty([at]);
  });

  test("segments follow a tag that comes, unless told not to, and not one that goes", async () => {
    const calls = fresh();
    await calls.control("POST", "/segments", { name: "Summer people", tag: "Summer" });
    const segments = async () => {
      const answer = await calls.v2("GET", "/subscribers/greta%40example.net");
      return answer
        .json<{ subscriber: { syncAtSegments: { name: string }[] } }>()
        .subscriber.syncAtSegments.map(({ name }) => name);
    };
    const path = "/subscribers/greta%40example.net/tags";
    await calls.v3("PUT", path, { tags: ["Summer"], sync_subscriber: false });
    await wait(calls);
    expect(await segments()).toEqual([]);
    await calls.v3("PUT", path, { tags: ["Summer"] });
    await wait(calls);
    expect(await segments()).toEqual(["Summer people"]);
    await calls.v2("DELETE", `${path}/Summer`);
    expect(await segments()).toEqual(["Summer people"]);
  });

  test("automations: send once, force again, each unblocks", async () => {
    const calls = fresh();
    const block = { subscribers: [{ id: BERTIL }] };
    await calls.v3("POST", "/subscribers/block", block);
    await wait(calls);
    const put = async (automation?: string) => {
      await calls.v3("PUT", `/subscribers/${BERTIL}/tags?identified_by=id`, {
        tags: ["Welcome"],
        automation,
      });
      await wait(calls);
      return (await subscriberState(calls, BERTIL)).status;
    };
    expect([await put(), await put("send"), await put("send"), await put("force")]).toEqual([
      "BLOCKED",
      "ACTIVE",
      "ACTIVE",
      "ACTIVE",
    ]);
    const { items } = (
      await calls.control("GET", `/changes?kind=automation&subscriberId=${BERTIL}`)
    ).json<{ items: { detail: unknown }[] }>();
    expect(items.map(({ detail }) => detail)).toEqual([
      { tag: "Welcome", mode: "send" },
      { tag: "Welcome", mode: "force" },
    ]);
  });
});

describe("blocks", () => {
  test("block and unblock are later", async () => {
    const calls = fresh();
    const body = { subscribers: [{ email: "astrid@example.com" }] };
    const status = async () => (await subscriberState(calls, ASTRID)).status;
    expect((await calls.v3("POST", "/subscribers/block", body)).status).toBe(204);
    expect(await status()).toBe("ACTIVE");
    await wait(calls);
    expect(await status()).toBe("BLOCKED");
    await calls.v3("POST", "/subscribers/unblock", body);
    await wait(calls);
    expect(await status()).toBe("ACTIVE");
    expect((await calls.v3("POST", "/subscribers/block", { ...body, reason: "x" })).status).toBe(
      422,
    );
  });
});

describe("suppressions", () => {
  test("v3: all channels of campaigns, later, the same again changes nothing", async () => {
    const calls = fresh();
    const body = { subscribers: [{ id: ASTRID }] };
    for (const path of ["/suppressions/", "/suppressions"])
      expect((await calls.v3("POST", path, body)).status).toBe(204);
    expect(await channelsOf(calls, ASTRID)).toEqual([]);
    await wait(calls);
    expect(await channelsOf(calls, ASTRID)).toEqual([
      "campaign email api",
      "campaign text_message api",
    ]);
    await calls.v3("DELETE", "/suppressions/", { ...body, message_types: ["email"] });
    await wait(calls);
    expect(await channelsOf(calls, ASTRID)).toEqual(["campaign text_message api"]);
    expect(
      (await calls.v3("POST", "/suppressions/", { ...body, message_types: ["sms"] })).status,
    ).toBe(422);
  });

  test("more than 1000 are 413 in both versions", async () => {
    const calls = fresh();
    const subscribers = Array.from({ length: 1001 }, (_, index) => ({ id: index + 1 }));
    expect((await calls.v3("POST", "/suppressions/", { subscribers })).status).toBe(413);
    expect((await calls.v3("POST", "/subscribers/block", { subscribers })).status).toBe(413);
    expect((await calls.v3("POST", "/subscribers/tags", { subscribers, tags: ["A"] })).status).toBe(
      413,
    );
    expect((await calls.v2("POST", "/suppressions", { subscribers })).status).toBe(413);
    expect((await counts(calls)).jobs).toBe(0);
  });

  test("v2: writes `transaction`, reads `transactional`, at once", async () => {
    const calls = fresh();
    const on = (suppress_on: object) =>
      calls.v2("POST", "/suppressions", {
        subscribers: [{ email: "astrid@example.com" }],
        suppress_on,
      });
    expect((await on({ campaign: ["email"], transaction: ["text_message"] })).json()).toEqual({
      message: "Success",
    });
    const { subscriber } = (await calls.v2("GET", "/subscribers/astrid%40example.com")).json<{
      subscriber: { suppressed: Record<string, unknown>[] };
    }>();
    expect(subscriber.suppressed).toEqual([
      {
        id: expect.any(Number),
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
        dispatcher_type: "campaign",
        message_type: "email",
        suppressed_source_type: "api",
      },
      expect.objectContaining({ dispatcher_type: "transactional", message_type: "text_message" }),
    ]);
    expect((await on({ transactional: ["email"] })).json<V2Error>().fields).toHaveProperty([
      "suppress_on.transactional",
    ]);
  });

  test("v2 lists them, and deletes by channel with the write side's spelling", async () => {
    const calls = fresh();
    const { suppressions } = (await calls.v2("GET", "/suppressions?limit=100")).json<{
      suppressions: { subscriber: { id: number } }[];
    }>();
    expect(suppressions.filter(({ subscriber }) => subscriber.id === BERTIL)).toHaveLength(2);
    const remove = (query: string) =>
      calls.v2("DELETE", `/suppressions/${BERTIL}?identified_by=id${query}`);
    expect((await remove("&dispatcher_type=transactional")).status).toBe(400);
    expect((await remove("&message_type=sms")).status).toBe(400);
    await remove("&dispatcher_type=transaction&message_type=email");
    expect(await channelsOf(calls, BERTIL)).toHaveLength(2);
    await remove("&dispatcher_type=campaign&message_type=email");
    expect(await channelsOf(calls, BERTIL)).toEqual(["campaign text_message user"]);
    await remove("");
    expect(await channelsOf(calls, BERTIL)).toEqual([]);
  });

  test("an upsert lifts none", async () => {
    const calls = fresh();
    await calls.v2("POST", "/subscribers", {
      update_on_duplicate: true,
      tags: ["Sitoo"],
      subscribers: { email: "bertil@example.com", language: "en" },
    });
    expect(await channelsOf(calls, BERTIL)).toHaveLength(2);
    expect((await subscriberState(calls, BERTIL)).language).toBe("en");
  });
});

describe("preferences", () => {
  test("are read and merged by id; an unknown id is refused", async () => {
    const calls = fresh();
    const path = `/subscribers/${ASTRID}/preferences?identified_by=id`;
    const seeded = [
      { preference_id: 1, is_opted_in: true },
      { preference_id: 2, is_opted_in: false },
    ];
    expect((await calls.v2("GET", path)).json()).toEqual({
      message: "Success",
      preferences: seeded,
    });
    const set = [{ preference_id: 2, is_opted_in: true }];
    expect(
      (await calls.v2("POST", path, { preferences: set })).json<{ preferences: unknown }>()
        .preferences,
    ).toEqual([seeded[0], set[0]]);
    const unknown = [{ preference_id: 9, is_opted_in: true }];
    expect((await calls.v2("POST", path, { preferences: unknown })).status).toBe(400);
  });
});

describe("what people do in Rule itself (§9, §10)", () => {
  test("a complaint suppresses, and tells it as the account's webhook would", async () => {
    const calls = fresh();
    const act = { subscriberId: ASTRID, messageTypes: ["email"], sourceType: "spam" };
    const who = { id: ASTRID, email: "astrid@example.com", phone_number: "+46701740605" };
    expect((await calls.control("POST", "/suppress", act)).json()).toEqual({
      webhooks: [
        {
          dispatcher_type: "campaign",
          message_type: "email",
          suppressed_source_type: "spam",
          subscriber: who,
          account: { name: "Sandbox" },
        },
      ],
    });
    expect(await channelsOf(calls, ASTRID)).toEqual(["campaign email spam"]);
    expect((await calls.control("POST", "/resubscribe", { subscriberId: ASTRID })).json()).toEqual({
      webhooks: [{ subscriber: who, account: { name: "Sandbox" } }],
    });
    expect(await channelsOf(calls, ASTRID)).toEqual([]);
  });

  test("a tag that comes and one that goes have the same body", async () => {
    const calls = fresh();
    const act = { subscriberId: ASTRID, tags: ["Summer"] };
    const came = (await calls.control("POST", "/tag", act)).text;
    expect(await tagsOf(calls, ASTRID)).toContain("Summer");
    expect((await calls.control("POST", "/tag", { ...act, remove: true })).text).toBe(came);
    expect(await tagsOf(calls, ASTRID)).not.toContain("Summer");
  });

  test("an import overwrites bonus checks that were used since, and counts in text", async () => {
    const calls = fresh();
    const stale = JSON.stringify([{ id: "BC-500006", redeemed: false, remaining: "200.00" }]);
    const answer = await calls.control("POST", "/import", {
      subscribers: [
        {
          email: "bertil@example.com",
          fields: [{ key: "Sitoo-Contact.bonuschecks", value: stale }],
        },
        { phone_number: "+46701740641" },
      ],
    });
    expect(answer.json<{ webhooks: { import: object }[] }>().webhooks[0]?.import).toMatchObject({
      total: "2",
      new: "1",
      updated: "1",
    });
    expect((await subscriberState(calls, BERTIL)).fields["Sitoo-Contact.bonuschecks"]).toEqual(
      JSON.parse(stale),
    );
    expect((await counts(calls)).subscribers).toBe(13);
  });
});
