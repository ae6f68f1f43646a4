import { expect, it } from "vitest";
import { createKept } from "./kept.ts";

it("forgets what is over, and the oldest of too many", () => {
  let now = 0;
  const kept = createKept<number>(10, 2, () => now);
  kept.set("a", 1);
  now = 5;
  kept.set("b", 2);
  expect([kept.get("a"), kept.get("b")]).toEqual([1, 2]);
  now = 10;
  expect([kept.get("a"), kept.get("b")]).toEqual([undefined, 2]);
  kept.set("c", 3);
  kept.set("d", 4);
  expect([kept.get("b"), kept.get("c"), kept.get("d")]).toEqual([undefined, 3, 4]);
  kept.set("c", 5);
  kept.set("e", 6);
  expect([kept.get("c"), kept.get("d"), kept.get("e")]).toEqual([5, undefined, 6]);
  kept.delete("c");
  expect(kept.get("c")).toBeUndefined();
});
