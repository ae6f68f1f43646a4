import { describe, expect, it } from "vitest";
import { createKeyring, generateKeyPair, seal, SecretFault } from "./secrets.ts";

const place = { tenant: "acme", path: "crm.channels[voyado].handler.voyado.api_key" };
const pair = await generateKeyPair();
const keyring = createKeyring(pair.privateKey);

const sign = async (key: CryptoKey) =>
  Buffer.from(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode("x"))).toString("hex");

describe("secrets", () => {
  it("opens what was sealed", async () => {
    expect(await keyring.open(place, await seal(pair.publicKey, place, "nyckel åäö"))).toBe(
      "nyckel åäö",
    );
  });

  it("seals differently each time", async () => {
    expect(await seal(pair.publicKey, place, "a")).not.toBe(await seal(pair.publicKey, place, "a"));
  });

  it.each([
    ["another tenant", { ...place, tenant: "other" }],
    ["another place of the document", { ...place, path: "sitoo.api_password" }],
  ])("does not open for %s", async (_, elsewhere) => {
    const sealed = await seal(pair.publicKey, place, "key");
    await expect(keyring.open(elsewhere, sealed)).rejects.toThrow(SecretFault);
  });

  it("does not open what was changed, nor anything that is not sealed", async () => {
    const sealed = await seal(pair.publicKey, place, "key");
    const last = sealed.endsWith("A") ? "B" : "A";
    await expect(keyring.open(place, sealed.slice(0, -2) + last + last)).rejects.toThrow(
      SecretFault,
    );
    await expect(keyring.open(place, "key")).rejects.toThrow("is not a sealed secret");
  });

  it("names the mending when the key is gone, and never the secret", async () => {
    const other = await generateKeyPair();
    const sealed = await seal(other.publicKey, place, "sesame");
    const fault = await keyring.open(place, sealed).catch(String);
    expect(fault).toContain("apply the tenant file again");
    expect(fault).not.toContain("sesame");
  });

  it("reads secrets of the old key beside those of the new one", async () => {
    const next = await generateKeyPair();
    const both = createKeyring(`${next.privateKey}, ${pair.privateKey}`);
    expect(await both.open(place, await seal(pair.publicKey, place, "old"))).toBe("old");
    expect(await both.open(place, await seal(next.publicKey, place, "new"))).toBe("new");
  });

  it("derives one signing key per purpose, and keeps those of older keys for verifying", async () => {
    const next = await generateKeyPair();
    const both = createKeyring(`${next.privateKey},${pair.privateKey}`);
    const own = await sign((await keyring.deriveHmacKeys("redeem id"))[0]);
    expect(await sign((await keyring.deriveHmacKeys("redeem id"))[0])).toBe(own);
    expect(await sign((await keyring.deriveHmacKeys("index"))[0])).not.toBe(own);
    expect(await sign((await both.deriveHmacKeys("redeem id"))[0])).not.toBe(own);
    const all = await Promise.all((await both.deriveHmacKeys("redeem id")).map(sign));
    expect(all[1]).toBe(own);
    expect(all[0]).toBe(await sign((await both.deriveHmacKeys("redeem id"))[0]));
  });

  it.each(["", "nonsense", "12345678.short", `${"0".repeat(8)}.${"A".repeat(44)}`])(
    "refuses %j as a key",
    (text) => {
      expect(() => createKeyring(text)).toThrow(SecretFault);
    },
  );
});
