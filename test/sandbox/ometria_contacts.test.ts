import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ASTRID, type Sandbox, startSandbox } from "./harness.ts";
import { type Account, accountOf, type ProfileBody } from "./ometria_account.ts";

// contracts/ometria.md §5, §6.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const fresh = (): Account => accountOf(sandbox, `contacts-${(instance += 1)}`);

const contact = (id: string, rest: object = {}) => ({
  "@type": "contact",
  "@collection": "sitoo_pos",
  "@merge": true,
  id,
  customer_id: id,
  ...rest,
});
const read = async ({ api }: Account, id: string, collection = "sitoo_pos") =>
  (await api("GET", `/contacts/${collection}/${id}`)).json<Record<string, unknown>>();

describe("upsert and @merge (§3)", () => {
  const full = {
    email: "ny@example.com",
    firstname: "Ny",
    lastname: "Person",
    properties: { a: 1, b: 2 },
    channels: { sms: { allow_marketing: true, dt_updated_marketing: "2026-01-01T10:00:00Z" } },
  };

  test("with @merge unset fields stay, and a member is replaced whole", async () => {
    const account = fresh();
    await account.pushed(contact("c-1", full));
    await account.pushed(contact("c-1", { firstname: "Nyare", properties: { b: 3 } }));
    expect(await read(account, "c-1")).toMatchObject({
      firstname: "Nyare",
      lastname: "Person",
      properties: { b: 3 },
      object_version: 2,
    });
    await account.set({ mergeDepth: "deep" });
    await account.pushed(contact("c-1", { properties: { c: 4 } }));
    expect(await read(account, "c-1")).toMatchObject({ properties: { b: 3, c: 4 } });
  });

  test("without it they are blanked, unless the account keeps to the older text", async () => {
    const account = fresh();
    await account.pushed(contact("c-1", full));
    await account.pushed(contact("c-1", { "@merge": false, email: "ny@example.com" }));
    expect(await read(account, "c-1")).not.toHaveProperty("lastname");
    await account.set({ updateSemantics: "partial" });
    await account.pushed(contact("c-1", { "@merge": false, lastname: "Åter" }));
    expect(await read(account, "c-1")).toMatchObject({ email: "ny@example.com", lastname: "Åter" });
  });

  test("the same id in another collection is another listing", async () => {
    const account = fresh();
    await account.pushed(
      contact("c-1", { email: "ny@example.com" }),
      contact("c-1", { "@collection": "Default", email: "annan@example.com", customer_id: null }),
    );
    expect(await read(account, "c-1")).toMatchObject({ email: "ny@example.com" });
    expect(await read(account, "c-1", "default")).toMatchObject({ email: "annan@example.com" });
    const collections = (await account.api("GET", "/contacts")).json<{ id: string }[]>();
    expect(collections.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["sitoo_pos", "default"]),
    );
  });

  test("a single write goes to the address's listing, and agrees with it", async () => {
    const account = fresh();
    const path = "/contacts/AppAdded/c-1";
    expect((await account.api("POST", path, { email: "ny@example.com" })).status).toBe(202);
    await account.settle();
    expect(await read(account, "c-1", "AppAdded")).toMatchObject({ email: "ny@example.com" });
    expect((await account.api("POST", path, { id: "c-2" })).status).toBe(400);
    expect((await account.api("POST", path, [{ id: "c-1" }])).status).toBe(400);
  });

  test("lists: joined, left, and never one that is not there", async () => {
    const account = fresh();
    await account.pushed(contact("c-1", { "@add_to_lists": [1, 2] }));
    await account.pushed(contact("c-1", { "@remove_from_lists": [1] }));
    await account.pushed(contact("c-1", { "@add_to_lists": [9] }));
    const { contacts } = await account.state();
    expect(contacts.find(({ key }) => key === "sitoo_pos/c-1")?.lists).toEqual([2]);
    expect(await account.problems()).toEqual(["not a valid value at root > @add_to_lists > 0"]);
    const lists = (await account.api("GET", "/lists")).json<{ id: number }[]>();
    expect(lists.map(({ id }) => id)).toEqual([1, 2]);
  });
});

