import { describe, expect, it } from "vitest";
import { call, engage, type Answer } from "./engage_fixture.ts";

const found = {
  firstName: "Ivar",
  lastName: "Register",
  careOf: "Hos Provsson",
  street: "Folkbokvägen 8",
  zipCode: "33333",
  city: "Värnamo",
  birthDay: "1971-02-03",
  status: "Active",
  country: "SE",
  mobilePhoneNumber: "0701740620",
  gender: "Male",
  searchKey: "SocialSecurityNumber",
  unregisteredFromOnlineRegisterInformation: null,
};
const personalId = { by: "personal_id", value: "189001049817" } as const;
const lookup = (answer: Answer) => engage(() => answer).crm.lookup(personalId, call);

describe("person lookup", () => {
  it("fills the form by personal number", async () => {
    const { crm, sent } = engage(() => ({ json: found }));
    expect(await crm.lookup(personalId, call)).toEqual({
      ok: true,
      value: {
        nameFirst: "Ivar",
        nameLast: "Register",
        gender: "male",
        birthday: "1971-02-03",
        mobile: "+46701740620",
        personalId: "189001049817",
        invoiceAddress: {
          address: "Folkbokvägen 8",
          zip: "33333",
          city: "Värnamo",
          countryId: "SE",
        },
      },
    });
    expect(sent[0]).toMatchObject({
      path: "/v2/personlookup/getpersonlookup",
      rawQuery: "?socialSecurityNumber=189001049817&countryCode=SE",
    });
  });

  it("fills the form by mobile", async () => {
    const { crm, sent } = engage(() => ({ json: found }));
    const outcome = await crm.lookup({ by: "mobile", value: "+46701740621" }, call);
    expect(outcome).toMatchObject({ ok: true, value: { mobile: "+46701740621" } });
    expect(sent[0]?.rawQuery).toBe("?phoneNumber=%2B46701740621&countryCode=SE");
  });

  it("uses the personal number that replaced the one asked for", async () => {
    const unregisteredFromOnlineRegisterInformation = {
      reason: "New number",
      newSocialSecurityNumber: "189001059808",
    };
    expect(
      await lookup({ json: { ...found, unregisteredFromOnlineRegisterInformation } }),
    ).toMatchObject({ value: { personalId: "189001059808" } });
  });

  it.each<[string, Answer]>([
    ["404", { status: 404, json: { message: "No person was found." } }],
    ["204", { status: 204, text: "" }],
    ["an empty 200", { status: 200, text: "" }],
    ["null", { json: null }],
    ["no name", { json: { ...found, firstName: null, lastName: "" } }],
    [
      "a number that cannot be one",
      { status: 400, json: { errorCode: "InvalidSocialSecurityNumber" } },
    ],
    ["a protected identity", { json: { ...found, status: "ProtectedIdentity" } }],
    ["a protected identity in Swedish", { json: { ...found, status: "Skyddad folkbokföring" } }],
    [
      "protection among the reasons",
      { json: { ...found, unregisteredFromOnlineRegisterInformation: { reason: "Sekretess" } } },
    ],
  ])("knows nobody: %s", async (_name, answer) => {
    expect(await lookup(answer)).toEqual({ ok: true, value: undefined });
  });

  it.each<[Answer, string]>([
    [{ status: 403, text: "" }, "set_up_fault"],
    [{ status: 500, text: "" }, "unavailable"],
    [{ status: 200, text: "<html>" }, "unreadable"],
    [{ kind: "timed_out", sent: true }, "timed_out"],
  ])("%j is %s", async (answer, kind) => {
    expect(await lookup(answer)).toMatchObject({ ok: false, failure: { kind } });
  });

  it("is not offered for other keys", async () => {
    const { crm, sent } = engage(() => ({ json: found }));
    expect(await crm.lookup({ by: "email", value: "a@example.com" }, call)).toEqual({
      ok: false,
      failure: { kind: "not_supported" },
    });
    expect(sent).toEqual([]);
  });
});
