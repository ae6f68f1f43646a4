import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ASTRID, BERTIL, type Bloomreach, bloomreachOf, COOKIE } from "./bloomreach_calls.ts";
import { type Sandbox, startSandbox } from "./harness.ts";

// contracts/bloomreach.md §4
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function fresh(): Bloomreach {
  instance += 1;
  return bloomreachOf(sandbox, `identity-${String(instance)}`);
}

const PHONE = "+46701740605";

describe("addressing", () => {
  test("a write about nobody creates a profile", async () => {
    const calls = fresh();
    await calls.update({ registered: "new@example.com", phone_id: "+46701740690" }, { a: 1 });
    await calls.later();
    const view = await calls.view("phone_id:+46701740690");
    expect(view.ids).toEqual({ registered: "new@example.com", phone_id: ["+46701740690"] });
    expect((await calls.writes())[0]?.outcome).toMatchObject({
      created: true,
      customerId: view.id,
    });
  });

  test("hard IDs are case-sensitive, unless the project says otherwise", async () => {
    const calls = fresh();
    const upper = { registered: "Astrid@example.com" };
    const found = async (): Promise<number> =>
      (
        await calls.data("POST", "/customers/attributes", {
          customer_ids: upper,
          attributes: [{ type: "id", id: "registered" }],
        })
      ).status;
    expect(await found()).toBe(404);
    await calls.profile({ hardIdCase: "lower" });
    expect(await found()).toBe(200);
  });

  test("a new value of the hard ID names another profile, and takes the soft ID with it", async () => {
    const calls = fresh();
    const astrid = await calls.view("astrid@example.com");
    await calls.update({ registered: "astrid.new@example.com", phone_id: PHONE }, { a: 1 });
    await calls.later();
    const made = await calls.view("astrid.new@example.com");
    expect(made.id).not.toBe(astrid.id);
    expect(made.ids["phone_id"]).toEqual([PHONE]);
    expect((await calls.writes())[0]?.outcome).toMatchObject({
      taken: { [`phone_id=${PHONE}`]: astrid.id },
      merged: [],
    });
    const after = await calls.view("astrid@example.com");
    expect(after.ids["phone_id"]).toBeUndefined();
    // The history stays with the old one.
    expect(after.events).toBe(astrid.events);
  });

  test("the latest write takes a shared phone, and an older owner loses it", async () => {
    const calls = fresh();
    expect((await calls.view("phone_id:+46701740607")).ids["registered"]).toBe("david@example.org");
    await calls.update({ registered: "cecilia@example.org", phone_id: "+46701740607" }, { a: 1 });
    await calls.later();
    expect((await calls.view("phone_id:+46701740607")).ids["registered"]).toBe(
      "cecilia@example.org",
    );
    expect((await calls.view("david@example.org")).ids["phone_id"]).toBeUndefined();
  });

  test("the 65th soft ID pushes out the least recently used one", async () => {
    const calls = fresh();
    const phone = (n: number): string => `+4670174${String(1000 + n)}`;
    for (let n = 1; n < 64; n += 1) await calls.update({ ...ASTRID, phone_id: phone(n) }, { a: n });
    await calls.control("POST", "/flush");
    const phones = async () => (await calls.view("astrid@example.com")).ids["phone_id"] ?? [];
    expect(await phones()).toHaveLength(64);
    // Its first number was just used, so the one after it goes.
    await calls.update({ ...ASTRID, phone_id: PHONE }, { a: 0 });
    await calls.update({ ...ASTRID, phone_id: phone(64) }, { a: 64 });
    await calls.control("POST", "/flush");
    expect(await phones()).toHaveLength(64);
    expect(await phones()).toContain(PHONE);
    expect(await phones()).not.toContain(phone(1));
    expect((await calls.writes()).at(-1)?.outcome?.["pushedOut"]).toEqual([`phone_id=${phone(1)}`]);
  });
});

