import { describe, expect, it } from "vitest";
import * as z from "zod";
import { additionalOption, consent } from "../../src/spi/contract_answers.ts";
import { accepted, refused, useGateway } from "./harness.ts";

const gateway = useGateway();

describe("GET /consents", () => {
  it("lists the CRM's consents in the tenant's language, none given beforehand", async () => {
    const list = accepted(await gateway.till()("GET", "/consents"), z.array(consent));
    expect(list).toContainEqual({
      consent_id: "memberTerms",
      name: "Member terms",
      description: "Jag godkänner medlemsvillkoren",
      value: false,
    });
    expect(list.map(({ consent_id }) => consent_id)).toEqual([
      "memberTerms",
      "personalOffers",
      "thirdParty",
    ]);
    expect(list.some(({ value }) => value)).toBe(false);
  });

  it("in another market's language", async () => {
    const tenant = await gateway.onboard("english", {
      market: { locale: "en-GB" },
      voyado: { locale: "en-GB" },
    });
    const list = accepted(await gateway.till(tenant)("GET", "/consents"), z.array(consent));
    expect(list[0]?.description).toBe("I accept the member terms");
  });

  it("while the CRM is away is 503, and with a wrong key 502", async () => {
    await gateway.voyado().fault({ type: "status", status: 500 }, { path: "/consents" }, 1);
    refused(await gateway.till()("GET", "/consents"), 503);
    await gateway.voyado().fault({ type: "status", status: 401 }, { path: "/consents" }, 1);
    refused(await gateway.till()("GET", "/consents"), 502, /fel inställd/);
  });
});

describe("GET /additional_options", () => {
  it("is an empty array when unused", async () => {
    expect(
      accepted(await gateway.till()("GET", "/additional_options"), z.array(additionalOption)),
    ).toEqual([]);
  });
});
