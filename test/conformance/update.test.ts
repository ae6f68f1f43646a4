import { describe, expect, it } from "vitest";
import { customer } from "../../src/spi/contract_answers.ts";
import { accepted, addCustomer, nextMobile, nobody, refused, useGateway } from "./harness.ts";

const gateway = useGateway();
const put = (id: string, body: unknown) => gateway.till()("PUT", `/customers/${id}`, { body });
const patches = async (since: number) =>
  (await gateway.voyado().requests("/contacts/", since)).filter(({ method }) => method === "PATCH");

const somebody = () =>
  addCustomer(gateway.voyado(), {
    attributes: {
      mobilePhone: nextMobile(),
      street: "Provgatan 1",
      zipCode: "111 11",
      city: "Uppsala",
      socialSecurityNumber: "189012319829",
    },
    contact: {
      preferences: { acceptsEmail: true, acceptsSms: true },
      consents: [{ id: "memberTerms", value: true }],
    },
  });

describe("an update is partial", () => {
  it("only what changed is sent, the rest stays", async () => {
    const { id, email } = await somebody();
    const mark = await gateway.voyado().mark();
    const card = accepted(
      await put(id, { invoice_address: { city: "Lund" }, name_first: "Prov" }),
      customer,
    );
    expect(card).toMatchObject({
      customer_id: id,
      email,
      name_first: "Prov",
      invoice_address: { address: "Provgatan 1", zip: "111 11", city: "Lund", country_id: "SE" },
      accepts_communication: ["email", "sms"],
      consents: ["memberTerms"],
    });
    expect((await patches(mark)).map(({ body }) => body)).toEqual([{ city: "Lund" }]);
  });

  it("the whole customer sent back changes nothing and writes nothing", async () => {
    const { id } = await somebody();
    const card = await gateway.till()("GET", `/customers/${id}`);
    const mark = await gateway.voyado().mark();
    expect(accepted(await put(id, card.json), customer)).toEqual(card.json);
    expect(await patches(mark)).toEqual([]);
  });

  it("an absent array revokes nothing, a present one does", async () => {
    const { id } = await somebody();
    const still = accepted(await put(id, { name_last: "Andersson" }), customer);
    expect(still).toMatchObject({
      consents: ["memberTerms"],
      accepts_communication: ["email", "sms"],
    });
    const revoked = accepted(
      await put(id, { consents: [], accepts_communication: ["mail"] }),
      customer,
    );
    expect(revoked).toMatchObject({ consents: [], accepts_communication: ["mail"] });
    const given = accepted(await put(id, { consents: ["personalOffers"] }), customer);
    expect(given.consents).toEqual(["personalOffers"]);
  });

  it("one boolean touches one way of contact", async () => {
    const { id } = await somebody();
    const card = accepted(await put(id, { accepts_sms: false }), customer);
    expect(card.accepts_communication).toEqual(["email"]);
  });

  it("an empty text clears, and a mobile is kept in E.164", async () => {
    const { id } = await somebody();
    const mobile = nextMobile();
    const card = accepted(
      await put(id, { mobile: mobile.replace("+46", "0"), invoice_address: { address: "" } }),
      customer,
    );
    expect(card.mobile).toBe(mobile);
    expect(card.invoice_address).not.toHaveProperty("address");
  });

  it("shows what the customer can redeem", async () => {
    const { id, vouchers } = await addCustomer(gateway.voyado(), { vouchers: [{}] });
    const card = accepted(await put(id, { name_first: "Nytt" }), customer);
    expect(card.bonus_checks.map(({ bonus_check_id }) => bonus_check_id)).toEqual(vouchers);
  });
});

describe("fields that the form does not let staff change", () => {
  it("are ignored when they equal what was shown, or are empty", async () => {
    const { id } = await somebody();
    const mark = await gateway.voyado().mark();
    accepted(
      await put(id, { personal_id: "189012319829", company: "", member_number: "" }),
      customer,
    );
    accepted(await put(id, { personal_id: "" }), customer);
    expect(await patches(mark)).toEqual([]);
  });

  it.each([
    [{ personal_id: "189001049817" }, /personal_id/],
    [{ company: "Bolaget" }, /company/],
    [{ member_number: "1" }, /member_number/],
    [{ gender: "male" }, /gender/],
    [{ store_id_home: "300" }, /store_id_home/],
    [{ delivery_address: { city: "Lund" } }, /delivery_address/],
    [{ additional_options: [{ id: "size", enum_values: ["S"] }] }, /additional_options/],
  ])("are 400 when they differ: %j", async (body, field) => {
    const { id } = await somebody();
    const mark = await gateway.voyado().mark();
    refused(await put(id, { ...body, name_first: "Annan" }), 400, field);
    expect(await patches(mark)).toEqual([]);
  });
});

describe("a bad update", () => {
  it.each<[string, unknown, RegExp]>([
    ["not JSON", "{", /body/],
    ["no body", "", /body/],
    ["an array", [], /body/],
    ["wrong type", { email: 5 }, /email/],
    ["bad e-mail", { email: "nobody" }, /email/],
    ["bad mobile", { mobile: "abc" }, /mobile/],
    ["a required field cleared", { name_first: "", name_last: "" }, /name/],
    ["another customer's id", { customer_id: nobody }, /customer_id/],
    ["unknown enum", { accepts_communication: ["fax"] }, /accepts_communication/],
    ["too large", JSON.stringify({ x: "y".repeat(262_144) }), /256 KiB/],
  ])("%s is 400 and names the field", async (_, body, field) => {
    const { id } = await somebody();
    const mark = await gateway.voyado().mark();
    refused(await put(id, body), 400, field);
    expect(await patches(mark)).toEqual([]);
  });

  it("of an unknown customer is 404", async () => {
    refused(await put(nobody, { name_first: "N" }), 404);
    refused(await put("..%2Fconsents", { name_first: "N" }), 404);
  });

  it("into somebody else's key is 400: already a member", async () => {
    const { id } = await somebody();
    refused(await put(id, { email: "astrid@example.com" }), 400, /redan medlem/i);
  });

  it("that the CRM finds fault with is 400 with its words", async () => {
    const { id } = await somebody();
    const body = {
      errorCode: "ValidationError",
      validationErrors: [{ errorDescription: "City is unknown." }],
    };
    await gateway.voyado().fault({ type: "status", status: 422, body }, { method: "PATCH" }, 1);
    refused(await put(id, { invoice_address: { city: "Lund" } }), 400, /City is unknown/);
  });

  it.each([
    [{ type: "applied_then_status", status: 504 }, [503, 504]],
    [{ type: "applied_then_garbage" }, [502]],
    [{ type: "status", status: 429 }, [503]],
  ] as const)("without a clear answer says so: %j", async (fault, statuses) => {
    const { id } = await somebody();
    await gateway.voyado().fault(fault, { method: "PATCH" }, 1);
    const reply = await put(id, { name_first: "Annan" });
    expect(statuses, reply.text).toContain(reply.status);
    refused(reply, reply.status);
  });
});
