import { describe, expect, it } from "vitest";
import { customer } from "../../src/spi/contract_answers.ts";
import { accepted, astrid, foundOne, nobody, refused, useGateway } from "./harness.ts";

const gateway = useGateway();

describe("GET /customers/{customer_id}", () => {
  it("is the card that a search shows", async () => {
    const till = gateway.till();
    const card = accepted(await till("GET", `/customers/${astrid}`), customer);
    const query = { key_type: "email", key: "astrid@example.com" };
    expect(card).toEqual(foundOne(await till("GET", "/customers", { query })));
  });

  it("of an unknown customer is 404, with what to do", async () => {
    refused(await gateway.till()("GET", `/customers/${nobody}`), 404, /sök igen/i);
  });

  it.each([
    "not-a-guid",
    "..%2F..%2Fapi%2Fv3%2Fconsents",
    "%2e%2e",
    "11111111-1111-4111-8111-111111111111%3Fx=1",
    "%00",
    "%F0%9F%92%A5",
    "a".repeat(500),
    "%",
  ])("of an id that no CRM issues is 404: %s", async (id) => {
    const mark = await gateway.voyado().mark();
    refused(await gateway.till()("GET", `/customers/${id}`), 404);
    // Nothing may leave the contact's own path.
    for (const { path } of await gateway.voyado().requests("", mark))
      expect(path).toMatch(
        /^\/api\/v[23]\/(contacts\/not-a-guid|contacts\/not-a-guid\/promotions|reward-vouchers\/available)/,
      );
  });

  it("of a contact that was deleted meanwhile is 404", async () => {
    const till = gateway.till();
    await gateway.voyado().control("DELETE", "/contacts/66666666-6666-4666-8666-666666666666");
    refused(await till("GET", "/customers/66666666-6666-4666-8666-666666666666"), 404);
  });
});
