import type { Json } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call, Handler } from "../router.ts";
import { BadRequest } from "./errors.ts";
import { inOrder, type OmetriaStore } from "./store.ts";

export const PAGING = ["limit", "offset", "orderby"];
const MAX = 250;

/** Lists are bare arrays: limit 10 by itself and 250 at most, by internal id or by time of update (published, §1). */
export function paged<T extends { number: number; updatedAt?: string }>(
  store: OmetriaStore,
  call: Call,
  rows: readonly T[],
  view: (row: T) => Json,
): Reply {
  const offset = wholeNumber(call, "offset", 0);
  const asked = wholeNumber(call, "limit", 10);
  if (asked > MAX && store.profile.limitAboveMax === "refuse")
    throw new BadRequest(`limit must be ${MAX} at most.`);
  const orderby = call.query.get("orderby");
  if (orderby !== null && orderby !== "timestamp_update")
    throw new BadRequest("orderby must be timestamp_update.");
  const sorted = inOrder(rows);
  if (orderby !== null) sorted.sort((a, b) => updatedMs(a) - updatedMs(b));
  return ok(sorted.slice(offset, offset + Math.min(asked, MAX)).map((row) => view(row)));
}

function updatedMs(row: { updatedAt?: string }): number {
  return row.updatedAt === undefined ? 0 : Date.parse(row.updatedAt);
}

function wholeNumber(call: Call, name: string, otherwise: number): number {
  const value = call.query.get(name);
  if (value === null) return otherwise;
  if (!/^\d{1,9}$/.test(value)) throw new BadRequest(`${name} must be a whole number, 0 or more.`);
  return Number(value);
}

/**
 * (assumed, test policy) a parameter that the call does not have is refused: a vendor that ignored `?phone=` would
 * answer everybody.
 */
export function taking(store: OmetriaStore, names: readonly string[], handler: Handler): Handler {
  return (call) => {
    const unknown = [...call.query.keys()].filter((name) => !names.includes(name));
    if (unknown.length > 0 && store.profile.unknownParameters === "refuse")
      throw new BadRequest(`Unknown parameter: ${unknown.join(", ")}.`);
    return handler(call);
  };
}
