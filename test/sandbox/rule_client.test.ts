import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./harness.ts";
import {
  ASTRID,
  BERTIL,
  counts,
  profile,
  records,
  type RuleCalls,
  ruleCalls,
  subscriberState,
} from "./rule_calls.ts";

/**
 * contracts/rule.md §12: the vendor's own client against the simulator. It is no dependency, because its package
 * `@rulecom/rcml` cannot be had from the registry; it needs a place that somebody made for it, and is passed over without:
 * RULE_CLIENT=/somewhere/node_modules/@rulecom/client/src/index.js
 */
const place = process.env["RULE_CLIENT"];

interface Failure {
  statusCode: number;
  message: string;
  validationErrors?: Record<string, string[]>;
  retryAfterSeconds?: number;
  rateLimitLimit?: number;
  rateLimitRemaining?: number;
  errorPercentLimit?: number;
  errorPercentCurrent?: number;
}
interface Person {
  id: number;
  email: string | null;
  phone: string | null;
  customIdentifier: string | null;
  status?: string;
  tags?: { id: number; name: string }[];
  suppressed?: boolean;
}
interface Data {
  id: number;
  groupName: string;
  historical: boolean;
  values: { fieldName: string; fieldType: string; fieldValue: unknown }[];
}
type Who = { email: string } | { id: number } | { phoneNumber: string };
/** As much of the client as is used here. */
interface Client {
  subscribers: {
    create: (payload: object) => Promise<Person>;
    bulkCreateSubscribers: (payload: object) => Promise<object>;
    getById: (id: number) => Promise<Person | null>;
    getByEmail: (email: string) => Promise<Person | null>;
    getByPhone: (phone: string) => Promise<Person | null>;
    getByCustomIdentifier: (identifier: string) => Promise<Person | null>;
    deleteByPhoneNumber: (phone: string) => Promise<object>;
    sync: (payload: object) => Promise<Person>;
    addSubscriberTag: (who: Who, tag: string) => Promise<object>;
    triggerTagAutomation: (who: Who, tag: string) => Promise<object>;
    removeSubscriberTag: (who: Who, tag: string) => Promise<object>;
    addSubscriberTags: (who: Who, tags: string[], options?: object) => Promise<object>;
    bulkRemoveSubscriberTags: (who: Who[], tags: string[]) => Promise<object>;
    getSubscriberTags: (who: Who) => Promise<{ name: string }[] | null>;
    listAllSubscribersByTagIds: (params: object) => Promise<Person[]>;
    block: (who: Who[]) => Promise<object>;
    unblock: (who: Who[]) => Promise<object>;
    suppressSubscribers: (who: Who[], types?: string[]) => Promise<void>;
    unsuppressSmsForSubscriber: (who: Who) => Promise<void>;
    upsertHistoricalCustomFieldData: (id: number, data: object) => Promise<object>;
    updateCustomFieldData: (id: number, data: object) => Promise<object>;
    patchCustomFieldData: (id: number, payload: object) => Promise<object>;
    findCustomFieldData: (id: number, params: object) => Promise<{ data?: Data } | null>;
    listAllCustomFieldDataByGroup: (id: number, group: string | number) => Promise<Data[]>;
    listCustomFieldData: (id: number, params: object) => Promise<{ data: Data[]; meta?: object }>;
    deleteCustomFieldDataByGroup: (id: number, group: string) => Promise<object>;
  };
  customField: {
    createGroups: (fields: object[]) => Promise<void>;
    getGroupByName: (
      name: string,
    ) => Promise<{ id: number; fields: { name: string; type: string }[] } | null>;
    listAllGroups: () => Promise<{ name: string }[]>;
  };
}
interface Package {
  RuleClient: new (config: object) => Client;
  parseWebhookEvent: (body: unknown) => { type: string };
}

