import { describe, expect, it } from "vitest";
import { call, contactBody, contactId, engage } from "./engage_fixture.ts";

const phone = { by: "mobile", value: "+46701740605" } as const;

describe("finding a contact", () => {
  it("asks by the field of the key, with the headers that Engage demands on a GET too", async () => {
    const { crm, sent } = engage(() => ({ json: contactId }));
    expect(await crm.search(phone, call)).toEqual({ ok: true, value: { id: contactId } });
    expect(sent[0]).toMatchObject({
      method: "GET",
      path: "/v3/contacts/id",
      rawQuery: "?mobilePhone=%2B46701740605",
    });
    expect(sent[0]?.headers).toMatchObject({
      apikey: "till-key",
      "User-Agent": "SitooCrmEdge/1.0",
      "Content-Type": "application/json",
    });
  });

  it.each([
    ["email", "email"],
    ["personal_id", "socialSecurityNumber"],
    ["member_number", "customKey"],
  ] as const)("finds by %s through %s", async (by, field) => {
    const { crm, sent } = engage(() => ({ json: contactId }));
    await crm.search({ by, value: "x" }, call);
    expect(sent[0]?.query.get(field)).toBe("x");
  });

  it.each([
    [404, "ContactNotFound"],
    [400, "InvalidEmailAddress"],
    [400, "InvalidPhoneNumber"],
    [400, "InvalidSocialSecurityNumber"],
    [400, "InvalidSearchQuery"],
  ])("takes %i %s as nobody", async (status, errorCode) => {
    const { crm } = engage(() => ({ status, json: { errorCode } }));
    expect(await crm.search(phone, call)).toEqual({ ok: true, value: undefined });
  });

  const several = {
    status: 409,
    json: { errorCode: "MultipleMatches", messageDetails: { multipleMatchesFound: ["a", "b"] } },
  };

  it("asks again with the contact type when several share the key", async () => {
    const { crm, sent } = engage(({ query }) =>
      query.has("contactType") ? { json: contactId } : several,
    );
    expect(await crm.search(phone, call)).toEqual({ ok: true, value: { id: contactId } });
    expect(sent.map(({ query }) => query.get("contactType"))).toEqual([null, "Member"]);
  });

  it("names them all when the contact type does not tell them apart", async () => {
    const { crm } = engage(() => several);
    expect(await crm.search(phone, call)).toEqual({
      ok: false,
      failure: { kind: "several_matches", ids: ["a", "b"] },
    });
  });

  it.each([
    [{ status: 400, json: { errorCode: "InvalidContactType" } }, "set_up_fault"],
    [{ status: 500, json: { errorCode: "InvalidSystemConfiguration" } }, "set_up_fault"],
    [{ status: 500, json: { message: "An error has occurred." } }, "unavailable"],
    [{ status: 401, text: "" }, "set_up_fault"],
    [{ status: 429, text: "slow down" }, "rate_limited"],
    [{ status: 502, text: "<html>Bad gateway</html>" }, "unavailable"],
    [{ status: 404, text: "<html>Not found</html>" }, "set_up_fault"],
    [{ status: 200, text: "<html>Log in</html>" }, "unreadable"],
    [{ status: 200, json: { items: [] } }, "unreadable"],
    [{ kind: "timed_out", sent: true } as const, "timed_out"],
    [{ kind: "broken", sent: false, detail: "connection refused" } as const, "unavailable"],
  ])("never takes a fault for nobody: %j is %s", async (answer, kind) => {
    const { crm } = engage(() => answer);
    expect(await crm.search(phone, call)).toMatchObject({ ok: false, failure: { kind } });
  });

  it("puts no personal data into what operators read", async () => {
    const message = "No contact with +46701740605 and astrid@example.com";
    const { crm } = engage(() => ({
      status: 418,
      json: { errorCode: "astrid@example.com", message },
    }));
    expect(JSON.stringify(await crm.search(phone, call))).not.toMatch(/46701740605|astrid/);
  });

  it("reads a customer by id with the whole card's data", async () => {
    const { crm } = engage(() => ({ json: contactBody() }));
    const found = await crm.search({ by: "customer_id", value: contactId }, call);
    expect(found).toMatchObject({
      ok: true,
      value: { id: contactId, profile: { customer: { nameFirst: "Astrid" } } },
    });
  });

  it("knows nobody by an id that cannot be one, and sends nothing", async () => {
    const { crm, sent } = engage(() => ({ json: contactBody() }));
    expect(await crm.search({ by: "customer_id", value: "../stores" }, call)).toEqual({
      ok: true,
      value: undefined,
    });
    expect(sent).toEqual([]);
  });

  it("falls back to v2 for one call of one tenant", async () => {
    const { crm, sent } = engage(() => ({ json: contactId }), { versions: { find: "v2" } });
    await crm.search(phone, call);
    expect(sent[0]?.path).toBe("/v2/contacts/id");
  });
});
