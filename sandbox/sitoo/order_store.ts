import type { JsonObject } from "../json.ts";
import { isObject, text } from "../json.ts";

type Value = string | number | null;

/** Columns that the published list filters need; the order itself is kept as it was put in. */
const COLUMNS: Record<string, (order: JsonObject) => Value> = {
  eshopid: (order) => whole(order["eshopid"]),
  externalid: (order) => text(order["externalid"]) ?? null,
  receiptid: (order) =>
    isObject(order["additionaldata"])
      ? (text(order["additionaldata"]["pos-receiptid"]) ?? null)
      : null,
  creditorderid: (order) => whole(order["creditorderid"]),
  orderdate: (order) => whole(order["orderdate"]),
  orderstateid: (order) => whole(order["orderstateid"]),
  paymentstateid: (order) => whole(order["paymentstateid"]),
  ordertypeid: (order) => whole(order["ordertypeid"]),
  warehouseid: (order) => whole(order["warehouseid"]),
  email: (order) => text(order["email"])?.toLowerCase() ?? null,
};
const NAMES = Object.keys(COLUMNS);

function whole(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

export interface Condition {
  sql: string;
  values: Value[];
}

/** Orders stay in SQLite, not in memory: tests put in tens of thousands. */
export class OrderStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const columns = NAMES.map(
      (name) =>
        `${name} ${["externalid", "receiptid", "email"].includes(name) ? "TEXT" : "INTEGER"}`,
    );
    sql.exec(
      `CREATE TABLE IF NOT EXISTS orders (orderid INTEGER PRIMARY KEY, ${columns.join(", ")}, json TEXT NOT NULL)`,
    );
    for (const name of ["receiptid", "creditorderid", "orderdate"])
      sql.exec(`CREATE INDEX IF NOT EXISTS orders_${name} ON orders (${name})`);
  }

  get(orderid: number): JsonObject | undefined {
    const [row] = this.#sql
      .exec<{ json: string }>("SELECT json FROM orders WHERE orderid = ?", orderid)
      .toArray();
    return row === undefined ? undefined : (JSON.parse(row.json) as JsonObject);
  }

  put(order: JsonObject & { orderid: number }): void {
    const values = NAMES.map((name) => COLUMNS[name]?.(order) ?? null);
    const marks = ["?", ...NAMES.map(() => "?"), "?"].join(", ");
    this.#sql.exec(
      `INSERT OR REPLACE INTO orders (orderid, ${NAMES.join(", ")}, json) VALUES (${marks})`,
      order.orderid,
      ...values,
      JSON.stringify(order),
    );
  }

  /** No two orders may share an external id (third party). */
  holderOf(externalid: string): number | undefined {
    return this.#sql
      .exec<{ orderid: number }>("SELECT orderid FROM orders WHERE externalid = ?", externalid)
      .toArray()[0]?.orderid;
  }

  list(
    conditions: readonly Condition[],
    page: { start: number; num: number; ascending: boolean },
  ): { totalcount: number; items: JsonObject[] } {
    const where =
      conditions.length === 0 ? "" : `WHERE ${conditions.map(({ sql }) => sql).join(" AND ")}`;
    const values = conditions.flatMap((condition) => condition.values);
    const [count] = this.#sql
      .exec<{ total: number }>(`SELECT count(*) AS total FROM orders ${where}`, ...values)
      .toArray();
    const rows = this.#sql.exec<{ json: string }>(
      `SELECT json FROM orders ${where} ORDER BY orderid ${page.ascending ? "ASC" : "DESC"} LIMIT ? OFFSET ?`,
      ...values,
      page.num,
      page.start,
    );
    return {
      totalcount: count?.total ?? 0,
      items: rows.toArray().map(({ json }) => JSON.parse(json) as JsonObject),
    };
  }

  highestId(): number {
    return (
      this.#sql
        .exec<{ highest: number | null }>("SELECT max(orderid) AS highest FROM orders")
        .toArray()[0]?.highest ?? 0
    );
  }

  clear(): void {
    this.#sql.exec("DELETE FROM orders");
  }
}
