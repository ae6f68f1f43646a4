import { describe, expect, it } from "vitest";
import { customerWorld } from "../../../test/customer_world.ts";
import { engage } from "../voyado/engage_fixture.ts";
import type { Customer, Person } from "../../model/customer.ts";
import type { KeyShardsDeps } from "./key_shards.ts";
import { supplied } from "./supplied.ts";

const nora: Customer = {
  id: "c-9",
  nameFirst: "Nora",
  email: "nora@example.com",
  mobile: "+46701740650",
  consents: ["news"],
};
const nils: Person = { nameFirst: "Nils", email: "nils@example.com", mobile: "+46701740651" };
const keepMs = 30_000;

/** Searches by both keys itself, and shows nothing before `lagMs` are over. */
const world = (lagMs = 20_000, takesUnknown = true) => {
  const made = customerWorld(
    { searchBy: ["email", "mobile"], writesShowWithinMs: keepMs },
    lagMs,
    takesUnknown,
  );
  made.customers.set(nora.id, nora);
  const till = made.till();
  return {
    ...made,
    till,
    otherTill: made.till,
    find: (by: "email" | "mobile", value: string) => till.search({ by, value }, made.call()),
    read: async (id: string): Promise<Customer | undefined> => {
      const profile = await till.get(id, made.call());
      await made.settled();
      return profile.ok ? profile.value.customer : undefined;
    },
  };
};

describe("a customer who was added just now", () => {
  it("is found by id and by each key, from another isolate too", async () => {
    const { till, otherTill, call, read } = world();
    const created = await till.create(nils, call());
    expect(created).toMatchObject({ ok: true, value: { customer: { ...nils, id: "c-1" } } });
    expect(await read("c-1")).toEqual({ ...nils, id: "c-1" });
    for (const key of [
      { by: "email", value: "NILS@example.com" },
      { by: "mobile", value: "+46701740651" },
      { by: "customer_id", value: "c-1" },
    ] as const)
      expect(await otherTill().search(key, call())).toMatchObject({
        ok: true,
        value: { id: "c-1", profile: { customer: { nameFirst: "Nils" } } },
      });
  });

  it("has a card and a history, with nothing on them yet", async () => {
    const { till, call } = world();
    await till.create(nils, call());
    expect(await till.instruments("c-1", call())).toMatchObject({
      ok: true,
      value: { promotions: [], degraded: [] },
    });
    expect(await till.purchases("c-1", { start: 0, num: 10 }, call())).toMatchObject({ ok: true });
    for (const unknown of [till.get("c-7", call()), till.instruments("c-7", call())])
      expect(await unknown).toMatchObject({ failure: { kind: "customer_not_found" } });
  });

  it("can be edited, or is said to be on their way where the CRM takes no edit yet", async () => {
    for (const takesUnknown of [true, false]) {
      const { till, call, read, wait, find } = world(20_000, takesUnknown);
      await till.create(nils, call());
      wait(10_000);
      const edit = { nameFirst: "Nisse", mobile: "+46701740653" };
      const edited = await till.update("c-1", edit, { ...nils, id: "c-1" }, call());
      expect(edited).toMatchObject(
        takesUnknown
          ? { value: { customer: { ...nils, ...edit } } }
          : { failure: { kind: "being_created" } },
      );
      for (const ms of [0, 9_999, 1, 10_000]) {
        wait(ms);
        expect(await read("c-1")).toEqual({ ...nils, ...(takesUnknown ? edit : {}), id: "c-1" });
      }
      expect(await find("mobile", takesUnknown ? edit.mobile : "+46701740651")).toMatchObject({
        value: { id: "c-1" },
      });
    }
  });

  it("is a member already to whoever adds them again", async () => {
    const { createOnce, calls } = world();
    await createOnce(nils);
    for (const again of [
      { ...nils, nameFirst: "N." },
      { nameFirst: "Nils", email: "other@example.com", mobile: nils.mobile ?? "" },
    ])
      expect(await createOnce(again)).toEqual({ ok: false, failure: { kind: "already_member" } });
    // The same form is the same customer.
    expect(await createOnce(nils)).toMatchObject({ ok: true, value: { customer: { id: "c-1" } } });
    expect(calls.filter((call) => call === "create")).toHaveLength(1);
  });

  it("is not added twice when the first attempt had no clear answer: nobody can be searched yet", async () => {
    const { createOnce, broken, wait } = world();
    broken.create = { kind: "timed_out" };
    await createOnce(nils);
    delete broken.create;
    expect(await createOnce(nils)).toEqual({ ok: false, failure: { kind: "being_created" } });
    wait(keepMs);
    expect(await createOnce(nils)).toMatchObject({ ok: true });
  });

  it("is the CRM's when it shows them, and nobody's when it never does", async () => {
    const { till, call, read, wait, find } = world(keepMs + 1);
    await till.create(nils, call());
    wait(keepMs);
    expect(await read("c-1")).toBe(undefined);
    expect(await find("email", nils.email ?? "")).toEqual({ ok: true, value: undefined });
    wait(1);
    expect(await read("c-1")).toEqual({ ...nils, id: "c-1" });
  });
});

