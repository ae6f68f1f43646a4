import * as fc from "fast-check";
import { expect, it } from "vitest";
import { isCustomerId } from "../../spi/search_key.ts";
import { createCustomerIds } from "./customer_id.ts";

const settings = { projectToken: "token-1234", idKey: "k".repeat(32) };
const place = ["acme", "bloomreach|api.exponea.com|token-1234"] as const;

it("always gives the same id, which leads back and shows nothing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1, maxLength: 254 }), async (hardId) => {
      const [one, other] = [
        createCustomerIds(settings, ...place),
        createCustomerIds(settings, ...place),
      ];
      const id = await one.seal(hardId);
      expect(await other.seal(hardId)).toBe(id);
      expect(await other.open(id)).toBe(hardId);
      expect(id).toMatch(/^b\.[\w-]+$/);
    }),
    { numRuns: 40 },
  );
});

it("is an id that tills may send back, for the longest e-mail address too", async () => {
  const ids = createCustomerIds(settings, ...place);
  expect(isCustomerId(await ids.seal(`${"a".repeat(242)}@example.com`))).toBe(true);
});

// Ledgers hang on it: another text here would lose every redemption that is known.
it("is this text for ever", async () => {
  expect(await createCustomerIds(settings, ...place).seal("astrid@example.com")).toBe(
    "b.fO1ejSPt2HYQ-RnoKBn32oEIhFNhRrdrZqj73ZcQ-3ke8do0DWmB1sTje-fEqA",
  );
});

it("is nobody's in another tenant, another project, or under another key", async () => {
  const id = await createCustomerIds(settings, ...place).seal("astrid@example.com");
  for (const other of [
    createCustomerIds(settings, "other", place[1]),
    createCustomerIds(settings, "acme", "bloomreach|api.exponea.com|other"),
    createCustomerIds({ ...settings, idKey: "x".repeat(32) }, ...place),
    createCustomerIds({ projectToken: "token-1234" }, ...place),
  ])
    expect(await other.open(id)).toBe(undefined);
  const own = createCustomerIds(settings, ...place);
  for (const broken of [
    "",
    "b.",
    "astrid@example.com",
    `${id}A`,
    id.slice(2),
    `${id.slice(0, -2)}AA`,
  ])
    expect(await own.open(broken)).toBe(undefined);
});
