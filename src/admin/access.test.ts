import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { sign } from "hono/utils/jwt/jwt";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { mayOperate, type AccessSettings } from "./access.ts";

const teamDomain = "https://team.cloudflareaccess.com";
const audience = "aud-of-the-application";
const settings: AccessSettings = { adminToken: undefined, teamDomain, audience };

const keyPair = (kid: string) => {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = (key: KeyObject) => ({
    ...key.export({ format: "jwk" }),
    kty: "RSA",
    alg: "RS256" as const,
    kid,
  });
  return { private: jwk(pair.privateKey), public: jwk(pair.publicKey) };
};
const own = keyPair("k-1");
const strangers = keyPair("k-1");
const now = Math.floor(Date.now() / 1_000);
const claims = { iss: teamDomain, aud: [audience], exp: now + 60, iat: now - 1, nbf: now - 1 };

beforeEach(() => {
  vi.spyOn(globalThis, "fetch").mockImplementation((address) =>
    Promise.resolve(
      address === `${teamDomain}/cdn-cgi/access/certs`
        ? Response.json({ keys: [own.public] })
        : new Response("", { status: 404 }),
    ),
  );
});
afterEach(() => {
  vi.restoreAllMocks();
});

const asks = (jwt: string, given = settings) =>
  mayOperate(new Headers({ "Cf-Access-Jwt-Assertion": jwt }), given);

describe("a Cloudflare Access JWT", () => {
  it("that is right may operate", async () => {
    expect(await asks(await sign(claims, own.private, "RS256"))).toBe(true);
  });

  it.each([
    ["another issuer's", { iss: "https://other.cloudflareaccess.com" }],
    ["for another application", { aud: ["another"] }],
    ["without an audience", { aud: "" }],
    ["that has expired", { exp: now - 1 }],
    ["of the future", { nbf: now + 60 }],
  ])("%s may not", async (_, change) => {
    expect(await asks(await sign({ ...claims, ...change }, own.private, "RS256"))).toBe(false);
  });

  it("that never expires may not", async () => {
    const { exp: _, ...endless } = claims;
    expect(await asks(await sign(endless, own.private, "RS256"))).toBe(false);
  });

  it("signed by somebody else, by a secret, or by nobody may not", async () => {
    const [head = "", body = ""] = (await sign(claims, own.private, "RS256")).split(".");
    const none = btoa('{"alg":"none","typ":"JWT","kid":"k-1"}');
    for (const jwt of [
      await sign(claims, strangers.private, "RS256"),
      await sign(claims, "k-1", "HS256"),
      `${head}.${body}.`,
      `${none}.${body}.`,
      "a.b.c",
      "",
    ])
      expect(await asks(jwt), jwt).toBe(false);
  });

  it("may not where no team or application is set", async () => {
    const jwt = await sign(claims, own.private, "RS256");
    expect(await asks(jwt, { ...settings, teamDomain: undefined })).toBe(false);
    expect(await asks(jwt, { ...settings, audience: undefined })).toBe(false);
  });
});