describe("merging", () => {
  test("a visitor becomes part of the older profile: newer values win, events move, merge is recorded", async () => {
    const calls = fresh();
    const [astrid, visitor] = [
      await calls.view("astrid@example.com"),
      await calls.view(`cookie:${COOKIE}`),
    ];
    await calls.control("PATCH", `/customers/cookie:${COOKIE}`, { properties: { city: "Lund" } });
    await calls.update({ ...ASTRID, cookie: COOKIE }, { a: 1 });
    await calls.later();
    const merged = await calls.view(`cookie:${COOKIE}`);
    expect(merged.id).toBe(astrid.id);
    expect(merged.properties).toMatchObject({
      city: "Lund",
      last_seen_page: "/coats",
      first_name: "Astrid",
    });
    const types = (await calls.events("?customer=astrid@example.com")).map(({ type }) => type);
    expect(types).toContain("view_item");
    expect(types.filter((type) => type === "merge")).toHaveLength(1);
    expect((await calls.control("GET", `/customers/${visitor.id}`)).status).toBe(404);
    expect((await calls.writes())[0]?.outcome).toMatchObject({
      merged: [visitor.id],
      created: false,
    });
  });

  test("an older anonymous profile stays, and the newer one with the hard ID goes into it", async () => {
    const calls = fresh();
    await calls.control("POST", "/customers", { ids: { registered: "later@example.com" } });
    const visitor = await calls.view(`cookie:${COOKIE}`);
    await calls.update({ registered: "later@example.com", cookie: COOKIE }, { a: 1 });
    await calls.later();
    expect((await calls.view("later@example.com")).id).toBe(visitor.id);
  });

  test("different values of one hard ID prevent a merge: the soft ID moves", async () => {
    const calls = fresh();
    await calls.update({ ...BERTIL, phone_id: PHONE }, { a: 1 });
    await calls.later();
    expect((await calls.view("astrid@example.com")).ids).toEqual({ ...ASTRID, card_id: ["10012"] });
    expect((await calls.view("bertil@example.com")).ids["phone_id"]).toEqual([
      "+46701740606",
      PHONE,
    ]);
  });

  test("of two owners of soft IDs that cannot merge the newer one is addressed", async () => {
    const calls = fresh();
    await calls.update({ phone_id: PHONE, card_id: "10013" }, { mark: 1 });
    await calls.later();
    const bertil = await calls.view("bertil@example.com");
    expect([bertil.properties["mark"], bertil.ids["phone_id"]]).toEqual([
      1,
      ["+46701740606", PHONE],
    ]);
  });

  test("several hard types: a free one is added, a second value is left out, two halves merge", async () => {
    const calls = fresh();
    await calls.profile({ hardIds: ["registered", "customer_id"] });
    await calls.update({ ...ASTRID, customer_id: "c1" }, { a: 1 });
    await calls.control("POST", "/flush");
    await calls.update({ ...ASTRID, customer_id: "c2" }, { a: 2 });
    await calls.control("POST", "/flush");
    expect((await calls.view("astrid@example.com")).ids["customer_id"]).toBe("c1");
    expect((await calls.writes())[1]?.outcome?.["clashed"]).toEqual(["customer_id=c2"]);
    await calls.update({ customer_id: "c3" }, { half: true });
    await calls.control("POST", "/flush");
    await calls.update({ ...BERTIL, customer_id: "c3" }, { a: 3 });
    await calls.control("POST", "/flush");
    const bertil = await calls.view("bertil@example.com");
    expect([bertil.ids["customer_id"], bertil.properties["half"]]).toEqual(["c3", true]);
    // Two whole people do not become one.
    await calls.update({ ...BERTIL, customer_id: "c1" }, { a: 4 });
    await calls.control("POST", "/flush");
    expect((await calls.view("astrid@example.com")).ids["customer_id"]).toBe("c1");
    // The first hard type says who is meant: a new e-mail address is a new customer.
    await calls.update({ registered: "fresh@example.com", customer_id: "c1" }, { a: 5 });
    await calls.control("POST", "/flush");
    expect((await calls.view("fresh@example.com")).ids).toEqual({
      registered: "fresh@example.com",
    });
    expect((await calls.view("astrid@example.com")).properties["a"]).toBe(2);
  });
});
