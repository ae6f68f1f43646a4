import { describe, expect, it } from "vitest";
import { call, holding, notThere, project, type Answer } from "./project_fixture.ts";

const ask = async (answer: Answer) => {
  const { crm, logged } = project(() => answer);
  return { outcome: await crm.search({ by: "email", value: "astrid@example.com" }, call), logged };
};

describe("what an answer means", () => {
  it.each<[string, Answer, object]>([
    [
      "a bad token",
      { status: 400, json: { success: false, error: "Could not authenticate" } },
      { kind: "set_up_fault" },
    ],
    [
      "another bad token",
      { status: 400, json: { success: false, error: "Invalid project id" } },
      { kind: "set_up_fault" },
    ],
    [
      "no key",
      { status: 401, json: { errors: ["Access key not found"] } },
      { kind: "set_up_fault" },
    ],
    [
      "a wrong secret",
      { status: 403, json: { message: "invalid secret" } },
      { kind: "set_up_fault" },
    ],
    [
      "no permission in a 200",
      { json: { success: false, errors: ["Not authorized to add event of specified type"] } },
      { kind: "set_up_fault" },
    ],
    [
      "an address that is none",
      { status: 404, json: { errors: { code: 404, description: "nothing here" } } },
      { kind: "set_up_fault" },
    ],
    [
      "a refusal in a 200",
      { json: { success: false, errors: ["At least one valid id should be specified"] } },
      { kind: "refused" },
    ],
    [
      "a refusal",
      { status: 400, json: { success: false, message: "No commands" } },
      { kind: "refused" },
    ],
    [
      "too many calls",
      { status: 429, json: {}, headers: { "Retry-After": "7" } },
      { kind: "rate_limited", retryAfterMs: 7000 },
    ],
    [
      "a fault of theirs",
      { status: 500, json: { error: "no permission to think" } },
      { kind: "unavailable", sent: true },
    ],
    ["too few results", { json: { success: true, results: [] } }, { kind: "unreadable" }],
    ["no answer", { kind: "timed_out", sent: true }, { kind: "timed_out" }],
  ])("%s", async (_, answer, failure) => {
    expect((await ask(answer)).outcome).toMatchObject({ ok: false, failure });
  });

  it("nobody: a 404 that says so, and a customer without a hard ID", async () => {
    expect((await ask(notThere)).outcome).toEqual({ ok: true, value: undefined });
    const { crm } = project(holding({ "ids.phone_id": ["+46701740605"] }));
    expect(await crm.search({ by: "mobile", value: "+46701740605" }, call)).toEqual({
      ok: true,
      value: undefined,
    });
  });

  it("quotes no person, and logs the id that their support asks for", async () => {
    const { outcome, logged } = await ask({
      status: 400,
      json: { errors: ["astrid@example.com has no phone +46701740605"] },
      headers: { "x-request-id": "abc-1" },
    });
    expect(JSON.stringify([outcome, logged])).not.toMatch(/astrid|4670|hemlig/);
    expect(logged).toContainEqual(
      expect.objectContaining({ upstream_request_id: "abc-1", status: 400 }),
    );
  });

  it("sends the key as Basic, and the project in the path alone", async () => {
    const { crm, sent } = project(holding({ "ids.registered": "astrid@example.com" }));
    await crm.search({ by: "email", value: "astrid@example.com" }, call);
    expect(sent[0]).toMatchObject({
      method: "POST",
      path: "/data/v2/customers/attributes",
      headers: { Authorization: `Basic ${btoa("key:hemlig")}`, "Content-Type": "application/json" },
    });
  });
});
