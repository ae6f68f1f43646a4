import { describe, expect, it } from "vitest";
import { consentsOf } from "./consents.ts";
import { call, engage } from "./engage_fixture.ts";

const definition = {
  id: "memberTerms",
  name: "Member terms",
  metaData: {
    conditionText: { "sv-SE": "https://example.com/villkor" },
    displayText: { "en-GB": "I accept the", "sv-SE": "Jag godkänner" },
    linkText: { "en-GB": "terms", "sv-SE": "villkoren" },
  },
};

describe("consents", () => {
  it("are read with the words of the tenant's culture, none given beforehand", async () => {
    const { crm, sent } = engage(() => ({ json: [definition, { id: "bare" }, "nonsense"] }));
    expect(await crm.consents(call)).toEqual({
      ok: true,
      value: [
        {
          id: "memberTerms",
          name: "Member terms",
          description: "Jag godkänner villkoren",
          value: false,
        },
        { id: "bare", name: "bare", value: false },
      ],
    });
    expect(sent[0]?.path).toBe("/v3/consents");
  });

  it.each([
    ["en-gb", "I accept the terms"],
    ["sv-FI", "Jag godkänner villkoren"],
    ["fi-FI", "I accept the terms"],
  ])("fall back from %s to its language, then to the first", (locale, description) => {
    expect(consentsOf([definition], locale)).toMatchObject([{ description }]);
  });

  it("are unreadable when the answer is no list", async () => {
    const { crm } = engage(() => ({ json: { message: "?" } }));
    expect(await crm.consents(call)).toMatchObject({ ok: false, failure: { kind: "unreadable" } });
  });
});
