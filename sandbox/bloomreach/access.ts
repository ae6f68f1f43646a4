import type { Call } from "../router.ts";
import { type Refusal, refusal } from "./errors.ts";
import type { ApiKey } from "./model.ts";
import type { BloomreachStore } from "./store.ts";

/** Private access opens every call, public access tracking alone (contracts/bloomreach.md §1, published). */
export type Scope = "tracking" | "data";

/** The key that a call carries, or why it is not let in (§2). The order of the checks is assumed. */
export function accessOf(store: BloomreachStore, call: Call, scope: Scope): ApiKey | Refusal {
  const header = call.headers.get("authorization") ?? "";
  const basic = basicOf(header);
  const token = scope === "tracking" ? (tokenOf(header) ?? call.query.get("access_token")) : null;
  if (basic === undefined && (token === null || token === ""))
    return refusal(401, "Access key not provided", "error");
  if (call.params["project"] !== store.profile.projectToken)
    return refusal(400, store.profile.badProjectText, "error");
  const key = store.keys.get(basic?.id ?? token ?? "");
  if (key === undefined || key.kind !== (basic === undefined ? "public" : "private"))
    return refusal(401, "Access key not found", "error");
  if (basic !== undefined && !isSecretOf(store, key, basic.secret))
    return refusal(403, "invalid secret", "error");
  return key;
}

/** For the log: undefined for what holds no credential. A known secret in a wrong place is not shown either. */
export function judged(store: BloomreachStore, name: string, value: string): boolean | undefined {
  if (name === "access_token") return isToken(store, value);
  if (name === "authorization") {
    const basic = basicOf(value);
    if (basic === undefined) return isToken(store, tokenOf(value) ?? "");
    const key = store.keys.get(basic.id);
    return key?.kind === "private" && isSecretOf(store, key, basic.secret);
  }
  const misplaced = store.keys
    .all()
    .some(({ secret, old }) =>
      [secret, ...old.map((one) => one.secret)].some((word) => value.includes(word)),
    );
  return misplaced ? false : undefined;
}

/** Old and new secret stay valid together for a day (published). */
export function rotated(store: BloomreachStore, key: ApiKey, secret: string): ApiKey {
  const until = store.clock.now() + store.profile.oldSecretMs;
  return store.keys.put({ ...key, secret, old: [...key.old, { secret: key.secret, until }] });
}

function isSecretOf(store: BloomreachStore, key: ApiKey, secret: string): boolean {
  const now = store.clock.now();
  return key.secret === secret || key.old.some((old) => old.secret === secret && now < old.until);
}

function isToken(store: BloomreachStore, token: string): boolean {
  return store.keys.get(token)?.kind === "public";
}

function tokenOf(header: string): string | null {
  return /^Token (\S+)$/i.exec(header)?.[1] ?? null;
}

/** One client sends `basic` and works (third party). */
function basicOf(header: string): { id: string; secret: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const pair = /^([^:]+):(.+)$/s.exec(fromBase64(encoded));
  return pair === null ? undefined : { id: pair[1] ?? "", secret: pair[2] ?? "" };
}

function fromBase64(encoded: string): string {
  try {
    return atob(encoded);
  } catch {
    return "";
  }
}
