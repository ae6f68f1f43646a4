import { Collection } from "../collection.ts";
import { type JsonObject, text } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { refuse } from "./errors.ts";
import type { Profile } from "./profile.ts";
import { collection, list, page, project } from "./query.ts";

/** Read-only resources of one kind: list and read are all the gateway needs (contracts/sitoo.md §5.3, §5.4). */
interface Kind {
  id: string;
  label: string;
  /** Exact-match filters beside start, num and fields. */
  filters: readonly string[];
  /** Shown by a list when `fields` is not given; all when absent. */
  defaults?: readonly string[];
}

export const KINDS = {
  stores: { id: "storeid", label: "Store", filters: [] },
  users: {
    id: "userid",
    label: "User",
    filters: ["email", "customernumber", "personalid", "mobile"],
    defaults: [
      "userid",
      "email",
      "namefirst",
      "namelast",
      "company",
      "datecreated",
      "datemodified",
    ],
  },
  vouchers: { id: "voucherid", label: "Voucher", filters: [] },
  warehouses: { id: "warehouseid", label: "Warehouse", filters: [] },
  cashregisters: { id: "registerid", label: "Cash register", filters: [] },
} satisfies Record<string, Kind>;
export type KindName = keyof typeof KINDS;

/** Numbers and guids in braces; guids compare without case. */
function idOf(kind: Kind, row: JsonObject): string {
  const id = row[kind.id];
  return typeof id === "number" ? String(id) : (text(id) ?? "").toLowerCase();
}

export class Resources {
  readonly rows: { [kind in KindName]: Collection<JsonObject> };

  constructor(sql: SqlStorage) {
    const kind = (name: KindName): Collection<JsonObject> =>
      new Collection<JsonObject>(sql, name, (row) => idOf(KINDS[name], row));
    this.rows = {
      stores: kind("stores"),
      users: kind("users"),
      vouchers: kind("vouchers"),
      warehouses: kind("warehouses"),
      cashregisters: kind("cashregisters"),
    };
  }

  list(name: KindName, profile: Profile, call: Call): Reply {
    const kind: Kind = KINDS[name];
    const { query } = call;
    const ids = list(query, kind.id)?.map((id) => id.toLowerCase());
    const found = this.rows[name].all().filter((row) => {
      if (ids !== undefined && !ids.includes(idOf(kind, row))) return false;
      return kind.filters.every(
        (field) =>
          !query.has(field) || text(row[field])?.toLowerCase() === query.get(field)?.toLowerCase(),
      );
    });
    const { start, num } = page(query, profile.maxNum);
    return collection(
      found.length,
      found.slice(start, start + num).map((row) => project(query, row, kind.defaults)),
    );
  }

  read(name: KindName, call: Call): Reply {
    const row = this.rows[name].get((call.params["id"] ?? "").toLowerCase());
    return row === undefined
      ? refuse(404, `${KINDS[name].label} not found`)
      : ok(project(call.query, row));
  }

  clear(): void {
    for (const rows of Object.values(this.rows)) rows.clear();
  }
}
