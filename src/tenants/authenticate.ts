import { auth } from "hono/utils/basic-auth";
import type { Found, TenantCache, WaitUntil } from "./cache.ts";
import { matchCredential } from "./credentials.ts";
import type { CredentialKind } from "./stored_tenant.ts";

export type Authentication =
  | Found
  | { readonly kind: "unknown_tenant" }
  | { readonly kind: "unauthorized" }
  /** Nobody could say whether the credential is right: not a reason to refuse it for good. */
  | { readonly kind: "unavailable" };

export type BasicCredential = { readonly username: string; readonly password: string };

/** What a request shows by HTTP Basic; undefined when it shows nothing that can be read. */
export const readCredential = (request: Request): BasicCredential | undefined => {
  try {
    return auth(request);
  } catch {
    return undefined;
  }
};

/**
 * Opens a tenant to one credential. A wrong one is refused only after an uncached read:
 * it may have been made a second ago, and a 401 loses Sitoo's events for good (design.md 7).
 */
export const authenticate = async (
  tenants: TenantCache,
  name: string,
  kind: CredentialKind,
  shown: BasicCredential | undefined,
  waitUntil: WaitUntil,
  now: () => number,
): Promise<Authentication> => {
  const held = await tenants.get(name, waitUntil);
  if (held.kind === "unavailable") return { kind: "unavailable" };
  if (held.kind === "unknown") {
    // Events that meet a 404 are lost for good: a tenant made a second ago must not be unknown.
    const asked = kind === "events" ? await tenants.reread(name, waitUntil) : held;
    if (asked.kind === "unavailable") return { kind: "unavailable" };
    if (asked.kind === "unknown") return { kind: "unknown_tenant" };
  }
  if (shown === undefined) return { kind: "unauthorized" };
  const opens = (found: Found): Promise<boolean> =>
    matchCredential(found.stored.credentials, kind, shown.username, shown.password, now());
  if (held.kind === "found" && (await opens(held))) return held;
  const fresh = await tenants.reread(name, waitUntil);
  switch (fresh.kind) {
    case "unavailable":
      return { kind: "unavailable" };
    case "unknown":
      return { kind: "unknown_tenant" };
    case "found":
      return (await opens(fresh)) ? fresh : { kind: "unauthorized" };
  }
};

/** A tenant's name for the log; an address can name anything, a person too. */
export const loggedTenant = (name: string): string =>
  /^[a-z][a-z0-9-]{1,31}$/.test(name) ? name : "?";
