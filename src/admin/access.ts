// By "hono/jwt" what signs would come along.
import { verifyWithJwks } from "hono/utils/jwt/jwt";
import { equalText, sha256, toHex } from "../tenants/base64url.ts";

export type AccessSettings = {
  readonly adminToken: string | undefined;
  /** `https://team.cloudflareaccess.com` and the application's audience tag. */
  readonly teamDomain: string | undefined;
  readonly audience: string | undefined;
};

/** As digests, so that the length of neither is told. */
const isToken = async (shown: string, right: string): Promise<boolean> => {
  const [one, other] = await Promise.all([sha256(shown), sha256(right)]);
  return equalText(toHex(one), toHex(other));
};

/**
 * Whether a request may operate the gateway: the bearer token, or a Cloudflare Access JWT whose
 * issuer, audience and expiry are right. Closed when neither is set (design.md 3).
 */
export const mayOperate = async (headers: Headers, settings: AccessSettings): Promise<boolean> => {
  const bearer = /^Bearer (.+)$/.exec(headers.get("Authorization") ?? "")?.[1];
  if (settings.adminToken !== undefined && bearer !== undefined)
    return isToken(bearer, settings.adminToken);
  const jwt = headers.get("Cf-Access-Jwt-Assertion");
  if (jwt === null || settings.teamDomain === undefined || settings.audience === undefined)
    return false;
  try {
    const { exp } = await verifyWithJwks(jwt, {
      jwks_uri: `${settings.teamDomain}/cdn-cgi/access/certs`,
      allowedAlgorithms: ["RS256"],
      verification: { iss: settings.teamDomain, aud: settings.audience },
    });
    // The library checks an expiry that is there; without one a token would be good for ever.
    return exp !== undefined;
  } catch {
    return false;
  }
};
