import { describe, expect, it } from "vitest";
import { customerWorld } from "../../test/customer_world.ts";
import { channel as channelOf, tenantWith } from "../../test/tenant_fixture.ts";
import type { Customer } from "../model/customer.ts";
import type { Channel } from "../tenants/tenant.ts";
import type { CustomerBody } from "./contract_requests.ts";
import { createCustomer } from "./create_customer.ts";
import { english } from "./english.ts";
import { getCustomer } from "./get_customer.ts";
import { searchCustomer } from "./search_customer.ts";
import { createStopwatch } from "./stopwatch.ts";
import type { TillCall } from "./till_call.ts";
import { updateCustomer } from "./update_customer.ts";

const nora: Customer = {
  id: "c-9",
  nameFirst: "Nora",
  nameLast: "Exempel",
  email: "nora@example.com",
  mobile: "+46701740650",
  consents: ["news"],
  accepts: { sms: true },
};
const editable = { name: "editable", mobile: "editable", email: "editable" } as const;

/** Calls of a till of a CRM that finds by e-mail alone and shows its writes after twenty seconds. */
const world = (change: Partial<Channel> = {}, selfCheckout = false) => {
  const made = customerWorld(
    { searchBy: ["email"], indexedBy: ["mobile"], writesShowWithinMs: 30_000 },
    20_000,
  );
  made.customers.set(nora.id, nora);
  const channel = channelOf("club", {
    client: {
      searchTypes: ["mobile", "email"],
      fieldsAdd: editable,
      fieldsEdit: { ...editable, consents: "editable", accepts_sms: "editable" },
      required: [],
      memberNumberPatterns: [],
      sections: [],
    },
    ...change,
  });
  const call = (): TillCall => ({
    tenant: tenantWith([channel]),
    channel,
    crm: made.till(),
    redemptions: {
      overlay: async () => [],
      moveTo: () => undefined,
      redeem: () => Promise.reject(new Error("not part of this test")),
      undo: () => Promise.reject(new Error("not part of this test")),
    },
    createCustomer: (person) => made.createOnce(person),
    redeemIsPaused: async () => false,
    texts: async () => english,
    till: {},
    requestId: "r",
    deadline: made.now() + 7_500,
    now: made.now,
    stopwatch: createStopwatch(made.now),
    selfCheckout,
    body: "",
  });
  return {
    ...made,
    search: (keyType: string, key: string) => searchCustomer(call(), { key, keyType }),
    get: (id: string) => getCustomer(call(), id),
    add: (body: CustomerBody) => createCustomer(call(), body),
    edit: (id: string, body: CustomerBody) => updateCustomer(call(), id, body),
  };
};
const card = (customer: Readonly<Record<string, unknown>>) => ({
  ok: true,
  value: { status: 200, body: customer },
});
const cards = (...customers: readonly Readonly<Record<string, unknown>>[]) => ({
  ok: true,
  value: { status: 200, body: customers },
});

describe("a till of a CRM that lacks a search and lags", () => {
  it("opens the card of the customer it has added, by phone", async () => {
    const { add, search, get } = world();
    const made = { customer_id: "c-1", name_first: "Nils", status: { color: "green", text: "" } };
    const added = await add({ name_first: "Nils", name_last: "E", mobile: "070-174 06 51" });
    expect(added).toMatchObject(card(made));
    expect(await search("mobile", "0701740651")).toMatchObject(cards(made));
    expect(await get("c-1")).toMatchObject(card(made));
  });

  it("edits on top of what it has just written, and writes nothing twice", async () => {
    const { edit, updates, get } = world();
    await edit(nora.id, { mobile: "0701740652", consents: ["news", "post"], accepts_sms: false });
    // Tills send the whole customer back.
    const whole = {
      mobile: "+46701740652",
      consents: ["news", "post"],
      accepts_sms: false,
      email: "nora@example.com",
    };
    expect(await edit(nora.id, { ...whole, name_first: "Ella" })).toMatchObject(
      card({ name_first: "Ella", mobile: "+46701740652", consents: ["news", "post"] }),
    );
    expect(updates[1]).toEqual({
      changes: { nameFirst: "Ella" },
      before: {
        ...nora,
        mobile: "+46701740652",
        consents: ["news", "post"],
        accepts: { sms: false },
      },
    });
    await edit(nora.id, { ...whole, name_first: "Ella" });
    expect(updates).toHaveLength(2);
    expect(await get(nora.id)).toMatchObject(card({ mobile: "+46701740652" }));
  });

  it("is told of several people with one phone, or gets the newest, as the channel says", async () => {
    const other = { ...nora, id: "c-8", email: "x@example.com" };
    for (const onMultiple of ["refuse", "newest"] as const) {
      const { customers, get, settled, search } = world({ onMultiple });
      customers.set(nora.id, { ...nora, modifiedAt: "2026-11-02T10:00:00Z" });
      customers.set(other.id, { ...other, modifiedAt: "2026-11-01T10:00:00Z" });
      for (const id of [nora.id, other.id]) await get(id);
      await settled();
      expect(await search("mobile", "0701740650")).toMatchObject(
        onMultiple === "newest"
          ? cards({ customer_id: nora.id })
          : { ok: false, failure: { failure: { kind: "several_matches" } } },
      );
    }
  });

  it("that customers work themselves masks what was written, and searches by nothing more", async () => {
    const selfCheckout = {
      registers: [],
      searchTypes: ["email" as const],
      create: false,
      mask: ["mobile" as const],
    };
    const { till, call, search, get } = world({ selfCheckout }, true);
    await till().update(nora.id, { mobile: "+46701740652" }, nora, call());
    expect(await get(nora.id)).toMatchObject(card({ mobile: "+•••52" }));
    expect(await search("email", "nora@example.com")).toMatchObject(cards({ mobile: "+•••52" }));
    expect(await search("mobile", "0701740652")).toMatchObject({
      failure: { kind: "not_at_self_checkout" },
    });
  });

  it("is asked to try again while the index is away, and only for what nobody else knows", async () => {
    const { shards, search } = world();
    shards.mode = "away";
    expect(await search("mobile", "0701740650")).toMatchObject({
      failure: { failure: { kind: "unavailable" } },
    });
    expect(await search("email", "nora@example.com")).toMatchObject(cards({ customer_id: "c-9" }));
  });
});
