import { toJson } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { Refused } from "./errors.ts";
import type { Store } from "./model.ts";
import { required } from "./query.ts";
import { found, pageOf } from "./search.ts";
import type { OmniumStore } from "./store.ts";

/** Paths and envelope are published in the reference; contracts/omnium.md §6 names none. */
export function list(store: OmniumStore): Reply {
  return listed(store.stores.all());
}

export function read(store: OmniumStore, call: Call): Reply {
  const row = store.stores.get(call.params["storeId"] ?? "");
  if (row === undefined) throw new Refused(404, "There is no such store.");
  return ok(toJson(row));
}

/** `GET /Stores/GetByExternalId?id=`: a search result (published), by an id of either list (assumed). */
export function byExternalId(store: OmniumStore, call: Call): Reply {
  const wanted = required(call, "id");
  const rows = store.stores
    .all()
    .filter(
      ({ externalIds, externalIdsList }) =>
        externalIds.includes(wanted) || externalIdsList.some(({ id }) => id === wanted),
    );
  return listed(rows);
}

function listed(rows: readonly Store[]): Reply {
  return found(
    rows.map((row) => toJson(row)),
    pageOf({ take: 100 }, 0),
  );
}
