import type { Json, JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { refuse } from "./errors.ts";
import type { Profile } from "./profile.ts";

/** Envelope of contracts/voyado.md §3: `count` of the answer is the number on this page (published). */
export function paged(
  call: Call,
  profile: Profile,
  rows: readonly Json[],
  extra: JsonObject = {},
): Reply {
  const offset = wholeNumber(call, "offset", 0);
  const count = wholeNumber(call, "count", 100);
  if (offset === undefined || count === undefined)
    return refuse(400, "InvalidPaging", "offset and count must be whole numbers, 0 or more.");
  const page = rows.slice(offset, offset + count);
  return ok({
    [profile.itemsCase]: page,
    totalCount: rows.length,
    offset,
    count: page.length,
    ...extra,
  });
}

function wholeNumber(call: Call, name: string, otherwise: number): number | undefined {
  const value = call.query.get(name);
  if (value === null) return otherwise;
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}
