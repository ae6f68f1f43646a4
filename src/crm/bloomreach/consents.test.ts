import { expect, it } from "vitest";
import { call, project } from "./project_fixture.ts";

const category = (id: string, private_api: boolean, translations: object) => ({
  id,
  legitimate_interest: false,
  sources: { private_api },
  translations,
});

it("lists the consents of the file with the names of the language; what would not count is left out", async () => {
  const consents = ["a", "b", "c", "d"].map((id) => ({
    category: id,
    posId: id,
    default: id === "b",
    optIn: "consent" as const,
  }));
  const { crm, sent, logged } = project(
    () => ({
      json: {
        results: [
          category("b", true, { "": { name: "B", description: null } }),
          category("a", true, { "": { name: "A" }, sv: { name: "Å", description: "text" } }),
          category("c", false, { "": { name: "C" } }),
        ],
      },
    }),
    { consents },
  );
  expect(await crm.consents(call)).toEqual({
    ok: true,
    value: [
      { id: "a", name: "Å", description: "text", value: false },
      { id: "b", name: "B", value: true },
    ],
  });
  expect(sent[0]).toMatchObject({ method: "GET", path: "/data/v2/consent/categories" });
  expect(logged).toContainEqual({ event: "crm_consents_unusable", count: 2, request_id: "r-1" });
});
