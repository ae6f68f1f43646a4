import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./harness.ts";
import {
  ASTRID,
  BERTIL,
  counts,
  profile,
  type RuleCalls,
  ruleCalls,
  subscriberState,
  type V2Error,
  type V3Error,
} from "./rule_calls.ts";

// contracts/rule.md §1, §2, §4, §12.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** Every test has an account of its own. */
function fresh(): RuleCalls {
  instance += 1;
  return ruleCalls(sandbox, `subscribers-${instance}`);
}

interface View {
  id: number;
  email: string | null;
  phone_number: string | null;
  custom_identifier: string | null;
  opted_in: boolean;
  language: string;
  tags: { id: number; name: string }[];
  suppressed: unknown;
}
const view = async (calls: RuleCalls, path: string): Promise<View> =>
  (await calls.v2("GET", `/subscribers/${path}`)).json<{ subscriber: View }>().subscriber;
const upsert = (calls: RuleCalls, subscribers: unknown, more: object = {}) =>
  calls.v2("POST", "/subscribers", {
    update_on_duplicate: true,
    tags: ["Sitoo"],
    subscribers,
    ...more,
  });

describe("gate (§1, §2)", () => {
  test("no key and a wrong key are 401, each version in its own words", async () => {
    const calls = fresh();
    for (const authorization of [undefined, "Bearer wrong", "sandbox-rule-key"]) {
      const v2 = await calls.v2("GET", "/subscribers", undefined, { authorization });
      expect([v2.status, v2.json()]).toEqual([401, { error: "NotAuthorized" }]);
    }
    const v3 = await calls.v3("GET", `/custom-field-data/${ASTRID}`, undefined, {
      authorization: undefined,
    });
    expect([v3.status, Object.keys(v3.json<V3Error>())]).toEqual([401, ["message"]]);
  });

  test("v2 takes the key from the query or the body, v3 from the header only", async () => {
    const calls = fresh();
    const without = { authorization: undefined };
    const inQuery = "?apikey=sandbox-rule-orders-key";
    expect((await calls.v2("GET", `/subscribers${inQuery}`, undefined, without)).status).toBe(200);
    const body = { apikey: "sandbox-rule-key", fields: [{ key: "Sitoo-Contact.namefirst" }] };
    expect((await calls.v2("POST", "/customizations", body, without)).status).toBe(200);
    const v3 = await calls.v3("GET", `/custom-field-data/${ASTRID}${inQuery}`, undefined, without);
    expect(v3.status).toBe(401);
  });

  test("unknown paths are 404, known ones with another verb 405", async () => {
    const calls = fresh();
    const nowhere = await calls.v2("GET", "/nowhere");
    expect([nowhere.status, nowhere.json<V2Error>().error]).toEqual([404, "NotFound"]);
    expect((await calls.v3("GET", "/subscribers")).status).toBe(405);
    expect((await calls.v3("GET", `/subscribers/${ASTRID}`)).status).toBe(405);
  });

  test("a body that is not sent as JSON is not read", async () => {
    const sent = { update_on_duplicate: true, subscribers: { email: "tove@example.com" } };
    const answer = await fresh().v2("POST", "/subscribers", sent, { "content-type": "text/plain" });
    expect([answer.status, answer.json<V2Error>().error]).toEqual([400, "ValidationError"]);
  });

  test("v2 refusals may say 200 with an error inside", async () => {
    const calls = fresh();
    await profile(calls, { v2RefusalsAs200: true });
    const missing = await calls.v2("GET", "/subscribers/nobody%40example.com");
    expect([missing.status, missing.json<V2Error>().error]).toEqual([200, "SubscriberNotFound"]);
    expect((await calls.v3("GET", "/custom-field-data/1")).status).toBe(404);
  });

  test("a 200 with an error in it, once, on demand", async () => {
    const calls = fresh();
    await calls.control("POST", "/faults", {
      match: { method: "POST", path: "/subscribers" },
      fault: { type: "status", status: 200, body: { error: "UnexpectedError" } },
      times: 1,
    });
    const first = await upsert(calls, { email: "tove@example.com" });
    expect([first.status, first.json()]).toEqual([200, { error: "UnexpectedError" }]);
    expect((await counts(calls)).subscribers).toBe(12);
    await upsert(calls, { email: "tove@example.com" });
    expect((await counts(calls)).subscribers).toBe(13);
  });
});