describe("what a contact must be (§5)", () => {
  test.each<[string, object, string]>([
    ["gender", { gender: "female" }, "root > gender"],
    ["birthday", { date_of_birth: "12/04/1985" }, "root > date_of_birth"],
    ["country", { country_id: "SWE" }, "root > country_id"],
    ["phone", { phone_number: "070-174 06 05" }, "root > phone_number"],
    ["e-mail", { email: "astrid" }, "root > email"],
    ["stores as numbers", { store_ids: [200] }, "root > store_ids > 0"],
    ["misspelt opt-out", { marketing_optin: "EXPLICITLY_OPTED_OUT" }, "root > marketing_optin"],
    ["time", { timestamp_subscribed: "yesterday" }, "root > timestamp_subscribed"],
    [
      "sms",
      { channels: { sms: { allow_marketing: "yes" } } },
      "root > channels > sms > allow_marketing",
    ],
    ["properties", { properties: ["a"] }, "root > properties"],
  ])("%s", async (_name, change, path) => {
    const { pushed, problems } = fresh();
    await pushed(contact("c-1", change));
    expect(await problems()).toEqual([`not a valid value at ${path}`]);
  });

  test("an identifier is needed; in another account it must be the e-mail", async () => {
    const { pushed, problems, set } = fresh();
    const phoneOnly = contact("c-1", { customer_id: null, phone_number: "+46701740611" });
    await pushed(phoneOnly, contact("c-2", { customer_id: null }));
    await set({ contactNeeds: "email" });
    await pushed(phoneOnly);
    expect(await problems()).toEqual([
      "is required at root > email",
      "is required at root > email",
    ]);
  });
});

describe("profiles are clusters (§5)", () => {
  test("one customer id over two collections is one profile", async () => {
    const { pushed, found } = fresh();
    await pushed(contact("c-1", { email: "ny@example.com", firstname: "Ny", lastname: "Person" }));
    await pushed(
      contact("w-1", { "@collection": "default", customer_id: "c-1", email: "jobb@example.com" }),
    );
    const [[first], [second]] = [await found("ny@example.com"), await found("jobb@example.com")];
    expect(first?.id).toBe(second?.id);
    expect(first?.identities).toEqual([
      { id: "c-1", type: "customer_id" },
      { id: "jobb@example.com", type: "email" },
      { id: "ny@example.com", type: "email" },
    ]);
  });

  test("a customer id that is new joins the profile of its e-mail, which has none", async () => {
    const { pushed, found } = fresh();
    const [before] = await found("greta@example.net");
    await pushed(contact("c-greta", { email: "Greta@Example.net" }));
    const [after, ...more] = await found("greta@example.net");
    expect(more).toEqual([]);
    expect([before?.customer_id, after?.id, after?.customer_id]).toEqual([
      null,
      before?.id,
      "c-greta",
    ]);
  });

  test("but not one of another customer, unless the account joins those", async () => {
    const apart = fresh();
    await apart.pushed(contact("c-9", { email: "astrid@example.com" }));
    expect(await apart.found("astrid@example.com")).toHaveLength(2);
    const joined = fresh();
    await joined.set({ sameEmailOtherCustomer: "join" });
    await joined.pushed(contact("c-9", { email: "astrid@example.com" }));
    expect(await joined.found("astrid@example.com")).toHaveLength(1);
  });

  test("two profiles turn out to be one: orders and tags come along", async () => {
    const { pushed, found, control } = fresh();
    await pushed(contact("c-1", { phone_number: "+46701740611" }));
    const { items } = (await control("GET", "/profiles?customer_id=c-1")).json<{
      items: { id: string }[];
    }>();
    await control("PATCH", `/profiles/${items[0]?.id}`, { tags: ["walk-in"] });
    expect(await found("frans@example.com")).toHaveLength(1);
    await pushed(contact("c-1", { email: "frans@example.com" }));
    const [frans, ...more] = await found("frans@example.com");
    expect(more).toEqual([]);
    expect(frans).toMatchObject({ customer_id: "c-1", tags: ["walk-in"], stats: { orders: 1 } });
  });

  test("a change of e-mail keeps the profile; the old address finds nobody", async () => {
    const { pushed, found } = fresh();
    await pushed(contact("c-1", { email: "ny@example.com" }));
    const [before] = await found("ny@example.com");
    await pushed(contact("c-1", { email: "bytt@example.com" }));
    expect(await found("ny@example.com")).toEqual([]);
    expect((await found("bytt@example.com"))[0]?.id).toBe(before?.id);
  });

  test("a listing that names another customer goes to that one", async () => {
    const { pushed, found, api } = fresh();
    await pushed(contact("c-1", { email: "ny@example.com" }));
    await pushed({
      "@type": "order",
      id: "o-1",
      timestamp: "2026-11-20T11:00:00Z",
      grand_total: 1,
      currency: "SEK",
      customer: { id: "c-1" },
    });
    await pushed(contact("c-2", { email: "annan@example.com" }));
    await pushed(contact("c-1", { customer_id: "c-2" }));
    const [one] = await found("annan@example.com");
    expect((await found("ny@example.com"))[0]?.id).toBe(one?.id);
    expect(one).toMatchObject({ customer_id: "c-2", stats: { orders: 0 } });
    expect((await api("GET", "/profiles?limit=250")).text).toContain('"c-1"');
  });

  test("a phone identifies only where that is on", async () => {
    const pair = [
      contact("c-1", { phone_number: "+46701740611" }),
      contact("x", { "@collection": "default", customer_id: null, phone_number: "+46701740611" }),
    ];
    const count = async ({ control }: Account) =>
      (await control("GET", "/counts")).json<{ profiles: number }>().profiles;
    const off = fresh();
    const before = await count(off);
    await off.pushed(...pair);
    expect(await count(off)).toBe(before + 2);
    const on = fresh();
    await on.set({ phoneIdentification: true });
    await on.pushed(...pair);
    expect(await count(on)).toBe(before + 1);
  });

  test("sources rank per field, a tie goes to the newest, names come from one record", async () => {
    const { control, pushed, found } = fresh();
    await control("POST", "/contacts", [
      { collection: "a", id: "1", source: "third_party", email: "x@example.com", gender: "m" },
      { collection: "b", id: "1", source: "form", email: "x@example.com", firstname: "Form" },
      {
        collection: "c",
        id: "1",
        source: "importer",
        email: "x@example.com",
        lastname: "Importer",
        country_id: "NO",
      },
    ]);
    expect((await found("x@example.com"))[0]).toMatchObject({
      firstname: "Form",
      lastname: null,
      gender: "m",
      country: "NO",
    });
    await pushed(contact("c-1", { email: "x@example.com", firstname: "Api", gender: "f" }));
    expect((await found("x@example.com"))[0]).toMatchObject({ firstname: "Api", gender: "f" });
    await pushed(contact("c-2", { "@collection": "d", customer_id: "c-1", gender: "o" }));
    expect((await found("x@example.com"))[0]).toMatchObject({ firstname: "Api", gender: "o" });
  });
});

