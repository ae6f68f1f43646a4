import * as z from "zod";
import type { Collection } from "../collection.ts";
import { isObject, type Json, toJson } from "../json.ts";
import { ok, type Reply, reply } from "../reply.ts";
import type { Call, Route } from "../router.ts";
import { contactFrom, promotionFrom, receiptFrom, voucherFrom } from "./build.ts";
import type { VoyadoStore } from "./store.ts";

/** Direct hands on the data, for tests: POST one or an array, PATCH, GET, DELETE. No vendor rule applies here. */
export function controls(store: VoyadoStore): Route[] {
  return [
    ...entity("contacts", store.contacts, (input) => contactFrom(store, input)),
    ...entity("vouchers", store.vouchers, (input) => voucherFrom(store, input)),
    ...entity("promotions", store.promotions, (input) => promotionFrom(input)),
    ...entity("receipts", store.receipts, (input) => receiptFrom(store, input)),
  ];
}

function entity<T extends object>(
  name: string,
  rows: Collection<T>,
  make: (input: unknown) => T,
): Route[] {
  const one = (call: Call): T | undefined => rows.get(call.params["id"] ?? "");
  const missing = (): Reply => reply(404, { error: `Not found in ${name}` });
  return [
    ["POST", `/${name}`, ({ json }) => add(rows, make, json)],
    ["GET", `/${name}/:id`, (call) => shown(one(call)) ?? missing()],
    [
      "PATCH",
      `/${name}/:id`,
      (call) => {
        const row = one(call);
        if (row === undefined || !isObject(call.json)) return missing();
        return shown(rows.put(patched(row, call.json))) ?? missing();
      },
    ],
    [
      "DELETE",
      `/${name}/:id`,
      (call) => (rows.delete(call.params["id"] ?? ""), ok({ deleted: true })),
    ],
  ];
}

function shown(row: object | undefined): Reply | undefined {
  return row === undefined ? undefined : ok(toJson(row));
}

/** Members replace; only `attributes` and `preferences` of a contact merge, so that one field can be changed. */
function patched<T extends object>(row: T, patch: { [name: string]: Json }): T {
  const old = toJson(row);
  const merged = { ...old, ...patch };
  for (const name of ["attributes", "preferences"]) {
    const [before, change] = [old[name], patch[name]];
    if (isObject(before) && isObject(change)) merged[name] = { ...before, ...change };
  }
  return merged as T;
}

function add<T extends object>(
  rows: Collection<T>,
  make: (input: unknown) => T,
  input: Json | undefined,
): Reply {
  try {
    if (!Array.isArray(input)) return ok(toJson(rows.put(make(input))));
    const made = input.map((one) => make(one));
    return ok({ items: made.map((row) => toJson(rows.put(row))) });
  } catch (error) {
    if (error instanceof z.ZodError) return reply(400, { error: z.prettifyError(error) });
    throw error;
  }
}
