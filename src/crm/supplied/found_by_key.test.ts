import { describe, expect, it } from "vitest";
import { customerWorld } from "../../../test/customer_world.ts";
import type { Customer } from "../../model/customer.ts";
import { createLru } from "../../tenants/lru.ts";

const nora: Customer = {
  id: "nora@example.com",
  nameFirst: "Nora",
  email: "nora@example.com",
  mobile: "+46701740650",
  memberNumber: "1001",
};
const byPhone = { by: "mobile", value: "+46701740650" } as const;
const day = 24 * 3_600_000;

/** Can be searched by e-mail alone; the rest is the gateway's. */
const world = () => {
  const made = customerWorld({ searchBy: ["email"], indexedBy: ["mobile", "member_number"] });
  const till = made.till();
  return {
    ...made,
    till,
    find: async (key: Parameters<typeof till.search>[0]) => {
      const found = await till.search(key, made.call());
      await made.settled();
      return found;
    },
    get: async (id: string) => {
      const found = await till.get(id, made.call());
      await made.settled();
      return found;
    },
  };
};

describe("a CRM that cannot be searched by a key", () => {
  it("is one that can, to whoever asks", () => {
    const { till } = world();
    expect(till.capabilities.searchBy).toEqual(["email", "mobile", "member_number"]);
  });

  it("finds a customer by it from when a till has added them", async () => {
    const { till, find, call } = world();
    const { id: _, ...person } = nora;
    await till.create(person, call());
    for (const key of [byPhone, { by: "member_number", value: "1001" } as const])
      expect(await find(key)).toMatchObject({
        ok: true,
        value: { id: "c-1", profile: { customer: { nameFirst: "Nora" } } },
      });
  });

  it("finds whom a till or an order has had before it, by whatever way", async () => {
    for (const seen of ["get", "search"] as const) {
      const { customers, find, get } = world();
      customers.set(nora.id, nora);
      expect(await find(byPhone)).toEqual({ ok: true, value: undefined });
      await (seen === "get" ? get(nora.id) : find({ by: "customer_id", value: nora.id }));
      expect(await find(byPhone)).toMatchObject({ ok: true, value: { id: nora.id } });
    }
  });

  it("costs a search one call of an object, and a card none while its keys are known", async () => {
    const { customers, calls, shardCalls, find, get } = world();
    customers.set(nora.id, nora);
    await get(nora.id);
    expect(shardCalls).toEqual(["noteKey", "noteKey"]);
    await get(nora.id);
    calls.length = 0;
    await find(byPhone);
    expect(shardCalls).toEqual(["noteKey", "noteKey", "keyed"]);
    expect(calls).toEqual([`get ${nora.id}`]);
    shardCalls.length = 0;
    await find({ by: "email", value: "nora@example.com" });
    expect(shardCalls).toEqual([]);
  });

  it("does not find the old owner of a phone that was changed", async () => {
    const { customers, till, find, call, get, rows } = world();
    customers.set(nora.id, nora);
    await get(nora.id);
    await till.update(nora.id, { mobile: "+46701740651" }, nora, call());
    expect(rows()).toHaveLength(2);
    expect(await find(byPhone)).toEqual({ ok: true, value: undefined });
    expect(await find({ by: "mobile", value: "+46701740651" })).toMatchObject({
      value: { id: nora.id },
    });
  });

  it.each([
    [
      "shows another phone",
      (customers: Map<string, Customer>) =>
        customers.set(nora.id, { ...nora, mobile: "+46701740659" }),
    ],
    [
      "shows none",
      (customers: Map<string, Customer>) => {
        const { mobile: _, ...without } = nora;
        customers.set(nora.id, without);
      },
    ],
    ["knows them no more", (customers: Map<string, Customer>) => customers.delete(nora.id)],
  ])("is believed when it %s, and the row goes", async (_, change) => {
    const { customers, find, get, rows, wait } = world();
    customers.set(nora.id, nora);
    await get(nora.id);
    change(customers);
    wait(1);
    const before = rows().length;
    expect(await find(byPhone)).toEqual({ ok: true, value: undefined });
    // Another number that the profile shows is noted in the row's place.
    const customer = customers.get(nora.id);
    expect(rows()).toHaveLength(before - 1 + (customer?.mobile === undefined ? 0 : 1));
  });

  it("names all who share a phone, and those of them only who still do", async () => {
    const { customers, find, get, wait } = world();
    const ids = ["c-1", "c-2", "c-3"];
    for (const id of ids) {
      customers.set(id, { ...nora, id });
      await get(id);
    }
    const several = await find(byPhone);
    expect(several).toMatchObject({ ok: false, failure: { kind: "several_matches" } });
    expect(several.ok || "ids" in several.failure ? several : undefined).toMatchObject({
      failure: { ids: expect.arrayContaining(ids) as string[] },
    });
    wait(1);
    for (const id of ["c-1", "c-3"]) customers.set(id, { ...nora, id, mobile: "+46701740659" });
    expect(await find(byPhone)).toMatchObject({ ok: true, value: { id: "c-2" } });
  });

  it("gives a card under the id that the CRM has for the customer now, once", async () => {
    const { customers, till, find, get, call } = world();
    for (const id of ["c-1", "c-2"]) {
      customers.set(id, { ...nora, id });
      await get(id);
    }
    // The CRM has joined the two.
    customers.set("c-1", { ...nora, id: "c-2" });
    expect(await find(byPhone)).toMatchObject({ ok: true, value: { id: "c-2" } });
    expect(await till.search({ by: "customer_id", value: "c-1" }, call())).toMatchObject({
      value: { id: "c-2" },
    });
  });

  it("is down to the cashier when the index does not answer and nobody else can", async () => {
    for (const mode of ["away", "silent"] as const) {
      const { customers, shards, till, call } = world();
      customers.set(nora.id, nora);
      shards.mode = mode;
      expect(await till.search(byPhone, call())).toMatchObject({
        ok: false,
        failure: { kind: "unavailable", sent: false },
      });
    }
  });

  it("answers all else as ever without the index, and says in the log that it is away", async () => {
    const { customers, till, shards, call, logged, settled } = world();
    customers.set(nora.id, nora);
    shards.mode = "away";
    expect(await till.get(nora.id, call())).toMatchObject({ ok: true });
    expect(await till.search({ by: "email", value: nora.email ?? "" }, call())).toMatchObject({
      value: { id: nora.id },
    });
    expect(await till.update(nora.id, { nameFirst: "Nor" }, nora, call())).toMatchObject({
      ok: true,
    });
    await settled();
    expect(logged).toContainEqual({ level: "error", event: "index_away", tenant: "acme" });
    expect(JSON.stringify(logged)).not.toContain("nora");
  });

  it("tells nobody apart while one of them cannot be read", async () => {
    const { customers, broken, find, get } = world();
    customers.set(nora.id, nora);
    await get(nora.id);
    broken.get = { kind: "timed_out" };
    expect(await find(byPhone)).toEqual({ ok: false, failure: { kind: "timed_out" } });
  });

  it("refuses to add somebody whom the index knows", async () => {
    const { customers, createOnce, get } = world();
    customers.set(nora.id, nora);
    await get(nora.id);
    const refused = await createOnce({ nameFirst: "N", mobile: nora.mobile ?? "" });
    expect(refused).toEqual({ ok: false, failure: { kind: "already_member" } });
  });
});