describe("finding (§4)", () => {
  test.each([
    ["email", "astrid%40example.com", ""],
    ["email in other letters", "ASTRID%40example.com", ""],
    ["phone", "%2B46701740605", "?identified_by=phone_number"],
    ["id", String(ASTRID), "?identified_by=id"],
    ["custom identifier", "10012", "?identified_by=custom_identifier"],
  ])("by %s", async (_by, path, query) => {
    expect((await view(fresh(), path + query)).id).toBe(ASTRID);
  });

  test.each([
    ["an id without identified_by is read as an email", String(ASTRID), 404],
    ["a phone that is spelled otherwise", "0701740605?identified_by=phone_number", 404],
    ["a part of an email", "astrid?identified_by=email", 404],
    ["a kind that is not known", "10012?identified_by=member_number", 400],
  ])("%s", async (_what, path, status) => {
    const answer = await fresh().v2("GET", `/subscribers/${path}`);
    expect(answer.status).toBe(status);
    expect(answer.json<V2Error>().error).toMatch(/^[A-Z]/);
  });

  test("letters, spelling of a phone, and custom identifiers follow the profile", async () => {
    const calls = fresh();
    await profile(calls, {
      identifierCase: "exact",
      phoneLookup: "normalised",
      v2CustomIdentifier: false,
    });
    expect((await calls.v2("GET", "/subscribers/ASTRID%40example.com")).status).toBe(404);
    expect((await view(calls, "0701740605?identified_by=phone_number")).id).toBe(ASTRID);
    const custom = await calls.v2("GET", "/subscribers/10012?identified_by=custom_identifier");
    expect(custom.status).toBe(400);
    const deleted = await calls.v3("DELETE", "/subscribers/10012?identified_by=custom_identifier");
    expect(deleted.status).toBe(204);
  });

  test("a reading has suppressions and no custom fields; those have a path in the singular", async () => {
    const calls = fresh();
    const bertil = await view(calls, `${BERTIL}?identified_by=id`);
    expect(bertil).not.toHaveProperty("fields");
    expect(bertil.suppressed).toContainEqual(
      expect.objectContaining({
        dispatcher_type: "campaign",
        message_type: "email",
        suppressed_source_type: "user",
      }),
    );
    expect((await calls.v2("GET", `/subscribers/${BERTIL}/fields?identified_by=id`)).status).toBe(
      404,
    );
    const { groups } = (
      await calls.v2("GET", `/subscriber/${BERTIL}/fields?identified_by=id`)
    ).json<{ groups: { name: string; fields: { name: string; value: unknown }[] }[] }>();
    const contact = groups.find(({ name }) => name === "Sitoo-Contact");
    expect(contact?.fields.find(({ name }) => name === "namefirst")?.value).toBe("Bertil");
    expect(contact?.fields.find(({ name }) => name === "company")?.value).toBeNull();
  });

  test("the list is paged, `suppressed` is a boolean there, and `next` leads on with the key", async () => {
    const calls = fresh();
    interface Page {
      subscribers: View[];
      meta: { next: string | null };
    }
    const first = (await calls.v2("GET", "/subscribers?limit=7")).json<Page>();
    expect(first.subscribers.map(({ suppressed }) => suppressed).slice(0, 2)).toEqual([
      false,
      true,
    ]);
    expect(first.meta.next).toContain("apikey=sandbox-rule-key");
    const second = (await (await fetch(first.meta.next ?? "")).json()) as Page;
    expect([first.subscribers.length, second.subscribers.length]).toEqual([7, 5]);
    expect(second.meta.next).toBeNull();
    const over = await calls.v2("GET", "/subscribers?limit=101");
    expect([over.status, over.json()]).toEqual([
      400,
      { error: "LimitExceed", message: "Limit can't exceed 100." },
    ]);
  });
});

