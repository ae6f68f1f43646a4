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
  type V2Error,
  type V3Error,
} from "./rule_calls.ts";

// contracts/rule.md §5, §6, §9, §12.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function fresh(): RuleCalls {
  instance += 1;
  return ruleCalls(sandbox, `fields-${instance}`);
}

interface RecordView {
  id: number;
  group_name: string;
  historical: boolean;
  values: { field_name: string; field_type: string; field_value: unknown }[];
}
interface Page {
  data: RecordView[];
  meta: { page: number; per_page: number };
}
const order = (number: string, more: object = {}) => ({
  groups: [
    {
      group: "Sitoo-Order",
      historical: true,
      values: [
        { field: "Number", value: number },
        { field: "Total", value: "100.00" },
      ],
      ...more,
    },
  ],
});
const write = (calls: RuleCalls, body: unknown, id: number | string = BERTIL) =>
  calls.v3("POST", `/custom-field-data/${id}`, body);
const search = (calls: RuleCalls, query: string, id = BERTIL) =>
  calls.v3("GET", `/custom-field-data/${id}/search?${query}`);
const setField = (calls: RuleCalls, key: string, value: unknown, type?: string) =>
  calls.v2("PUT", `/subscribers/${BERTIL}`, {
    fields: [{ key, value, ...(type === undefined ? {} : { type }) }],
  });

describe("schema (§5)", () => {
  test("POST makes group and field, and again changes nothing", async () => {
    const calls = fresh();
    const body = { fields: [{ key: "Loyalty.Level" }, { key: "Loyalty.Since", type: "date" }] };
    interface Group {
      id: number;
      fields: { id: number; name: string; type: string }[];
    }
    const read = async (which: string | number): Promise<Group> =>
      (await calls.v2("GET", `/customizations/${which}`)).json<Group>();
    expect((await calls.v2("POST", "/customizations", body)).status).toBe(200);
    const first = await read("Loyalty");
    expect(first.fields.map(({ name, type }) => [name, type])).toEqual([
      ["Level", "text"],
      ["Since", "date"],
    ]);
    expect((await calls.v2("POST", "/customizations", body)).status).toBe(200);
    expect(await read(first.id)).toEqual(first);
    expect((await calls.v2("GET", "/customizations/Nothing")).status).toBe(404);
  });

  test.each([
    ["no dot", { key: "Loyalty" }, "fields.0.key"],
    ["two dots", { key: "Loyalty.Level.Name" }, "fields.0.key"],
    ["an empty field", { key: "Loyalty. " }, "fields.0.key"],
    ["an unknown type", { key: "Loyalty.Level", type: "number" }, "fields.0.type"],
    ["another type than it has", { key: "Sitoo-Contact.bonuschecks" }, "fields.0.type"],
  ])("%s is refused", async (_what, field, at) => {
    const answer = await fresh().v2("POST", "/customizations", { fields: [field] });
    expect([answer.status, Object.keys(answer.json<V2Error>().fields ?? {})]).toEqual([400, [at]]);
  });

  test("the list names groups and types, and pages", async () => {
    const calls = fresh();
    const { groups, meta } = (await calls.v2("GET", "/customizations?limit=3")).json<{
      groups: { name: string }[];
      meta: { next: string | null };
    }>();
    expect(groups.map(({ name }) => name)).toEqual([
      "Sitoo-Contact",
      "Sitoo-Address",
      "Sitoo-Order",
    ]);
    expect(meta.next).toContain("page=2");
  });
});

