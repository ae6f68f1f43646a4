import { describe, expect, it } from "vitest";
import * as z from "zod";
import { person } from "../../src/spi/contract_answers.ts";
import { accepted, foundNobody, refused, useGateway } from "./harness.ts";

const gateway = useGateway();
const lookup = (query: Record<string, string>, path = "/lookup") =>
  gateway.till()("GET", path, { query });
const ivar = { key_type: "personal_id", key: "189001049817" };

describe("the person register fills in the form", () => {
  it.each(["/lookup", "/customers/lookup", "/lookup_customers"])(
    "on %s, without an id",
    async (path) => {
      const reply = await lookup(ivar, path);
      const [found] = accepted(reply, z.array(person).length(1));
      expect(found).toMatchObject({
        name_first: "Ivar",
        name_last: "Register",
        personal_id: "189001049817",
        mobile: "+46701740620",
        gender: "male",
        birthday: "1971-02-03",
        invoice_address: {
          address: "Folkbokvägen 8",
          zip: "33333",
          city: "Värnamo",
          country_id: "SE",
        },
      });
      expect(reply.text).not.toContain("customer_id");
    },
  );

  it("by mobile, in the form that people type", async () => {
    const reply = await lookup({ key_type: "mobile", key: "070-174 06 20" });
    expect(accepted(reply, z.array(person).length(1))[0]?.name_first).toBe("Ivar");
  });

  it("without a key_type by the tenant's lookup type", async () => {
    const reply = await lookup({ key: "189001049817" });
    expect(accepted(reply, z.array(person).length(1))[0]?.name_first).toBe("Ivar");
  });
});

describe("nobody", () => {
  it.each([
    ["unknown person", { key_type: "personal_id", key: "189012319829" }],
    ["protected identity", { key_type: "personal_id", key: "189001059808" }],
    ["protected identity by mobile", { key_type: "mobile", key: "+46701740621" }],
    ["a key that cannot be of its type", { key_type: "mobile", key: "abc" }],
    ["a type that registers do not know", { key_type: "email", key: "astrid@example.com" }],
  ])("%s: 200 []", async (_, query) => foundNobody(await lookup(query)));

  it.each(["204", "empty", "404"])("however the CRM says it: %s", async (dnbUnknown) => {
    await gateway.voyado().profile({ dnbUnknown });
    foundNobody(await lookup({ key: "189012319829" }));
  });

  it("when the tenant has no lookup type, and the CRM is not asked", async () => {
    const tenant = await gateway.onboard("no-lookup", {
      edit: (document) => {
        const { channels } = document.crm as {
          channels: { client_settings: Record<string, unknown> }[];
        };
        for (const channel of channels) delete channel.client_settings.lookup_type;
      },
    });
    foundNobody(await gateway.till(tenant)("GET", "/lookup", { query: ivar }));
    expect(await gateway.voyado("no-lookup").requests("personlookup")).toEqual([]);
  });
});

describe("a bad lookup", () => {
  it.each([
    [{ key_type: "personal_id" }, /\bkey\b/],
    [{ key: " ", key_type: "personal_id" }, /\bkey\b/],
    [{ key: "189001049817", key_type: "shoe_size" }, /key_type/],
  ])("%j is 400 and names the field", async (query, field) => {
    refused(await lookup(query), 400, field);
  });

  it("while the register is away is 503, not nobody", async () => {
    await gateway.voyado().fault({ type: "status", status: 503 }, { path: "personlookup" }, 1);
    refused(await lookup(ivar), 503);
  });
});
