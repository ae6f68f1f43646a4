import type { Json } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { keyOf } from "./credentials.ts";
import { Problems, refusal } from "./errors.ts";
import type { Profile } from "./profile.ts";

/** v2 lists: at most 100; `meta.next` is a full address with the caller's key inside (published). */
export function listed(call: Call, base: string, name: string, rows: readonly Json[]): Reply {
  const limit = whole(call, "limit", 100);
  const page = whole(call, "page", 1);
  if (limit !== undefined && limit > 100)
    throw refusal("v2", 400, "LimitExceed", "Limit can't exceed 100.");
  if (limit === undefined || page === undefined)
    throw refusal("v2", 400, "ValidationError", "limit and page must be whole numbers above 0.");
  const more = rows.length > page * limit;
  const next = new URLSearchParams({
    page: String(page + 1),
    limit: String(limit),
    apikey: keyOf(call) ?? "",
  });
  const host = call.headers.get("host") ?? "127.0.0.1:8788";
  return ok({
    message: "Success",
    [name]: rows.slice((page - 1) * limit, page * limit),
    meta: { next: more ? `http://${host}${base}${call.path}?${next.toString()}` : null },
  });
}

/** v3 lists: `meta` names the page and its size, not how many there are. */
export function paged(call: Call, profile: Profile, rows: readonly Json[]): Reply {
  const size = whole(call, "per_page", profile.perPage);
  const page = whole(call, "page", 1);
  const problems = new Problems("v3", profile);
  // (assumed) the same 100 as in v2.
  if (size === undefined || size > 100)
    problems.add("per_page", "The per page must be between 1 and 100.");
  if (page === undefined) problems.add("page", "The page must be at least 1.");
  problems.refuse();
  const [from, count] = [((page ?? 1) - 1) * (size ?? 1), size ?? 1];
  return ok({
    data: rows.slice(from, from + count),
    meta: { page: page ?? 1, per_page: count },
  });
}

function whole(call: Call, name: string, otherwise: number): number | undefined {
  const value = call.query.get(name);
  if (value === null) return otherwise;
  return /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined;
}
