import { describe, expect, it } from "vitest";
import { hashPassword, matchCredential, newCredential } from "./credentials.ts";

const made = newCredential("acme", "spi");
const stored = [
  { kind: "spi" as const, username: made.username, sha256: await hashPassword(made.password) },
  { kind: "events" as const, username: "acme-events-1", sha256: await hashPassword("e") },
  {
    kind: "spi" as const,
    username: "acme-spi-old",
    sha256: await hashPassword("o"),
    expiresAt: 1_000,
  },
];

describe("credentials", () => {
  it("are long, and named for their use", () => {
    expect(made.username).toMatch(/^acme-spi-[a-z2-9]{4}$/);
    expect(made.password).toMatch(/^[\w-]{43}$/);
    expect(newCredential("acme", "spi").password).not.toBe(made.password);
  });

  it.each([
    ["the right one", "spi", made.username, made.password, 0, true],
    ["a wrong password", "spi", made.username, `${made.password}x`, 0, false],
    ["another's password", "spi", made.username, "o", 0, false],
    ["a wrong name", "spi", "acme-spi-zzzz", made.password, 0, false],
    ["another surface's", "events", made.username, made.password, 0, false],
    ["the events credential", "events", "acme-events-1", "e", 0, true],
    ["an old one before its end", "spi", "acme-spi-old", "o", 999, true],
    ["an old one at its end", "spi", "acme-spi-old", "o", 1_000, false],
    ["nothing", "spi", "", "", 0, false],
  ] as const)("tells %s", async (_, kind, username, password, now, expected) => {
    expect(await matchCredential(stored, kind, username, password, now)).toBe(expected);
  });

  it("never matches where none is stored", async () => {
    expect(await matchCredential([], "spi", made.username, made.password, 0)).toBe(false);
  });
});
