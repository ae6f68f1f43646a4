import { describe, expect, it } from "vitest";
import { channel } from "../../test/tenant_fixture.ts";
import { isCustomerId, normaliseKey, readKeyType } from "./search_key.ts";

const plain = channel("club");
const club = channel("club", {
  client: { ...plain.client, memberNumberPatterns: ["^(?:CLUB)?0*(\\d{8})\\d?$"] },
});

describe("search keys", () => {
  it.each([
    ["mobile", "070-174 06 05", "+46701740605"],
    ["mobile", "+46 70 174 06 05", "+46701740605"],
    ["mobile", "0046701740605", "+46701740605"],
    ["mobile", " 46701740605", "+46701740605"],
    ["mobile", "12", undefined],
    ["mobile", "not a number", undefined],
    ["email", " Astrid@Example.com ", "astrid@example.com"],
    ["email", "astrid till@example.com", "astrid+till@example.com"],
    ["email", "astrid", undefined],
    ["personal_id", "18900101-9802", "18900101-9802"],
    ["personal_id", "x", undefined],
    ["member_number", "10012", "10012"],
    ["member_number", "10 012", undefined],
    ["customer_id", "11111111-1111-4111-8111-111111111111", "11111111-1111-4111-8111-111111111111"],
    ["customer_id", "../stores", undefined],
  ] as const)("%s %s → %s", (by, typed, value) => {
    expect(normaliseKey(by, typed, plain)?.value).toBe(value);
  });
  it("takes the number out of what a scanner adds", () => {
    expect(normaliseKey("member_number", "CLUB00123456785", club)?.value).toBe("12345678");
    expect(normaliseKey("member_number", "4711", club)?.value).toBe("4711");
  });
  it("knows the SPI's key types and no others", () => {
    expect([readKeyType("Mobile"), readKeyType("phone"), readKeyType("")]).toEqual([
      "mobile",
      undefined,
      undefined,
    ]);
  });
  it.each(["..", "a/b", "a b", "%2e%2e", "", "-", "x".repeat(401)])("takes %j for no id", (id) => {
    expect(isCustomerId(id)).toBe(false);
  });
});
