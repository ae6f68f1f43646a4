import { expect, it } from "vitest";
import { createKeyring, generateKeyPair } from "./secrets.ts";
import { openId, sealId } from "./sealed_id.ts";

const indexKey = async (): Promise<CryptoKey> =>
  (await createKeyring((await generateKeyPair()).privateKey).deriveHmacKeys("index"))[0];

it("opens in its place and under its key alone", async () => {
  const key = await indexKey();
  const sealed = await sealId(key, "ab12", "nora@example.com");
  expect(sealed).not.toContain("nora");
  expect(await openId(key, "ab12", sealed)).toBe("nora@example.com");
  expect(await openId(key, "ab13", sealed)).toBe(undefined);
  expect(await openId(await indexKey(), "ab12", sealed)).toBe(undefined);
  for (const broken of ["", "x", "a.b", `${sealed}A`, "..", "é.é"])
    expect(await openId(key, "ab12", broken)).toBe(undefined);
});

it("is the same text each time in one place, and another in another", async () => {
  const key = await indexKey();
  const sealed = await sealId(key, "ab12", "c-1");
  expect(await sealId(key, "ab12", "c-1")).toBe(sealed);
  expect(await sealId(key, "ab13", "c-1")).not.toBe(sealed);
  expect(await sealId(key, "ab12", "c-2")).not.toBe(sealed);
});
