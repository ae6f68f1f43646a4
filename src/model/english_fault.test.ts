import { expect, it } from "vitest";
import * as z from "zod/mini";
import { englishFault } from "./english_fault.ts";

const english = z.locales.en().localeError;

it.each<[string, z.ZodMiniType, unknown]>([
  ["a wrong type", z.string(), 5],
  ["a text for a number", z.number(), "5"],
  ["nothing", z.string(), undefined],
  ["null", z.boolean(), null],
  ["a list", z.object({}), []],
  ["no list", z.array(z.string()), {}],
  ["not a number", z.number(), Number.NaN],
  ["without end", z.number(), Infinity],
  ["a broken number", z.int(), 1.5],
  ["a whole number past all precision", z.int(), 1e20],
  ["one of several", z.enum(["a", "b", ""]), "c"],
  ["one of one", z.literal("a"), "c"],
  ["a number of several", z.union([z.literal([1, 2]), z.literal(3)]), 4],
  ["too long a text", z.string().check(z.maxLength(2)), "abc"],
  ["too short a text", z.string().check(z.minLength(2)), "a"],
  ["too long a list", z.array(z.string()).check(z.maxLength(1)), ["a", "b"]],
  ["too short a list", z.array(z.string()).check(z.minLength(1)), []],
  ["too much", z.number().check(z.lte(5)), 6],
  ["as much as may not be", z.number().check(z.lt(5)), 5],
  ["too little", z.number().check(z.gte(5)), 4],
  ["as little as may not be", z.number().check(z.positive()), 0],
  ["none of a union", z.union([z.string(), z.number()]), true],
  ["words of the schema's own", z.string().check(z.minLength(1, "must not be empty")), ""],
])("%s is said as zod says it", (_, schema, value) => {
  const said = schema.safeParse(value, { error: englishFault }).error?.issues;
  expect(said).not.toBeUndefined();
  expect(said).toEqual(schema.safeParse(value, { error: english }).error?.issues);
});