describe("v2 upsert of one (§4)", () => {
  test("makes, and updates by either identity", async () => {
    const calls = fresh();
    const made = await upsert(calls, { email: "tove@example.com", language: "en" });
    const { subscriber } = made.json<{ message: string; subscriber: View }>();
    expect([made.status, made.json<{ message: string }>().message]).toEqual([200, "Success"]);
    expect(subscriber).toMatchObject({ email: "tove@example.com", language: "en" });
    await upsert(calls, { email: "tove@example.com", phone_number: "+46701740640" });
    await upsert(calls, { phone_number: "+46701740640", language: "sv" });
    expect(await subscriberState(calls, subscriber.id)).toMatchObject({
      phoneNumber: "+46701740640",
      language: "sv",
      tags: ["Sitoo"],
    });
    expect((await counts(calls)).subscribers).toBe(13);
  });

  test("somebody who exists is 409 without update_on_duplicate, by email and by phone", async () => {
    const calls = fresh();
    for (const who of [{ email: "astrid@example.com" }, { phone_number: "+46701740605" }]) {
      const answer = await upsert(calls, who, { update_on_duplicate: false });
      expect([answer.status, answer.json<V2Error>().error]).toEqual([409, "DuplicateSubscriber"]);
    }
  });

  test("an email and a phone of two people: refused, or the email decides", async () => {
    const calls = fresh();
    const mixed = { email: "astrid@example.com", phone_number: "+46701740606" };
    expect((await upsert(calls, mixed)).status).toBe(409);
    await profile(calls, { upsertMatchesTwo: "email" });
    expect((await upsert(calls, mixed)).status).toBe(200);
    expect((await subscriberState(calls, ASTRID)).phoneNumber).toBe("+46701740605");
    expect((await subscriberState(calls, BERTIL)).phoneNumber).toBe("+46701740606");
  });

  test.each([
    ["070-174 06 40", "+46701740640"],
    ["701740640", "+46701740640"],
    ["0046 701740640", "+46701740640"],
    ["+47 40 00 00 09", "+4740000009"],
    ["+1 (202) 555-0123", "+12025550123"],
  ])("the phone %s is %s", async (given, kept) => {
    const calls = fresh();
    const { subscriber } = (await upsert(calls, { phone_number: given })).json<{
      subscriber: View;
    }>();
    expect(subscriber.phone_number).toBe(kept);
  });

  test.each(["12", "+460701740640", "+4740", "phone", "+46701740640123"])(
    "the phone %s is unusable: 400, and nobody is made",
    async (phone) => {
      const calls = fresh();
      const answer = await upsert(calls, { email: "tove@example.com", phone_number: phone });
      expect(answer.status).toBe(400);
      expect(answer.json<V2Error>().fields).toHaveProperty(["subscribers.phone_number"]);
      expect((await counts(calls)).subscribers).toBe(12);
    },
  );

  test.each<[string, unknown, object, string]>([
    ["nobody named", { language: "sv" }, {}, "subscribers.email"],
    ["no email", { email: "tove@example" }, {}, "subscribers.email"],
    [
      "v3's spelling",
      { email: "tove@example.com", phone: "+46701740640" },
      {},
      "subscribers.phone",
    ],
    ["an unknown field", { email: "tove@example.com" }, { upsert: true }, "upsert"],
    ["no tags in the list", { email: "tove@example.com" }, { tags: [] }, "tags"],
    ["a tag twice", { email: "tove@example.com" }, { tags: ["A", "B", "A"] }, "tags"],
    ["an id twice", { email: "tove@example.com" }, { tags: [50_001, "50001"] }, "tags"],
    ["an empty tag", { email: "tove@example.com" }, { tags: [" "] }, "tags.0"],
    ["automation: true", { email: "tove@example.com" }, { automation: true }, "automation"],
    ["no subscribers", undefined, {}, "subscribers"],
    [
      "a language that is none",
      { email: "tove@example.com", language: "swedish" },
      {},
      "subscribers.language",
    ],
  ])("%s is 400 and points at the field", async (_what, who, more, field) => {
    const calls = fresh();
    const answer = await upsert(calls, who, more);
    expect([answer.status, answer.json<V2Error>().error]).toEqual([400, "ValidationError"]);
    expect(answer.json<V2Error>().fields).toHaveProperty([field]);
    expect((await counts(calls)).subscribers).toBe(12);
  });

  test("unknown fields may be dropped instead", async () => {
    const calls = fresh();
    await profile(calls, { unknownFields: "ignore" });
    const { subscriber } = (
      await upsert(calls, { email: "tove@example.com", phone: "+46701740640" })
    ).json<{ subscriber: View }>();
    expect(subscriber.phone_number).toBeNull();
  });

  test("tags: a new name is made, digits are an id and 404 when unknown, then nothing is written", async () => {
    const calls = fresh();
    const { subscriber } = (
      await upsert(calls, { email: "tove@example.com" }, { tags: ["Summer", 50_003, "50004"] })
    ).json<{ subscriber: View }>();
    expect(subscriber.tags.map(({ name }) => name)).toEqual(["Summer", "Staff", "VIP"]);
    for (const tag of [99, "99"]) {
      const answer = await upsert(calls, { email: "ulf@example.com" }, { tags: ["Sitoo", tag] });
      expect([answer.status, answer.json<V2Error>().error]).toEqual([404, "TagNotFound"]);
    }
    expect((await counts(calls)).subscribers).toBe(13);
    const strict = { tags: ["Winter"], auto_create_tags: false };
    expect((await upsert(calls, { email: "ulf@example.com" }, strict)).status).toBe(404);
  });

  test("require_opt_in leaves a new one pending; async is only acknowledged", async () => {
    const calls = fresh();
    const { subscriber } = (
      await upsert(calls, { email: "tove@example.com" }, { require_opt_in: true })
    ).json<{ subscriber: View }>();
    expect(subscriber.opted_in).toBe(false);
    expect((await subscriberState(calls, subscriber.id)).status).toBe("PENDING");
    const later = await upsert(calls, { email: "ulf@example.com" }, { async: true });
    expect(later.json()).toEqual({ message: "Success" });
    expect((await calls.v2("GET", "/subscribers/ulf%40example.com")).status).toBe(404);
    await calls.control("POST", "/clock", { advanceMs: 1000 });
    expect((await calls.v2("GET", "/subscribers/ulf%40example.com")).status).toBe(200);
  });

  test("of many parallel creates of one person exactly one makes somebody", async () => {
    const calls = fresh();
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        upsert(calls, { email: "tove@example.com" }, { update_on_duplicate: false }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(29);
  });
});

describe("v2 upsert of many (§4, §6)", () => {
  const crowd = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ email: `crowd${index}@example.com` }));

  test("answers counters; who is suppressed is passed over", async () => {
    const calls = fresh();
    const answer = await upsert(calls, [
      { email: "tove@example.com" },
      { email: "astrid@example.com", language: "en" },
      { email: "bertil@example.com", language: "en" },
    ]);
    expect(answer.json()).toEqual({
      message: "Success",
      subscribers_created: 1,
      subscribers_updated: 1,
      subscribers_suppressed: 1,
    });
    expect((await subscriberState(calls, ASTRID)).language).toBe("en");
    expect((await subscriberState(calls, BERTIL)).language).toBe("sv");
  });

  test("a large one is acknowledged and done later; above 1000 it is 413", async () => {
    const calls = fresh();
    const answer = await upsert(calls, crowd(100));
    expect([answer.status, answer.json()]).toEqual([200, { message: "Success" }]);
    expect(await counts(calls)).toMatchObject({ subscribers: 12, jobsWaiting: 1 });
    await calls.control("POST", "/clock", { advanceMs: 1000 });
    expect(await counts(calls)).toMatchObject({ subscribers: 112, jobsWaiting: 0 });
    const over = await upsert(calls, crowd(1001));
    expect([over.status, over.json<V2Error>().error]).toEqual([413, "TooManySubscribers"]);
  });

  test("one bad or known entry refuses all of it", async () => {
    const calls = fresh();
    const bad = await upsert(calls, [{ email: "tove@example.com" }, { email: "ulf" }]);
    expect(bad.json<V2Error>().fields).toHaveProperty(["subscribers.1.email"]);
    const known = [{ email: "tove@example.com" }, { email: "astrid@example.com" }];
    expect((await upsert(calls, known, { update_on_duplicate: false })).status).toBe(409);
    const twice = [{ email: "tove@example.com" }, { email: "Tove@example.com" }];
    expect((await upsert(calls, twice, { update_on_duplicate: false })).status).toBe(409);
    expect((await counts(calls)).subscribers).toBe(12);
  });

  test("flows of tags run below 20 entries, or as told, and for known people only when told", async () => {
    const flows = async (calls: RuleCalls): Promise<number> =>
      (await calls.control("GET", "/changes?kind=automation")).json<{ items: unknown[] }>().items
        .length;
    const run = async (subscribers: unknown, more: object): Promise<number> => {
      const calls = fresh();
      await profile(calls, { bulkAsyncFrom: 2000 });
      await upsert(calls, subscribers, more);
      return flows(calls);
    };
    expect(await run(crowd(19), {})).toBe(19);
    expect(await run(crowd(20), {})).toBe(0);
    expect(await run(crowd(120), { sync_subscribers: true })).toBe(100);
    expect(await run(crowd(5), { sync_subscribers: false })).toBe(0);
    expect(await run({ email: "astrid@example.com" }, { automation: false })).toBe(0);
    expect(await run({ email: "astrid@example.com" }, { automation: "force" })).toBe(1);
  });
});

