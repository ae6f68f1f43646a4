import { describe, expect, it } from "vitest";
import { type OrdersCrm, ordersCrm, profileOf } from "../../test/orders_crm.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import type { Person } from "../model/customer.ts";
import { failed, ok } from "../model/outcome.ts";
import type { SaleCustomer } from "../model/sale.ts";
import type { Destination } from "../tenants/tenant.ts";
import { customerWords } from "./customer_words.ts";
import { resolveCustomer } from "./resolve_customer.ts";

const call = { deadline: 1, requestId: "r" };
const everyKey: SaleCustomer = {
  crmId: "c-1",
  memberNumber: "1001",
  phone: "+46701740605",
  email: "someone@example.com",
  nameFirst: "Some",
};

const resolve = async (
  crm: OrdersCrm,
  order: {
    customer?: SaleCustomer;
    crmId?: string;
    missingCustomer?: Destination["missingCustomer"];
    create?: CrmFailure;
  } = {},
) => {
  const created: Person[] = [];
  const resolved = await resolveCustomer(
    {
      customer: order.customer ?? everyKey,
      crmId: order.crmId,
      missingCustomer: order.missingCustomer ?? "create",
    },
    {
      crm,
      createCustomer: async (person) => {
        created.push(person);
        return order.create === undefined ? ok(profileOf("new")) : failed(order.create);
      },
    },
    call,
  );
  return { resolved, created };
};

describe("the customer of an order is found", () => {
  it("by the CRM's own id before anything else", async () => {
    const crm = ordersCrm();
    crm.people.set("customer_id:c-1", "c-1").set("mobile:+46701740605", "other");
    expect((await resolve(crm, { crmId: "c-1" })).resolved).toEqual({
      kind: "found",
      customerId: "c-1",
      by: "customer_id",
      voucherPasswords: [],
      searched: { nobodyBy: [], foreignId: false },
    });
    expect(crm.searched).toEqual(["customer_id:c-1"]);
  });

  it("under the id that the CRM answers with: two customers may have become one", async () => {
    const crm = ordersCrm();
    crm.people.set("customer_id:c-1", "c-9");
    expect((await resolve(crm, { crmId: "c-1" })).resolved).toMatchObject({ customerId: "c-9" });
  });

  it("by member number, phone, e-mail, in that order, when the id is gone", async () => {
    const crm = ordersCrm();
    crm.people.set("email:someone@example.com", "c-5");
    expect((await resolve(crm, { crmId: "c-1" })).resolved).toEqual({
      kind: "found",
      customerId: "c-5",
      by: "email",
      searched: { nobodyBy: ["customer_id", "member_number", "mobile"], foreignId: false },
    });
    expect(crm.searched).toEqual([
      "customer_id:c-1",
      "member_number:1001",
      "mobile:+46701740605",
      "email:someone@example.com",
    ]);
  });

  it("never by an id that another CRM issued, nor by a key that the CRM cannot search", async () => {
    const crm = ordersCrm({ searchBy: ["email"] });
    await resolve(crm);
    expect(crm.searched).toEqual(["email:someone@example.com"]);
  });
});

describe("a customer that the CRM does not have", () => {
  it("is created with what the order knows", async () => {
    const { resolved, created } = await resolve(ordersCrm(), { crmId: "c-1" });
    expect(resolved).toEqual({
      kind: "found",
      customerId: "new",
      by: "created",
      searched: { nobodyBy: ["customer_id", "member_number", "mobile", "email"], foreignId: false },
    });
    expect(created).toEqual([
      { email: "someone@example.com", mobile: "+46701740605", nameFirst: "Some" },
    ]);
  });

  it.each([
    ["dead_letter", { kind: "dead_letter" }],
    ["skip", { kind: "skip", why: "no such customer" }],
  ] as const)("is left by policy %s", async (missingCustomer, expected) => {
    const { resolved, created } = await resolve(ordersCrm(), { missingCustomer });
    expect(resolved).toMatchObject(expected);
    expect(created).toEqual([]);
  });

  it("cannot be created without phone and e-mail", async () => {
    const { resolved, created } = await resolve(ordersCrm(), {
      customer: { memberNumber: "1001" },
    });
    expect(resolved).toMatchObject({ kind: "dead_letter" });
    expect(created).toEqual([]);
  });

  it("and an order without any key is anonymous, whatever the policy", async () => {
    for (const missingCustomer of ["create", "dead_letter", "skip"] as const)
      expect(
        (await resolve(ordersCrm(), { customer: { nameFirst: "Some" }, missingCustomer })).resolved,
      ).toEqual({ kind: "anonymous", searched: { nobodyBy: [], foreignId: false } });
  });

  it("but an id of another CRM is somebody, not nobody", async () => {
    expect((await resolve(ordersCrm(), { customer: { crmId: "c-1" } })).resolved).toMatchObject({
      kind: "dead_letter",
      searched: { nobodyBy: [], foreignId: true },
    });
  });
});

