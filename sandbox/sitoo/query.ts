import type { Json, JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";

/** Thrown by the readers below and answered as 400: query rules are the same for every resource. */
export class BadQuery extends Error {}

export function integer(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!/^-?\d{1,15}$/.test(value)) throw new BadQuery(`${name} must be an integer`);
  return Number(value);
}

/** `name[]=1&name[]=2` or `name[0]=1`. Plain `name=1` is another parameter and is ignored, as unknown ones are (assumed). */
export function list(query: URLSearchParams, name: string): string[] | undefined {
  const values = [...query]
    .filter(
      ([key]) =>
        key === `${name}[]` ||
        (key.startsWith(`${name}[`) && /^\[\d+\]$/.test(key.slice(name.length))),
    )
    .map(([, value]) => value);
  return values.length === 0 ? undefined : values;
}

export function integers(query: URLSearchParams, name: string): number[] | undefined {
  return list(query, name)?.map((value) => {
    if (!/^-?\d{1,15}$/.test(value)) throw new BadQuery(`${name}[] must hold integers`);
    return Number(value);
  });
}

/** `start` 0 and `num` 10 by default (published); the largest `num` is not published, so it is clamped (assumed). */
export function page(query: URLSearchParams, maxNum: number): { start: number; num: number } {
  const start = integer(query, "start") ?? 0;
  const num = integer(query, "num") ?? 10;
  if (start < 0 || num < 0) throw new BadQuery("start and num must not be negative");
  return { start, num: Math.min(num, maxNum) };
}

/** Keeps the members named in the comma list `fields`. */
export function project(
  query: URLSearchParams,
  row: JsonObject,
  defaults?: readonly string[],
): JsonObject {
  const wanted =
    query
      .get("fields")
      ?.split(",")
      .map((name) => name.trim()) ?? defaults;
  if (wanted === undefined) return row;
  return Object.fromEntries(
    wanted.flatMap((name): [string, Json][] =>
      row[name] === undefined ? [] : [[name, row[name]]],
    ),
  );
}

export function collection(totalcount: number, items: Json[]): Reply {
  return ok({ totalcount, items });
}