describe("a key that both can be asked", () => {
  const both = { searchBy: ["email"], indexedBy: ["email"] } as const;
  const byMail = { by: "email", value: "nora@example.com" } as const;

  it("is looked for in both at once, and whoever either names has it", async () => {
    const { customers, till, call, settled, shards } = customerWorld(both);
    customers.set(nora.id, nora);
    await till().get(nora.id, call());
    await settled();
    expect(await till().search(byMail, call())).toMatchObject({ value: { id: nora.id } });
    customers.set("c-2", { ...nora, id: "c-2" });
    expect(await till().search(byMail, call())).toMatchObject({
      failure: { kind: "several_matches", ids: [nora.id, "c-2"] },
    });
    customers.delete("c-2");
    shards.mode = "away";
    expect(await till().search(byMail, call())).toMatchObject({ value: { id: nora.id } });
  });

  it("is not answered by the index alone when the CRM fails: there may be another", async () => {
    const { customers, till, call, settled, broken } = customerWorld(both);
    customers.set(nora.id, nora);
    await till().get(nora.id, call());
    await settled();
    broken.search = { kind: "rate_limited" };
    expect(await till().search(byMail, call())).toEqual({
      ok: false,
      failure: { kind: "rate_limited" },
    });
  });
});

describe("a CRM that lags, too", () => {
  it("keeps the row of a new phone that it does not show yet, though the write is forgotten", async () => {
    const made = customerWorld({ indexedBy: ["mobile"], writesShowWithinMs: 30_000 }, 20_000);
    made.customers.set(nora.id, nora);
    const [till, call] = [made.till(), made.call()];
    const key = { by: "mobile", value: "+46701740651" } as const;
    await till.update(nora.id, { mobile: key.value }, nora, call);
    expect(await till.search(key, call)).toMatchObject({ value: { id: nora.id } });
    made.restart();
    expect(await till.search(key, call)).toEqual({ ok: true, value: undefined });
    await made.settled();
    made.wait(20_000);
    expect(await till.search(key, call)).toMatchObject({ value: { id: nora.id } });
  });
});

