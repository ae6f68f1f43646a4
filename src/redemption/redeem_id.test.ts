import { beforeAll, expect, it } from "vitest";
import { ledgerName, newGroupId, readRedeemId, signRedeemId } from "./redeem_id.ts";

const newKey = () =>
  crypto.subtle.importKey(
    "raw",
    crypto.getRandomValues(new Uint8Array(32)),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign", "verify"],
  );
let key: CryptoKey;
let newer: CryptoKey;
beforeAll(async () => {
  [key, newer] = await Promise.all([newKey(), newKey()]);
});

it("leads back to its ledger and group, also after the key was rotated", async () => {
  const id = { ledgerName: await ledgerName("acme", "voyado|x", "c-1"), groupId: newGroupId() };
  const text = await signRedeemId(key, "acme", id);
  expect(await readRedeemId([key], "acme", text)).toEqual(id);
  expect(await readRedeemId([newer, key], "acme", text)).toEqual(id);
});
it("is believed of no other tenant, and not when a character was changed", async () => {
  const text = await signRedeemId(key, "acme", {
    ledgerName: await ledgerName("acme", "v", "c"),
    groupId: newGroupId(),
  });
  expect(await readRedeemId([key], "beta", text)).toBeUndefined();
  const other = text.at(10) === "A" ? "B" : "A";
  expect(
    await readRedeemId([key], "acme", text.slice(0, 10) + other + text.slice(11)),
  ).toBeUndefined();
  expect(await readRedeemId([key], "acme", "r-9")).toBeUndefined();
});
it("names ledgers apart by tenant, CRM and customer", async () => {
  const names = await Promise.all([
    ledgerName("a", "b", "c"),
    ledgerName("a", "bc", ""),
    ledgerName("ab", "", "c"),
    ledgerName("a", "b", "c"),
  ]);
  expect(new Set(names).size).toBe(3);
});