describe("values (§5)", () => {
  test.each<[string, unknown]>([
    ["date", "2026-11-24"],
    ["datetime", "2026-11-24 18:05:09"],
    ["time", "18:05:09"],
    ["multiple", ["card", "cash"]],
    ["single", "card"],
    ["json", '{"a":[1]}'],
    ["text", "anything"],
    ["json", ""],
  ])("%s takes %j", async (type, value) => {
    const calls = fresh();
    expect((await setField(calls, "Extra.One", value, type)).status).toBe(200);
    const kept = type === "json" && value !== "" ? { a: [1] } : value;
    expect((await subscriberState(calls, BERTIL)).fields["Extra.One"]).toEqual(kept);
  });

  test.each<[string, unknown]>([
    ["date", "24/11/2026"],
    ["date", "2026-02-30"],
    ["datetime", "2026-11-24T18:05:09"],
    ["datetime", "2026-11-24 24:00:00"],
    ["time", "18:05"],
    ["multiple", "card"],
    ["multiple", [1]],
    ["json", { a: 1 }],
    ["json", [1]],
    ["json", "not JSON"],
    ["text", 12],
    ["text", null],
    ["text", true],
  ])("%s refuses %j", async (type, value) => {
    const calls = fresh();
    const answer = await setField(calls, "Extra.One", value, type);
    expect(answer.status).toBe(400);
    expect(answer.json<V2Error>().fields).toHaveProperty(["fields.0.value"]);
    expect((await subscriberState(calls, BERTIL)).fields).not.toHaveProperty(["Extra.One"]);
  });

  test("the type of a field that exists decides; another one in the request is refused", async () => {
    const calls = fresh();
    const encoded = JSON.stringify([{ id: "BC-1" }]);
    expect((await setField(calls, "Sitoo-Contact.bonuschecks", encoded)).status).toBe(200);
    expect((await setField(calls, "Sitoo-Contact.bonuschecks", [{ id: "BC-1" }])).status).toBe(400);
    const answer = await setField(calls, "Sitoo-Contact.bonuschecks", encoded, "text");
    expect(answer.json<V2Error>().fields).toHaveProperty(["fields.0.type"]);
  });

  test("numbers may count as text", async () => {
    const calls = fresh();
    await profile(calls, { numbersAsText: true });
    expect((await setField(calls, "Extra.One", 12)).status).toBe(200);
    expect((await subscriberState(calls, BERTIL)).fields["Extra.One"]).toBe("12");
  });

  test("v2 drops unknown fields without a word when it shall not make them", async () => {
    const calls = fresh();
    const answer = await calls.v2("POST", "/subscribers", {
      update_on_duplicate: true,
      auto_create_fields: false,
      subscribers: {
        email: "bertil@example.com",
        fields: [
          { key: "Sitoo-Contact.namefirst", value: "Bert" },
          { key: "Sitoo-Contact.shoesize", value: "42" },
          { key: "Nowhere.At", value: "x" },
        ],
      },
    });
    expect(answer.status).toBe(200);
    const { fields } = await subscriberState(calls, BERTIL);
    expect(fields["Sitoo-Contact.namefirst"]).toBe("Bert");
    expect(fields).not.toHaveProperty(["Sitoo-Contact.shoesize"]);
    expect((await calls.v2("GET", "/customizations/Nowhere")).status).toBe(404);
    const dropped = (await calls.control("GET", "/changes?kind=dropped")).json<{
      items: unknown[];
    }>();
    expect(dropped.items).toHaveLength(2);
  });

  test("fields_clear empties the groups that are named, or all", async () => {
    const calls = fresh();
    const clear = () =>
      calls.v2("POST", "/subscribers", {
        update_on_duplicate: true,
        fields_clear: true,
        subscribers: {
          email: "bertil@example.com",
          fields: [{ key: "Sitoo-Contact.namefirst", value: "Bert" }],
        },
      });
    await clear();
    expect((await subscriberState(calls, BERTIL)).fields).toMatchObject({
      "Sitoo-Contact.namefirst": "Bert",
      "Sitoo-Contact.namelast": "",
      "Sitoo-Address.invoice_city": "Göteborg",
    });
    await profile(calls, { fieldsClear: "all" });
    await clear();
    expect((await subscriberState(calls, BERTIL)).fields["Sitoo-Address.invoice_city"]).toBe("");
  });
});

