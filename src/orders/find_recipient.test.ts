import { describe, expect, it } from "vitest";
import { fakeCrm } from "../../test/fake_crm.ts";
import type { Crm } from "../crm/port.ts";
import type { SaleCustomer } from "../model/sale.ts";
import { ok } from "../model/outcome.ts";
import { findRecipient } from "./find_recipient.ts";
import type { Recipient, TurnSale } from "./turn_sale.ts";

const base = fakeCrm(() => 0).crm;
const found = { kind: "found", missingCustomer: "dead_letter", anonymous: "deliver" } as const;

const whose = (customer: SaleCustomer, to: Partial<Recipient> = {}) => {
  const asked: string[] = [];
  const crm: Crm = {
    ...base,
    capabilities: {
      ...base.capabilities,
      searchBy: ["mobile"],
      anonymousSales: true,
      findsCustomers: true,
    },
    search: async ({ value }) => {
      asked.push(value);
      return ok(value === "+46701740605" ? { id: "astrid" } : undefined);
    },
  };
  const job = { sale: { customer }, to: { ...found, ...to }, requestId: "r" } as TurnSale;
  const mailReceipt = async () => ({ kind: "delivered" }) as const;
  return findRecipient(job, {
    crm: { ...crm, mailReceipt },
    createCustomer: () => Promise.reject(new Error("nobody is added")),
    now: () => 0,
    log: () => undefined,
  }).then((came) => ({ came, asked }));
};

describe("a CRM that finds customers itself", () => {
  it("is left to it by id and e-mail, without a call", async () => {
    const { came, asked } = await whose({ email: "a@example.com", phone: "+46701740605" });
    expect(came).toMatchObject({ kind: "found", customerId: undefined });
    expect(asked).toEqual([]);
    expect((await whose({}, { crmId: "c-1" })).came).toMatchObject({ customerId: "c-1" });
  });

  it("is helped where the order names other keys alone", async () => {
    expect((await whose({ phone: "+46701740605" })).came).toMatchObject({ customerId: "astrid" });
  });

  it("gets as nobody's what names somebody whom nobody knows, unless the file skips those", async () => {
    expect((await whose({ phone: "+46701740699" })).came).toMatchObject({
      kind: "found",
      customerId: undefined,
    });
    expect((await whose({ phone: "+46701740699" }, { anonymous: "skip" })).came).toMatchObject({
      kind: "ends",
      answer: { attempt: { kind: "skipped", why: "anonymous" } },
    });
  });
});