describe("a customer who was changed just now", () => {
  it("shows what was written, in the answer and on each card, and the CRM's fields beside it", async () => {
    const { till, call, read, writeElsewhere, wait } = world();
    const updated = await till.update(nora.id, { nameFirst: "Eleonora" }, nora, call());
    expect(updated).toMatchObject({ value: { customer: { nameFirst: "Eleonora" } } });
    writeElsewhere(nora.id, { nameLast: "Exempel" });
    expect(await read(nora.id)).toEqual({ ...nora, nameFirst: "Eleonora", nameLast: "Exempel" });
    wait(20_000);
    expect(await read(nora.id)).toMatchObject({ nameFirst: "Eleonora" });
    // The CRM has shown it: from now on it is the CRM's, within the time too.
    writeElsewhere(nora.id, { nameFirst: "Ella" });
    expect(await read(nora.id)).toMatchObject({ nameFirst: "Ella" });
  });

  it("is found by the new phone, and not by the old one, by which the CRM still finds them", async () => {
    const { till, call, find } = world();
    await till.update(nora.id, { mobile: "+46701740652" }, nora, call());
    expect(await find("mobile", "+46701740652")).toMatchObject({ value: { id: nora.id } });
    expect(await find("mobile", nora.mobile ?? "")).toEqual({ ok: true, value: undefined });
    // And back again.
    const before = { ...nora, mobile: "+46701740652" };
    await till.update(nora.id, { mobile: nora.mobile ?? "" }, before, call());
    expect(await find("mobile", nora.mobile ?? "")).toMatchObject({ value: { id: nora.id } });
    expect(await find("mobile", "+46701740652")).toEqual({ ok: true, value: undefined });
  });

  it("leaves a phone that two had to the other one", async () => {
    const { till, call, find, customers } = world();
    customers.set("c-8", { ...nora, id: "c-8", email: "other@example.com" });
    expect(await find("mobile", nora.mobile ?? "")).toMatchObject({
      failure: { kind: "several_matches" },
    });
    await till.update(nora.id, { mobile: "+46701740652" }, nora, call());
    expect(await find("mobile", nora.mobile ?? "")).toMatchObject({ value: { id: "c-8" } });
  });

  it("shows the second of two writes on top of the first", async () => {
    const { till, call, read } = world();
    await till.update(nora.id, { nameFirst: "Eleonora" }, nora, call());
    const before = await read(nora.id);
    expect(before).toMatchObject({ nameFirst: "Eleonora" });
    const second = await till.update(nora.id, { nameLast: "Exempel" }, before ?? nora, call());
    expect(second).toMatchObject({
      value: { customer: { nameFirst: "Eleonora", nameLast: "Exempel" } },
    });
  });

  it("is as the CRM shows them when the time is over, or the object was restarted", async () => {
    const { till, call, read, wait, restart } = world(keepMs + 60_000);
    await till.update(nora.id, { nameFirst: "Eleonora" }, nora, call());
    wait(keepMs - 1);
    expect(await read(nora.id)).toMatchObject({ nameFirst: "Eleonora" });
    wait(1);
    expect(await read(nora.id)).toEqual(nora);
    await till.update(nora.id, { nameFirst: "Eleonora" }, nora, call());
    restart();
    expect(await read(nora.id)).toEqual(nora);
  });

  it("is as they were where the write was refused, or had no clear answer", async () => {
    for (const failure of [{ kind: "refused", detail: "" }, { kind: "timed_out" }] as const) {
      const { till, call, read, broken } = world();
      broken.update = failure;
      expect(await till.update(nora.id, { nameFirst: "Ella" }, nora, call())).toMatchObject({
        failure,
      });
      expect(await read(nora.id)).toEqual(nora);
    }
  });
});

describe("the objects behind it", () => {
  it("hold what was written in memory alone, and not longer than it is of use", async () => {
    const { till, call, rows, read, wait, shardCalls } = world();
    await till.create(nils, call());
    await till.update(nora.id, { mobile: "+46701740652" }, nora, call());
    expect(rows()).toEqual([]);
    wait(20_000);
    await read(nora.id);
    expect(shardCalls).toContain("dropShown");
  });

  it("may be away: the CRM's own answer stands, and only its `nobody` of an id is no answer", async () => {
    for (const mode of ["away", "silent"] as const) {
      const { till, call, shards, find } = world();
      shards.mode = mode;
      const [known, unknown, found, missing] = await Promise.all([
        till.get(nora.id, call()),
        till.get("c-7", call()),
        find("email", nora.email ?? ""),
        find("email", "x@example.com"),
      ]);
      expect(known).toMatchObject({ value: { customer: nora } });
      expect(unknown).toMatchObject({ failure: { kind: "unavailable" } });
      expect(found).toMatchObject({ value: { id: nora.id } });
      expect(missing).toEqual({ ok: true, value: undefined });
    }
  });

  it("keep no till from its answer: the write has been made", async () => {
    const { till, call, shards } = world();
    shards.mode = "silent";
    expect(await till.update(nora.id, { nameFirst: "Eleonora" }, nora, call())).toMatchObject({
      value: { customer: { nameFirst: "Eleonora" } },
    });
    expect(await till.create(nils, call())).toMatchObject({ value: { customer: { id: "c-1" } } });
  });

  it("are never reached of a CRM that lacks nothing", async () => {
    const made = customerWorld({ searchBy: ["email", "mobile", "customer_id"] });
    expect(made.till()).toBe(made.bare);
    made.customers.set(nora.id, nora);
    await made.till().get(nora.id, made.call());
    await made.till().update(nora.id, { mobile: "+46701740652" }, nora, made.call());
    expect(await made.createOnce(nils)).toMatchObject({ ok: true });
    expect(made.shardCalls).toEqual([]);
    const { crm } = engage(() => ({ json: {} }));
    expect(supplied(crm, {} as KeyShardsDeps)).toBe(crm);
  });
});