describe("bonus checks (§9)", () => {
  test("are JSON as a string in both versions, with keys that nobody knows", async () => {
    const calls = fresh();
    const { groups } = (
      await calls.v2("GET", `/subscriber/${ASTRID}/fields?identified_by=id`)
    ).json<{ groups: { name: string; fields: { name: string; value: unknown }[] }[] }>();
    const inV2 = groups
      .find(({ name }) => name === "Sitoo-Contact")
      ?.fields.find(({ name }) => name === "bonuschecks")?.value;
    expect(inV2).toBeTypeOf("string");
    const checks = JSON.parse(String(inV2)) as Record<string, unknown>[];
    expect(checks).toHaveLength(5);
    expect(checks[1]).toMatchObject({ id: "BC-500002", campaign: "autumn", redeemed: false });

    const path = `/custom-field-data/${ASTRID}/group/Sitoo-Contact?fields[]=bonuschecks`;
    const inV3 = (await calls.v3("GET", path)).json<Page>().data[0]?.values;
    expect(inV3).toEqual([
      expect.objectContaining({ field_name: "bonuschecks", field_type: "json", field_value: inV2 }),
    ]);
    await profile(calls, { jsonReadAs: "decoded" });
    expect((await calls.v3("GET", path)).json<Page>().data[0]?.values[0]?.field_value).toEqual(
      checks,
    );
  });

  test("every write is kept with its request, so that a use can be followed", async () => {
    const calls = fresh();
    const used = (remaining: string) =>
      JSON.stringify([{ id: "BC-500006", redeemed: remaining === "0.00", remaining }]);
    await setField(calls, "Sitoo-Contact.bonuschecks", used("150.00"));
    await setField(calls, "Sitoo-Contact.bonuschecks", used("0.00"));
    const [record] = await records(calls, BERTIL, "Sitoo-Contact");
    expect(record?.writes.slice(-2)).toEqual([
      expect.objectContaining({
        seq: 1,
        call: `v2 PUT /subscribers/${BERTIL}`,
        values: { bonuschecks: [{ id: "BC-500006", redeemed: false, remaining: "150.00" }] },
      }),
      expect.objectContaining({
        seq: 2,
        values: { bonuschecks: [{ id: "BC-500006", redeemed: true, remaining: "0.00" }] },
      }),
    ]);
  });
});