describe("reading profiles (§6)", () => {
  test("by e-mail an array, and by nothing else", async () => {
    const { api, found, set } = fresh();
    expect(await found("ASTRID@example.com")).toMatchObject([
      {
        "@type": "profile",
        id: expect.stringMatching(/^2695-[0-9a-f]{6}-[0-9a-f]{6}$/),
        customer_id: ASTRID,
        firstname: "Astrid",
        lastname: "Exempel",
        marketing_optin: "EXPLICITLY_OPTEDIN",
        tags: ["vip", "staff"],
        properties: { member_number: "10012", bonus_level: "Gold", offer: "spring_member" },
      },
    ]);
    expect(await found("nobody@example.com")).toEqual([]);
    expect(await found("hedda@example.net")).toHaveLength(2);
    for (const query of ["phone=%2B46701740605", "phone_number=1", "customer_id=c", "q=astrid"])
      expect((await api("GET", `/profiles?${query}`)).status).toBe(400);
    await set({ unknownParameters: "ignore" });
    expect((await api("GET", "/profiles?phone=1")).json<unknown[]>()).toHaveLength(10);
  });

  test("an object, and 404, in another account", async () => {
    const { api, set } = fresh();
    await set({ emailSearch: "object", unknownEmail: "404" });
    expect(
      (await api("GET", "/profiles?email=astrid@example.com")).json<ProfileBody>(),
    ).toMatchObject({ customer_id: ASTRID });
    expect((await api("GET", "/profiles?email=nobody@example.com")).status).toBe(404);
  });

  test("lists: ten by itself, 250 at most, by internal id or by time of update", async () => {
    const { api, pushed, advance, set } = fresh();
    const ids = async (query: string) =>
      (await api("GET", `/profiles${query}`)).json<{ id: string }[]>().map(({ id }) => id);
    const first = await ids("");
    expect(first).toHaveLength(10);
    const all = await ids("?limit=250");
    expect(all.slice(0, 10)).toEqual(first);
    expect(await ids("?limit=2&offset=3")).toEqual(all.slice(3, 5));
    for (const query of [
      "?limit=251",
      "?limit=-1",
      "?offset=x",
      "?orderby=id",
      "?updateSince=2026",
    ])
      expect((await api("GET", `/profiles${query}`)).status).toBe(400);
    await advance(2 * 86_400_000);
    await pushed(contact(ASTRID, { gender: "o" }));
    expect((await ids("?limit=250&orderby=timestamp_update")).at(-1)).toBe(all[0]);
    const today = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    expect(await ids(`?updateSince=${today}`)).toEqual([all[0]]);
    expect(await ids("?updateSince=2100-01-01")).toEqual([]);
    await set({ limitAboveMax: "clamp" });
    expect((await api("GET", "/profiles?limit=251")).status).toBe(200);
  });

  test("contacts of a collection, page by page", async () => {
    const { api } = fresh();
    const rows = (await api("GET", "/contacts/sitoo_pos?limit=2&offset=1")).json<
      { id: string }[]
    >();
    expect(rows.map(({ id }) => id.slice(0, 4))).toEqual(["2222", "3333"]);
    expect((await api("GET", "/contacts/nothing")).status).toBe(404);
  });
});