describe.skipIf(place === undefined)("the vendor's own client", () => {
  let sandbox: Sandbox;
  let theirs: Package;
  let instance = 0;
  beforeAll(async () => {
    sandbox = await startSandbox();
    theirs = (await import(/* @vite-ignore */ pathToFileURL(place ?? "").href)) as Package;
  });
  afterAll(() => sandbox?.close());

  function fresh(more: object = {}): { calls: RuleCalls; client: Client } {
    instance += 1;
    const calls = ruleCalls(sandbox, `client-${instance}`);
    const client = new theirs.RuleClient({
      apiKey: "sandbox-rule-key",
      baseUrlV2: `${calls.url}/api/v2`,
      baseUrlV3: `${calls.url}/api/v3`,
      ...more,
    });
    return { calls, client };
  }
  const wait = (calls: RuleCalls, advanceMs = 1000) =>
    calls.control("POST", "/clock", { advanceMs });
  const failure = async (doing: Promise<unknown>): Promise<Failure> =>
    doing.then(
      () => Promise.reject(new Error("it succeeded")),
      (error: unknown) => error as Failure,
    );

  test("finds by every identifier, and nobody is null", async () => {
    const { subscribers } = fresh().client;
    const found = await Promise.all([
      subscribers.getById(ASTRID),
      subscribers.getByEmail("astrid@example.com"),
      subscribers.getByPhone("+46701740605"),
      subscribers.getByCustomIdentifier("10012"),
    ]);
    expect(found.map((one) => one?.id)).toEqual([ASTRID, ASTRID, ASTRID, ASTRID]);
    expect(found[0]).toMatchObject({ phone: "+46701740605", customIdentifier: "10012" });
    expect(await subscribers.getByEmail("nobody@example.com")).toBeNull();
    expect(await subscribers.getSubscriberTags({ id: 1 })).toBeNull();
  });

  test("creates, creates many, deletes", async () => {
    const { calls, client } = fresh();
    const tove = await client.subscribers.create({
      email: "tove@example.com",
      phoneNumber: "+46701740640",
      customIdentifier: "T1",
      status: "ACTIVE",
    });
    expect(tove).toMatchObject({ phone: "+46701740640", customIdentifier: "T1", status: "ACTIVE" });
    const again = await failure(client.subscribers.create({ email: "tove@example.com" }));
    expect(again).toMatchObject({
      statusCode: 422,
      validationErrors: { email: [expect.any(String)] },
    });
    expect(
      await client.subscribers.bulkCreateSubscribers({
        updateOnDuplicate: true,
        tags: ["Launch", 50_001],
        subscribers: [
          { email: "astrid@example.com", fields: [{ key: "Sitoo-Contact.phone", value: "1" }] },
          { email: "ulf@example.com" },
          { email: "bertil@example.com" },
        ],
      }),
    ).toEqual({
      success: true,
      message: "Success",
      subscribersCreated: 1,
      subscribersUpdated: 1,
      subscribersSuppressed: 1,
    });
    await client.subscribers.deleteByPhoneNumber("+46701740640");
    expect((await counts(calls)).subscribers).toBe(13);
    const duplicate = client.subscribers.bulkCreateSubscribers({
      subscribers: [{ email: "ulf@example.com" }],
    });
    expect(await failure(duplicate)).toMatchObject({
      statusCode: 409,
      message: "DuplicateSubscriber",
    });
  });

  test("sync creates, finds who exists after the refusal, writes fields and tags", async () => {
    const { calls, client } = fresh();
    for (const Number of ["10001", "10002"])
      await client.subscribers.sync({
        subscriber: { email: "astrid@example.com" },
        customFieldData: { "Sitoo-Contact": { company: "Example" }, Unheard: { Of: "x" } },
        historicalCustomFieldData: { "Sitoo-Order": { Number } },
        tags: ["SitooOrder", "Synced"],
      });
    await wait(calls);
    expect(await subscriberState(calls, ASTRID)).toMatchObject({
      tags: ["Sitoo", "SitooOrder", "Staff", "VIP", "Synced"],
      fields: { "Sitoo-Contact.company": "Example" },
    });
    expect(await records(calls, ASTRID, "Sitoo-Order")).toHaveLength(5);
    expect(await client.customField.getGroupByName("Unheard")).toBeNull();
  });

  test("tags, one and many", async () => {
    const { calls, client } = fresh();
    const astrid = { email: "astrid@example.com" };
    await client.subscribers.addSubscriberTag(astrid, "One");
    await client.subscribers.triggerTagAutomation({ id: ASTRID }, "Two");
    await client.subscribers.addSubscriberTags(astrid, ["Three"], {
      callbackUrl: "https://example.com/done",
    });
    await wait(calls);
    await client.subscribers.removeSubscriberTag(astrid, "One");
    await client.subscribers.bulkRemoveSubscriberTags([astrid, { id: BERTIL }], ["Sitoo"]);
    await wait(calls);
    expect((await client.subscribers.getSubscriberTags(astrid))?.map(({ name }) => name)).toEqual([
      "SitooOrder",
      "Staff",
      "VIP",
      "Two",
      "Three",
    ]);
    expect(
      (await client.subscribers.listAllSubscribersByTagIds({ tagIds: [50_003, 50_004] })).map(
        ({ id, suppressed }) => [id, suppressed],
      ),
    ).toEqual([
      [ASTRID, false],
      [910_019, false],
    ]);
  });

  test("its iteration follows our pages", async () => {
    const { calls, client } = fresh();
    const crowd = Array.from({ length: 130 }, (_, index) => ({
      email: `crowd${index}@example.com`,
      tags: ["Staff"],
    }));
    await calls.control("POST", "/subscribers", crowd);
    expect(await client.subscribers.listAllSubscribersByTagIds({ tagIds: [50_003] })).toHaveLength(
      132,
    );
    for (let number = 0; number < 101; number += 1)
      await calls.control("POST", "/records", {
        subscriberId: BERTIL,
        group: "Order",
        values: { Number: String(number) },
      });
    expect(await client.subscribers.listAllCustomFieldDataByGroup(BERTIL, "Order")).toHaveLength(
      101,
    );
  });

  test("blocks and suppressions", async () => {
    const { calls, client } = fresh();
    await client.subscribers.block([{ phoneNumber: "+46701740605" }]);
    await client.subscribers.suppressSubscribers([{ id: ASTRID }]);
    await client.subscribers.unsuppressSmsForSubscriber({ email: "astrid@example.com" });
    await wait(calls);
    expect(await subscriberState(calls, ASTRID)).toMatchObject({
      status: "BLOCKED",
      suppressions: [{ dispatcherType: "campaign", messageType: "email", sourceType: "api" }],
    });
    await client.subscribers.unblock([{ id: ASTRID }]);
    await wait(calls);
    expect((await subscriberState(calls, ASTRID)).status).toBe("ACTIVE");
  });

  test("field data: writes, finds, patches, lists, deletes", async () => {
    const { calls, client } = fresh();
    const { subscribers, customField } = client;
    await customField.createGroups([{ key: "Visit.Ref" }, { key: "Visit.At", type: "datetime" }]);
    expect((await customField.getGroupByName("Visit"))?.fields).toEqual([
      { id: expect.any(Number), name: "Ref", type: "text" },
      { id: expect.any(Number), name: "At", type: "datetime" },
    ]);
    expect((await customField.listAllGroups()).map(({ name }) => name)).toContain("Visit");
    const order = { "Sitoo-Order": { Number: "10001", Total: "1.00", Coupon: "X" } };
    await subscribers.upsertHistoricalCustomFieldData(BERTIL, order);
    await subscribers.upsertHistoricalCustomFieldData(BERTIL, order);
    expect((await counts(calls)).repeats["Sitoo-Order"]).toBe(1);
    const found = { group: "Sitoo-Order", field: "Number", value: "10001" };
    const hit = await subscribers.findCustomFieldData(BERTIL, found);
    expect(hit?.data).toMatchObject({ groupName: "Sitoo-Order", historical: true });
    expect(await subscribers.findCustomFieldData(BERTIL, { ...found, value: "1" })).toBeNull();
    await subscribers.patchCustomFieldData(BERTIL, {
      identifier: { dataId: hit?.data?.id },
      values: [{ field: "Total", value: "2.00" }],
    });
    const rows = await subscribers.listAllCustomFieldDataByGroup(BERTIL, "Sitoo-Order");
    expect(
      rows.map(({ values }) => values.find(({ fieldName }) => fieldName === "Total")?.fieldValue),
    ).toEqual(["2.00", "1.00"]);
    const page = await subscribers.listCustomFieldData(BERTIL, {
      pagination: { page: 1, pageSize: 1 },
      filters: { groupNames: ["Sitoo-Order", "Sitoo-Contact"] },
    });
    expect([page.data.length, page.meta]).toEqual([1, { page: 1, pageSize: 1 }]);
    await subscribers.updateCustomFieldData(BERTIL, { "Sitoo-Contact": { company: "Example" } });
    expect((await subscriberState(calls, BERTIL)).fields["Sitoo-Contact.company"]).toBe("Example");
    await subscribers.deleteCustomFieldDataByGroup(BERTIL, "Sitoo-Order");
    expect(await records(calls, BERTIL, "Sitoo-Order")).toEqual([]);
    const wrong = subscribers.updateCustomFieldData(BERTIL, {
      "Sitoo-Contact": { bonuschecks: 1 },
    });
    // It sends numbers as text, and "1" is JSON.
    await wrong;
    expect((await subscriberState(calls, BERTIL)).fields["Sitoo-Contact.bonuschecks"]).toBe(1);
  });

  test("reads our rate headers, and waits as long as both forms of Retry-After say", async () => {
    const slept: number[] = [];
    const { calls, client } = fresh({
      rateLimiting: {
        maxRetries: 1,
        maxRetryAfterMs: 120_000,
        random: () => 0,
        sleep: async (ms: number) => {
          slept.push(ms);
          await wait(calls, ms + 1000);
        },
      },
    });
    const read = () => client.subscribers.listCustomFieldData(ASTRID, {});
    const missing = await failure(client.subscribers.listCustomFieldData(1, {}));
    expect(missing).toMatchObject({
      statusCode: 404,
      rateLimitLimit: 6000,
      rateLimitRemaining: 5999,
      errorPercentLimit: 49,
      errorPercentCurrent: 1,
    });
    await profile(calls, { blockExtensionMs: 0 });
    for (const set of ["2027-01-15T12:00:00Z", "2027-07-15T12:00:00Z"]) {
      await calls.control("POST", "/clock", { set });
      await calls.control("POST", "/limits", { blockForMs: 40_000 });
      expect((await read()).data.length).toBeGreaterThan(0);
    }
    await profile(calls, { retryAfterForm: "seconds" });
    await calls.control("POST", "/limits", { blockForMs: 40_000 });
    await read();
    for (const ms of slept) {
      expect(ms).toBeGreaterThanOrEqual(39_000);
      expect(ms).toBeLessThanOrEqual(41_000);
    }
    expect(slept).toHaveLength(3);
  });

  test("understands a wrong key, and our webhooks", async () => {
    const { client, calls } = fresh({ apiKey: "wrong" });
    expect(await failure(client.subscribers.getById(ASTRID))).toMatchObject({ statusCode: 401 });
    const type = async (path: string, body: object) => {
      const { webhooks } = (await calls.control("POST", path, body)).json<{
        webhooks: unknown[];
      }>();
      return theirs.parseWebhookEvent(webhooks[0]).type;
    };
    const subscriberId = ASTRID;
    expect([
      await type("/suppress", { subscriberId }),
      await type("/resubscribe", { subscriberId }),
      await type("/tag", { subscriberId, tags: ["A"] }),
      await type("/import", { subscribers: [{ email: "ulf@example.com" }] }),
    ]).toEqual([
      "subscriber.suppressed",
      "subscriber.resubscribed",
      "subscriber.tag-changed",
      "import.finished",
    ]);
  });
});
