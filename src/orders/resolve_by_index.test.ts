import { expect, it } from "vitest";
import { customerWorld } from "../../test/customer_world.ts";
import type { SaleCustomer } from "../model/sale.ts";
import { resolveCustomer } from "./resolve_customer.ts";

/** Orders of a CRM that finds by e-mail alone and shows its writes after twenty seconds. */
const world = () => {
  const made = customerWorld(
    { searchBy: ["email"], indexedBy: ["mobile", "member_number"], writesShowWithinMs: 30_000 },
    20_000,
  );
  return {
    ...made,
    resolve: async (customer: SaleCustomer) => {
      const crm = made.till();
      const resolved = await resolveCustomer(
        { customer, crmId: customer.crmId, missingCustomer: "create" },
        { crm, createCustomer: (person) => made.createOnce(person) },
        made.call(),
      );
      await made.settled();
      return resolved;
    },
  };
};
const nora = { id: "c-9", email: "nora@example.com", mobile: "+46701740650", memberNumber: "1001" };

it("finds the customer of an order by a phone of which only the gateway knows whose it is", async () => {
  const { customers, resolve } = world();
  customers.set(nora.id, nora);
  // An order that names them by the CRM's id has them noted.
  expect(await resolve({ crmId: nora.id })).toMatchObject({ kind: "found", by: "customer_id" });
  for (const key of [{ phone: nora.mobile }, { memberNumber: "1001" }])
    expect(await resolve(key)).toMatchObject({ kind: "found", customerId: nora.id });
});

it("adds one customer for two orders of a newcomer, whatever keys the second has", async () => {
  const { resolve, calls } = world();
  const phone = "+46701740651";
  expect(await resolve({ phone, email: "nils@example.com" })).toMatchObject({ by: "created" });
  for (const second of [{ phone }, { email: "nils@example.com" }, { crmId: "c-1" }])
    expect(await resolve(second)).toMatchObject({ kind: "found", customerId: "c-1" });
  expect(calls.filter((call) => call === "create")).toHaveLength(1);
});

it("gives the order to nobody while the index is away, and tries again", async () => {
  const { resolve, shards } = world();
  shards.mode = "away";
  expect(await resolve({ phone: nora.mobile })).toMatchObject({
    kind: "retry",
    failure: { kind: "unavailable" },
  });
});
