import fc from "fast-check";
import { expect, it } from "vitest";
import { shapeOf, type Shape } from "./shape.ts";

const leaves = (shape: Shape): string[] =>
  typeof shape === "string" ? [shape] : Object.values(shape).flatMap((part: Shape) => leaves(part));

it("keeps keys and types, each kind of list item once", () => {
  expect(
    shapeOf({
      email: "astrid@example.com",
      items: [{ id: 1 }, { id: 2 }, { id: "x" }],
      none: null,
    }),
  ).toEqual({
    email: "string",
    items: [{ id: "number" }, { id: "string" }],
    none: "null",
  });
});
it("never keeps a value, nor a key that may be one", () => {
  expect(
    JSON.stringify(shapeOf({ "astrid@example.com": 1, "+46701740605": { ok: "yes" } })),
  ).not.toMatch(/astrid|4670|yes/);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const leaf of leaves(shapeOf({ value })))
        expect(["string", "number", "boolean", "null", "…"]).toContain(leaf);
    }),
  );
});