describe("records (§5, §6)", () => {
  test("a historical group gains a record with each write, and a repeat doubles it", async () => {
    const calls = fresh();
    expect((await write(calls, order("10001"))).json()).toEqual({ success: true });
    await write(calls, order("10001"));
    await write(calls, order("10002"));
    const rows = await records(calls, BERTIL, "Sitoo-Order");
    expect(rows.map(({ values }) => values["Number"])).toEqual(["10001", "10001", "10002"]);
    expect(rows.map(({ repeatOf }) => repeatOf)).toEqual([null, rows[0]?.id, null]);
    expect(rows.map(({ writes }) => writes[0]?.seq)).toEqual([1, 2, 3]);
    expect((await counts(calls)).repeats["Sitoo-Order"]).toBe(1);
    const listed = (
      await calls.v3("GET", `/custom-field-data/${BERTIL}/group/Sitoo-Order`)
    ).json<Page>();
    expect(listed.data).toHaveLength(3);
  });

  test("v2 fields of a historical group are a record too, any other group overwrites", async () => {
    const calls = fresh();
    for (const name of ["Bert", "Berta"]) {
      await calls.v2("POST", "/subscribers", {
        update_on_duplicate: true,
        tags: ["Sitoo"],
        subscribers: {
          email: "bertil@example.com",
          fields: [
            { key: "Sitoo-Contact.namefirst", value: name },
            { key: "Sitoo-Order.Number", value: "10001" },
          ],
        },
      });
    }
    expect(await records(calls, BERTIL, "Sitoo-Order")).toHaveLength(2);
    expect(await records(calls, BERTIL, "Sitoo-Contact")).toHaveLength(1);
    expect((await subscriberState(calls, BERTIL)).fields["Sitoo-Contact.namefirst"]).toBe("Berta");
  });

  test("unknown groups and fields are dropped unless they shall be made", async () => {
    const calls = fresh();
    const values = [{ field: "Ref", value: "R1" }];
    expect((await write(calls, { groups: [{ group: "Booking", values }] })).status).toBe(200);
    expect((await calls.v2("GET", "/customizations/Booking")).status).toBe(404);
    await write(calls, { groups: [{ group: "Booking", create_if_not_exists: true, values }] });
    // The group is made, its field is not, and a record without values is none.
    expect((await calls.v2("GET", "/customizations/Booking")).status).toBe(200);
    expect(await records(calls, BERTIL, "Booking")).toHaveLength(0);
    await write(calls, {
      groups: [
        {
          group: "Visit",
          historical: true,
          create_if_not_exists: true,
          values: [{ field: "Ref", create_if_not_exists: true, value: "R1" }],
        },
      ],
    });
    await write(calls, { groups: [{ group: "Visit", values }] });
    expect(await records(calls, BERTIL, "Visit")).toHaveLength(2);
  });

  test("whose `historical` decides is a matter of the profile", async () => {
    const calls = fresh();
    await write(calls, order("10001", { historical: false }));
    await write(calls, order("10002", { historical: false }));
    expect(await records(calls, BERTIL, "Sitoo-Order")).toHaveLength(2);
    await profile(calls, { historicalBy: "request" });
    await write(calls, order("10003", { historical: false }));
    await write(calls, order("10004", { historical: false }));
    const rows = await records(calls, BERTIL, "Sitoo-Order");
    expect(rows.map(({ values }) => values["Number"])).toEqual(["10001", "10002", "10004"]);
  });

  test("search finds by id and by value, the newest first, 404 without a hit", async () => {
    const calls = fresh();
    await write(calls, order("10001"));
    await calls.control("POST", "/clock", { advanceMs: 1000 });
    await write(calls, order("10001"));
    const [, newest] = await records(calls, BERTIL, "Sitoo-Order");
    const byValue = "group=Sitoo-Order&field=Number&value=10001";
    expect((await search(calls, byValue)).json<{ data: RecordView }>().data.id).toBe(newest?.id);
    expect(
      (await search(calls, `data_id=${newest?.id}`)).json<{ data: RecordView }>().data,
    ).toMatchObject({
      group_name: "Sitoo-Order",
      historical: true,
      values: [
        { field_name: "Number", field_type: "text", field_value: "10001" },
        { field_name: "Total", field_type: "text", field_value: "100.00" },
      ],
    });
    for (const query of [
      "group=Sitoo-Order&field=Number&value=1000",
      "group=Sitoo-Order&field=Reference&value=10001",
      "group=Nowhere&field=Number&value=10001",
    ])
      expect((await search(calls, query)).status).toBe(404);
    expect((await search(calls, `data_id=${newest?.id}`, ASTRID)).status).toBe(404);
    expect((await search(calls, "group=Sitoo-Order")).status).toBe(422);
  });

  test("PUT changes one record, found as by the search", async () => {
    const calls = fresh();
    const put = (identifier: object, values: object[], id: string | number = BERTIL) =>
      calls.v3("PUT", `/custom-field-data/${id}`, { identifier, values });
    await write(calls, order("10001"));
    await write(calls, order("10002"));
    const byNumber = { group: "Sitoo-Order", field: "Number", value: "10001" };
    expect((await put(byNumber, [{ field: "Total", value: "80.00" }])).status).toBe(200);
    await put(byNumber, [{ field: "Unheard", value: "x" }]);
    const rows = await records(calls, BERTIL, "Sitoo-Order");
    expect(rows.map(({ values }) => values)).toEqual([
      { Number: "10001", Total: "80.00" },
      { Number: "10002", Total: "100.00" },
    ]);
    expect((await put({ data_id: rows[1]?.id }, [{ field: "Date", value: "today" }])).status).toBe(
      422,
    );
    expect(
      (await put({ data_id: rows[1]?.id }, [{ field: "Total", value: "1" }], ASTRID)).status,
    ).toBe(404);
    expect((await put({ group: "Sitoo-Order" }, [{ field: "Total", value: "1" }])).status).toBe(
      422,
    );
    // A repeat of what was first sent is seen as one although the record was changed since.
    await write(calls, order("10001"));
    expect((await counts(calls)).repeats["Sitoo-Order"]).toBe(1);
  });

  test("lists filter, page with a small default, and turn round by profile", async () => {
    const calls = fresh();
    const list = async (query: string): Promise<Page> =>
      (await calls.v3("GET", `/custom-field-data/${BERTIL}${query}`)).json<Page>();
    for (let number = 1; number <= 20; number += 1) await write(calls, order(String(number)));
    const numbers = ({ data }: Page) => data.map(({ values }) => values[0]?.field_value);
    const first = await list("?groups_name[]=Sitoo-Order");
    expect([first.data.length, first.meta, numbers(first)[0]]).toEqual([
      15,
      { page: 1, per_page: 15 },
      "20",
    ]);
    expect(numbers(await list("?groups_name[]=Sitoo-Order&page=2"))).toHaveLength(5);
    expect((await list("?groups_name[]=Sitoo-Contact&groups_name[]=Nowhere")).data).toHaveLength(1);
    expect((await list("?per_page=100")).data).toHaveLength(22);
    await profile(calls, { recordsOrder: "oldest" });
    expect(numbers(await list("/group/Sitoo-Order?per_page=2"))).toEqual(["1", "2"]);
    const over = await calls.v3("GET", `/custom-field-data/${BERTIL}?per_page=101`);
    expect([over.status, Object.keys(over.json<V3Error>().errors ?? {})]).toEqual([
      422,
      ["per_page"],
    ]);
  });

  test("a group is deleted whole; one that is unknown is 404, or empty by profile", async () => {
    const calls = fresh();
    const group = `/custom-field-data/${ASTRID}/group`;
    expect((await calls.v3("DELETE", `${group}/Sitoo-Order`)).status).toBe(204);
    expect((await calls.v3("GET", `${group}/Sitoo-Order`)).json<Page>().data).toEqual([]);
    expect((await calls.v3("DELETE", `${group}/Nowhere`)).status).toBe(404);
    expect((await calls.v3("GET", `${group}/Nowhere`)).status).toBe(404);
    await profile(calls, { unknownGroupRead: "empty" });
    expect((await calls.v3("GET", `${group}/Nowhere`)).json<Page>().data).toEqual([]);
  });

  test("subscribers are numbers here: an email finds nobody", async () => {
    const calls = fresh();
    expect((await write(calls, order("1"), "bertil%40example.com")).status).toBe(404);
    expect((await calls.v3("GET", "/custom-field-data/10013")).status).toBe(404);
  });

  test.each<[string, object, string]>([
    ["no groups", { groups: [] }, "groups"],
    ["no values", order("1", { values: [] }), "groups.0.values"],
    ["an unknown member", order("1", { createIfNotExists: true }), "groups.0.createIfNotExists"],
    [
      "a wrong value",
      order("1", { values: [{ field: "Date", value: "now" }] }),
      "groups.0.values.0.value",
    ],
    [
      "JSON that is not a string",
      order("1", { values: [{ field: "Products", value: [{ sku: "A1" }] }] }),
      "groups.0.values.0.value",
    ],
  ])("%s is refused in v3's envelope and nothing is written", async (_what, body, at) => {
    const calls = fresh();
    const answer = await write(calls, body);
    expect([answer.status, Object.keys(answer.json<V3Error>().errors ?? {})]).toEqual([422, [at]]);
    expect(await records(calls, BERTIL, "Sitoo-Order")).toHaveLength(0);
  });

  test("all values of one group stay under 65 KiB, counted in bytes", async () => {
    const calls = fresh();
    const products = (bytes: number) =>
      order("1", {
        values: [{ field: "Products", value: JSON.stringify("x".repeat(bytes - 2)) }],
      });
    expect((await write(calls, products(65 * 1024 - 1))).status).toBe(200);
    expect((await write(calls, products(65 * 1024))).status).toBe(422);
    // What the group holds already counts, and å is two bytes.
    const half = "å".repeat(17 * 1024);
    expect((await setField(calls, "Wide.One", half)).status).toBe(200);
    expect((await setField(calls, "Wide.Two", half)).status).toBe(400);
    expect((await setField(calls, "Other.Two", half)).status).toBe(200);
  });

  test("a record may be found later than it was written, by the instance's clock", async () => {
    const calls = fresh();
    await profile(calls, { fieldDataLagMs: 5000, fieldDataStatus: 204 });
    expect((await write(calls, order("10001"))).status).toBe(204);
    const query = "group=Sitoo-Order&field=Number&value=10001";
    expect((await search(calls, query)).status).toBe(404);
    expect((await counts(calls)).records["Sitoo-Order"]).toBe(7);
    await calls.control("POST", "/clock", { advanceMs: 5000 });
    expect((await search(calls, query)).status).toBe(200);
  });

  test("v2 shows the latest record of a history, or all of them", async () => {
    const calls = fresh();
    const orders = async (): Promise<unknown[]> =>
      (await calls.v2("GET", `/subscriber/${ASTRID}/fields?identified_by=id`))
        .json<{
          groups: {
            name: string;
            historical: boolean;
            fields: { name: string; value: unknown }[];
          }[];
        }>()
        .groups.filter(({ name, historical }) => name === "Sitoo-Order" && historical)
        .map(({ fields }) => fields.find(({ name }) => name === "Number")?.value);
    expect(await orders()).toEqual(["old-0003"]);
    await profile(calls, { v2History: "all" });
    expect(await orders()).toEqual(["old-0003", "old-0002", "old-0001"]);
  });
});