describe("what goes wrong", () => {
  it("several customers with the phone end the search: the wrong one must not get the sale", async () => {
    const crm = ordersCrm();
    crm.people.set("mobile:+46701740605", { kind: "several_matches", ids: ["a", "b"] });
    crm.people.set("email:someone@example.com", "a");
    const { resolved, created } = await resolve(crm);
    expect(resolved).toEqual({
      kind: "dead_letter",
      reason: "several customers in the CRM share the order's mobile",
      searched: { nobodyBy: ["member_number"], foreignId: true },
    });
    expect(created).toEqual([]);
  });

  it.each<CrmFailure>([
    { kind: "rate_limited", retryAfterMs: 5000 },
    { kind: "timed_out" },
    { kind: "unavailable", sent: false, detail: "down" },
    { kind: "unreadable", detail: "html" },
    { kind: "set_up_fault", detail: "key" },
  ])("$kind on a search is tried again, and creates nobody", async (failure) => {
    const crm = ordersCrm();
    crm.people.set("mobile:+46701740605", failure);
    const { resolved, created } = await resolve(crm);
    expect(resolved).toMatchObject({ kind: "retry", failure, by: "mobile" });
    expect(created).toEqual([]);
  });

  it.each<[CrmFailure, object]>([
    [{ kind: "timed_out" }, { kind: "retry" }],
    [{ kind: "being_created" }, { kind: "retry" }],
    [{ kind: "already_member" }, { kind: "retry" }],
    [
      { kind: "invalid_fields", fields: [{ field: "mobile", message: "+46701740605 is wrong" }] },
      {
        kind: "dead_letter",
        field: "mobile",
        reason: "the CRM would not take the new customer: mobile",
      },
    ],
    [{ kind: "refused", detail: "closed" }, { kind: "dead_letter" }],
    [{ kind: "not_supported" }, { kind: "dead_letter" }],
  ])("a create that ends with %o", async (create, expected) => {
    expect((await resolve(ordersCrm(), { create })).resolved).toMatchObject(expected);
  });
});

describe("how the customer was looked for, in words without a key", () => {
  it("names who was found by what, and what led to nobody before", async () => {
    const crm = ordersCrm();
    crm.people.set("email:someone@example.com", "c-5");
    const { resolved } = await resolve(crm, { crmId: "c-1" });
    expect(customerWords(resolved)).toBe(
      "customer by email; nobody by customer id, member number, mobile",
    );
  });

  it.each([
    [{ customer: { email: "someone@example.com" } }, "customer created; nobody by email"],
    [{ customer: {} }, "no key of a customer"],
    [
      { missingCustomer: "skip" as const },
      "nobody by member number, mobile, email; its customer id is another CRM's",
    ],
    [
      { customer: { phone: "+46701740605" }, create: { kind: "timed_out" } as const },
      "customer was to be created; nobody by mobile",
    ],
  ])("%o", async (order, words) => {
    expect(customerWords((await resolve(ordersCrm(), order)).resolved)).toBe(words);
  });

  it("names the key at which the CRM gave no answer", async () => {
    const crm = ordersCrm();
    crm.people.set("mobile:+46701740605", { kind: "timed_out" });
    const { resolved } = await resolve(crm, { crmId: "c-1" });
    expect(customerWords(resolved)).toBe("asked by mobile; nobody by customer id, member number");
  });
});
