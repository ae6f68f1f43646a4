import { describe, expect, it } from "vitest";
import { sqliteStorage } from "../../test/sqlite_storage.ts";
import type { Customer, Person } from "../model/customer.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import { failed, ok } from "../model/outcome.ts";
import { createCreationGuard, keysOf } from "./creation_guard.ts";
import type { Crm, Profile } from "./port.ts";

const nils: Person = {
  nameFirst: "Nils",
  nameLast: "Exempel",
  email: "nils@example.com",
  mobile: "+46701740650",
};
const profileOf = (customer: Customer): Profile => ({
  customer,
  sections: [],
  voucherPasswords: [],
  degraded: [],
});

/** A register that makes a customer at every create: whatever keeps it from two is the guard. */
const world = () => {
  let now = Date.parse("2026-11-23T10:00:00Z");
  const customers: Customer[] = [];
  const faults: { failure: CrmFailure; applied: boolean }[] = [];
  let creates = 0;
  const crm = {
    capabilities: { searchBy: ["mobile", "email"] },
    search: async (key: { by: string; value: string }) => {
      await Promise.resolve();
      const found = customers.filter(
        (one) => (key.by === "email" ? one.email : one.mobile) === key.value,
      );
      return found.length > 1
        ? failed({ kind: "several_matches", ids: [] })
        : ok(found[0] && { id: found[0].id });
    },
    get: (id: string) => {
      const found = customers.find((one) => one.id === id);
      return Promise.resolve(found ? ok(profileOf(found)) : failed({ kind: "customer_not_found" }));
    },
    create: async (person: Person) => {
      creates += 1;
      await Promise.resolve();
      const fault = faults.shift();
      const made = { ...person, id: `c-${creates}`, createdAt: new Date(now).toISOString() };
      if (fault === undefined || fault.applied) customers.push(made);
      return fault === undefined ? ok(profileOf(made)) : failed(fault.failure);
    },
  } as unknown as Crm;
  const storage = sqliteStorage();
  const open = () =>
    createCreationGuard({
      storage: { sql: { exec: storage.exec as SqlStorage["exec"] } },
      now: () => now,
      wakeAt: () => undefined,
    });
  let guard = open();
  const call = { deadline: now + 7_500, requestId: "r" };
  return {
    customers,
    faults,
    creates: () => creates,
    create: (person: Person, fingerprint = JSON.stringify(person)) =>
      guard.create(crm, person, keysOf(person)[0]?.value ?? "", fingerprint, call),
    evict: () => (guard = open()),
    wait: (ms: number) => (now += ms),
    rows: () => JSON.stringify(storage.exec("SELECT * FROM creations").toArray()),
    prune: () => guard.prune(),
    tables: () => storage.exec("SELECT name FROM sqlite_master").toArray(),
  };
};

describe("creating a customer", () => {
  it("makes one for twenty tills with the same form, and tells all of them", async () => {
    const { create, creates } = world();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => create(nils)));
    expect(creates()).toBe(1);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ ok: true, value: { customer: { id: "c-1" } } });
  });
  it("gives the same customer to a repeat within ten minutes, and says member after", async () => {
    const { create, creates, evict, wait } = world();
    await create(nils);
    evict();
    wait(9 * 60_000);
    expect(await create(nils)).toMatchObject({ ok: true, value: { customer: { id: "c-1" } } });
    wait(2 * 60_000);
    expect(await create(nils)).toEqual({ ok: false, failure: { kind: "already_member" } });
    expect(creates()).toBe(1);
  });
  it("hands nobody another person's card", async () => {
    const { create, creates } = world();
    await create(nils);
    expect(await create({ ...nils, nameFirst: "Nora" })).toEqual({
      ok: false,
      failure: { kind: "already_member" },
    });
    expect(await create({ ...nils, email: "nora@example.com" })).toEqual({
      ok: false,
      failure: { kind: "already_member" },
    });
    expect(creates()).toBe(1);
  });
  it("searches before it sends again after an unclear answer", async () => {
    for (const applied of [true, false]) {
      const { create, creates, customers, faults, evict } = world();
      faults.push({ failure: { kind: "timed_out" }, applied });
      expect(await create(nils)).toEqual({ ok: false, failure: { kind: "timed_out" } });
      evict();
      expect(await create(nils)).toMatchObject({ ok: true });
      expect(customers).toHaveLength(1);
      expect(creates()).toBe(applied ? 1 : 2);
    }
  });
  it("does not take an old customer for the one it may have made", async () => {
    const { create, customers, faults, wait } = world();
    faults.push({ failure: { kind: "timed_out" }, applied: false });
    await create(nils);
    customers.push({ ...nils, id: "old", createdAt: "2020-01-01T00:00:00Z" });
    wait(1_000);
    expect(await create(nils)).toEqual({ ok: false, failure: { kind: "already_member" } });
  });
  it("waits for somebody else's create, then says that it goes on", async () => {
    const { create, faults } = world();
    faults.push({ failure: { kind: "being_created" }, applied: false });
    expect(await create(nils)).toEqual({ ok: false, failure: { kind: "being_created" } });
  });
  it("makes no table in a shard that is woken for other things", () => {
    const { tables, prune } = world();
    prune();
    expect(tables()).toEqual([]);
  });
  it("forgets its answers when it is woken after a restart", async () => {
    const { create, evict, wait, prune, rows } = world();
    await create(nils, "f1");
    evict();
    wait(11 * 60_000);
    prune();
    expect(rows()).toBe("[]");
  });
  it("keeps no personal data", async () => {
    const { create, rows } = world();
    await create(nils, "f1");
    expect(rows().replace("nils@example.com", "")).not.toMatch(/Nils|Exempel|4670/);
  });
});
