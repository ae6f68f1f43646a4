import { describe, expect, it } from "vitest";
import { customer, redeemResult } from "../../src/spi/contract_answers.ts";
import {
  accepted,
  addCustomer,
  astrid,
  effectOf,
  foundNobody,
  foundOne,
  refused,
  useGateway,
} from "./harness.ts";

const gateway = useGateway();
const register = "self-1";
const search = (key_type: string, key: string, headers: Record<string, string> = {}) =>
  gateway.till()("GET", "/customers", { query: { key_type, key }, register, headers });

describe("a self-checkout", () => {
  it("finds by member number, without Staff-ID, and shows nothing that others in the queue must not read", async () => {
    const reply = await search("member_number", "10012");
    const card = foundOne(reply);
    expect(card).toMatchObject({
      customer_id: astrid,
      name_first: "Astrid",
      member_number: "10012",
    });
    expect(card).not.toHaveProperty("invoice_address");
    expect(reply.text).not.toMatch(/astrid@example\.com|701740605|189001019802|Exempelgatan/);
    expect(card.bonus_checks.length).toBeGreaterThan(0);
    expect(
      accepted(await gateway.till()("GET", `/customers/${astrid}`, { register }), customer),
    ).toEqual(card);
  });

  it("is known by its percent-encoded register, and staffed tills see all", async () => {
    const encoded = await gateway.till()("GET", `/customers/${astrid}`, { register: "self%2D1" });
    expect(encoded.text).not.toContain("astrid@example.com");
    const staffed = await gateway.till()("GET", `/customers/${astrid}`, { register: "till-1" });
    expect(staffed.text).toContain("astrid@example.com");
  });

  it.each(["mobile", "email", "personal_id", "customer_id"])(
    "does not search by %s: 403, ask the staff",
    async (type) => {
      const keys: Record<string, string> = {
        mobile: "+46701740605",
        email: "astrid@example.com",
        personal_id: "189001019802",
        customer_id: astrid,
      };
      refused(await search(type, keys[type] ?? ""), 403, /be personalen/i);
    },
  );

  it("finds nobody as everywhere: 200 []", async () => {
    foundNobody(await search("member_number", "99999"));
  });

  it("cannot add, look up, or read a history: 403", async () => {
    const till = gateway.till();
    refused(
      await till("POST", "/customers", { register, body: { name: "N E", email: "n@example.com" } }),
      403,
    );
    refused(await till("GET", "/lookup", { register, query: { key: "189001049817" } }), 403);
    refused(await till("GET", `/customers/${astrid}/transactions`, { register }), 403);
  });

  it("redeems and gives back", async () => {
    const { id, vouchers } = await addCustomer(gateway.voyado(), { vouchers: [{}] });
    const call = { register, body: { bonus_checks: vouchers } };
    accepted(await gateway.till()("POST", `/customers/${id}/redeem`, call), redeemResult);
    accepted(await gateway.till()("DELETE", `/customers/${id}/redeem`, call), redeemResult);
    expect(await effectOf(gateway.voyado(), vouchers[0] ?? "")).toEqual({
      redeemed: 1,
      reactivated: 1,
    });
  });

  it("never writes a masked value back", async () => {
    const { id, email } = await addCustomer(gateway.voyado(), {
      attributes: { mobilePhone: "+46701740690", street: "Provgatan 9" },
    });
    const till = gateway.till();
    const shown = await till("GET", `/customers/${id}`, { register });
    accepted(await till("PUT", `/customers/${id}`, { register, body: shown.json }), customer);
    const now = accepted(await till("GET", `/customers/${id}`), customer);
    expect(now).toMatchObject({
      email,
      mobile: "+46701740690",
      invoice_address: { address: "Provgatan 9" },
    });
  });

  it("of a tenant that lets customers add themselves does", async () => {
    const tenant = await gateway.onboard("self-service", {
      channel: { self_checkout: { create: true, search_types: ["mobile"] } },
    });
    const made = await gateway.till(tenant)("POST", "/customers", {
      register,
      body: { name: "Nils Exempel", email: "nils-self@example.com" },
    });
    const body = accepted(made, customer);
    expect(body.name_first).toBe("Nils");
    expect(made.text).not.toContain("nils-self@example.com");
    refused(
      await gateway.till(tenant)("GET", "/customers", {
        register,
        query: { key_type: "member_number", key: "10012" },
      }),
      403,
    );
  });
});