describe("v2 PUT and DELETE (§4)", () => {
  test("PUT is partial and knows numeric ids only; a taken identity is 409", async () => {
    const calls = fresh();
    const put = (id: string | number, body: object) => calls.v2("PUT", `/subscribers/${id}`, body);
    expect((await put(ASTRID, { language: "en" })).status).toBe(200);
    expect(await subscriberState(calls, ASTRID)).toMatchObject({
      language: "en",
      email: "astrid@example.com",
    });
    expect((await put("astrid%40example.com", { language: "en" })).status).toBe(404);
    expect((await put(ASTRID, { email: "bertil@example.com" })).status).toBe(409);
    expect((await put(ASTRID, { phone_number: "1" })).status).toBe(400);
  });

  test("DELETE takes records and suppressions with it, and a new one gets a new id", async () => {
    const calls = fresh();
    const before = await counts(calls);
    expect((await calls.v2("DELETE", "/subscribers/bertil%40example.com")).json()).toEqual({
      message: "Success",
    });
    expect((await calls.v2("DELETE", "/subscribers/bertil%40example.com")).status).toBe(404);
    expect((await counts(calls)).suppressions).toBe(before.suppressions - 2);
    const again = await upsert(calls, { email: "bertil@example.com" });
    expect(again.json<{ subscriber: View }>().subscriber.id).not.toBe(BERTIL);
    const many = { subscribers: [{ email: "astrid@example.com" }, { id: 1 }] };
    expect((await calls.v2("DELETE", "/subscribers", many)).status).toBe(200);
    expect((await calls.control("GET", `/subscribers/${ASTRID}`)).status).toBe(404);
  });
});

