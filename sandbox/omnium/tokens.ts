import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { Refused } from "./errors.ts";
import type { Client } from "./profile.ts";
import { flag } from "./query.ts";
import type { OmniumStore } from "./store.ts";

/** The case of this path does not matter (published); of the others nothing is said, so there it does (assumed). */
export function isTokenPath(path: string): boolean {
  return path.toLowerCase() === "/api/token";
}

/** `POST /api/Token`: parameters in the query and nowhere else, body empty (contracts/omnium.md §2, §16.1). */
export function issueToken(store: OmniumStore, call: Call): Reply {
  if (call.method !== "POST") throw new Refused(405, `${call.method} is not offered here.`);
  // (assumed) status: a secret in the body is a mistake that must not pass.
  if (call.body !== "") throw new Refused(400, "The body must be empty.");
  const client = store.profile.clients.find(
    ({ id, secret }) =>
      id === call.query.get("clientId") && secret === call.query.get("clientSecret"),
  );
  if (client === undefined) throw new Refused(401, "clientId or clientSecret is wrong.");
  const asJson = flag(call, "returnAsJson");
  const { tokenLifeMs } = store.profile;
  const expiresAt = store.clock.now() + tokenLifeMs;
  const token = jwt({ clientId: client.id, exp: Math.floor(expiresAt / 1000) });
  store.tokens.put({
    token,
    clientId: client.id,
    issuedAt: store.clock.iso(),
    expiresAt,
    seq: call.seq,
  });
  if (!asJson) return { status: 200, body: token, headers: { "content-type": "text/plain" } };
  return ok({
    accessToken: token,
    tokenType: "Bearer",
    expiresIn: Math.floor(tokenLifeMs / 1000),
  });
}

/** Undefined when the token is missing, expired, or was issued by another tenant. */
export function clientOf(store: OmniumStore, header: string | null): Client | undefined {
  const text = /^Bearer (\S+)$/i.exec(header ?? "")?.[1];
  const token = text === undefined ? undefined : store.tokens.get(text);
  if (token === undefined || token.expiresAt <= store.clock.now()) return undefined;
  return store.profile.clients.find(({ id }) => id === token.clientId);
}

/** The shape of a JWT; the signature is random, and a token is known by being in the list of those issued. */
function jwt(claims: { clientId: string; exp: number }): string {
  const part = (value: string): string => btoa(value).replace(/[+/=]/g, "_");
  const random = crypto.getRandomValues(new Uint8Array(32));
  return [
    part(JSON.stringify({ alg: "HS256", typ: "JWT" })),
    part(JSON.stringify({ ...claims, jti: crypto.randomUUID() })),
    part(String.fromCodePoint(...random)),
  ].join(".");
}