describe("what the index stores", () => {
  it("names nobody: neither the key nor an id that is an e-mail address", async () => {
    const { customers, get, rows } = world();
    customers.set(nora.id, nora);
    await get(nora.id);
    expect(rows()).toHaveLength(2);
    expect(Object.keys(rows()[0] ?? {})).toEqual(["key_hash", "customer", "noted_at"]);
    expect(JSON.stringify(rows())).not.toMatch(/nora|example|4670174|1001/i);
    // Nor do two rows show that they are the same person's.
    const nonces = rows().map(({ customer }) => String(customer).slice(0, 16));
    expect(new Set(nonces).size).toBe(2);
  });

  it("is each tenant's own, also where one isolate serves both", async () => {
    const { customers, till, call, settled } = customerWorld({ indexedBy: ["mobile"] });
    const noted = createLru<number>(100);
    customers.set(nora.id, nora);
    for (const tenant of ["acme", "other"]) {
      const own = till(tenant, noted);
      expect(await own.search(byPhone, call())).toEqual({ ok: true, value: undefined });
      await own.get(nora.id, call());
      await settled();
      expect(await own.search(byPhone, call())).toMatchObject({ value: { id: nora.id } });
    }
  });

  it("stays 400 days after the customer was seen last, and wakes the shard to be dropped", async () => {
    const { customers, get, rows, wait, alarms, prune } = world();
    customers.set(nora.id, nora);
    await get(nora.id);
    wait(399 * day);
    prune();
    expect(rows()).toHaveLength(2);
    await get(nora.id);
    expect(alarms.length).toBeGreaterThan(2);
    wait(399 * day);
    prune();
    expect(rows()).toHaveLength(2);
    wait(2 * day);
    prune();
    expect(rows()).toEqual([]);
  });

  it("is found and dropped under a key that CONFIG_KEY held before", async () => {
    const { customers, till, find, get, rotate, rows, call } = world();
    customers.set(nora.id, nora);
    await get(nora.id);
    rotate();
    expect(await find(byPhone)).toMatchObject({ value: { id: nora.id } });
    await till.update(nora.id, { mobile: "+46701740651" }, nora, call());
    expect(await find(byPhone)).toEqual({ ok: true, value: undefined });
    expect(rows().length).toBeGreaterThan(0);
  });
});