describe("v3 create (§2, §4)", () => {
  const body = { email: "tove@example.com", phone_number: "0701740640", custom_identifier: "T1" };

  test("answers `phone`, status and account", async () => {
    const made = await fresh().v3("POST", "/subscribers", { ...body, status: "PENDING" });
    expect([made.status, made.json()]).toEqual([
      201,
      {
        data: expect.objectContaining({
          email: "tove@example.com",
          phone: "+46701740640",
          custom_identifier: "T1",
          status: "PENDING",
          account_id: 4711,
        }),
      },
    ]);
  });

  test("refuses in v3's envelope, 422 or 400", async () => {
    const calls = fresh();
    const bad = { ...body, phone_number: "1", email: "tove", status: "active" };
    const answer = await calls.v3("POST", "/subscribers", bad);
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.json<V3Error>().errors ?? {})).toEqual(["email", "status"]);
    expect(answer.json()).not.toHaveProperty("error");
    await profile(calls, { v3ValidationStatus: 400 });
    const nobody = await calls.v3("POST", "/subscribers", { language: "sv" });
    expect([nobody.status, nobody.json<V3Error>().errors]).toEqual([
      400,
      { email: [expect.any(String)] },
    ]);
  });

  test.each<["400" | "409" | "422" | "update", number, string]>([
    ["422", 422, "10012"],
    ["400", 400, "10012"],
    ["409", 409, "10012"],
    ["update", 200, "A1"],
  ])("somebody who exists, as the profile says: %s", async (how, status, custom) => {
    const calls = fresh();
    await profile(calls, { v3CreateExisting: how });
    const again = { email: "astrid@example.com", custom_identifier: "A1" };
    expect((await calls.v3("POST", "/subscribers", again)).status).toBe(status);
    expect((await subscriberState(calls, ASTRID)).customIdentifier).toBe(custom);
  });
});
