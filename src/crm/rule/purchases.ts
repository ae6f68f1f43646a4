import { parseMinor } from "../../model/money.ts";
import { ok, failed } from "../../model/outcome.ts";
import { parseJson } from "../../upstream/classify.ts";
import type { OrderField } from "../../tenants/rule_fields.ts";
import type { RuleSettings } from "../../tenants/rule_settings.ts";
import type { Market } from "../../tenants/tenant.ts";
import { isoWithOffset } from "../iso_time.ts";
import type { CrmCall, CrmOutcome, Purchase } from "../port.ts";
import type { Rule } from "./client.ts";
import { unknownSubscriber } from "./customer_reads.ts";
import { isRuleId } from "./customer_wire.ts";
import { orderField, textOf } from "./field_keys.ts";
import { type OrderRecord, readRecords } from "./record_wire.ts";

/** A till shows the latest; of more than so many hundreds the oldest are not looked at. */
const mostPages = 5;

/** Of a group that others write, what the vendor's plugins call it (contracts/rule.md 8). */
const others: { readonly [Field in OrderField]?: readonly string[] } = {
  Number: ["OrderRef", "IncrementId"],
  Total: ["GrandTotal"],
};

/** Newest first: the tills' own group, and those of the web shop where the tenant names them. */
export const purchases = async (
  rule: Rule,
  id: string,
  { start, num }: { readonly start: number; readonly num: number },
  call: CrmCall,
): CrmOutcome<{ readonly items: readonly Purchase[]; readonly totalCount: number }> => {
  if (!isRuleId(id)) return failed(unknownSubscriber);
  const { settings, market, log } = rule;
  const groups = [settings.groups.order, ...settings.historyGroups];
  const read = await readRecords(rule, id, groups, mostPages, call);
  if (!read.ok) return read;
  const { records, complete } = read.value;
  const all = records.flatMap((record) => purchaseOf(record, settings, market) ?? []);
  const hidden = records.length - all.length;
  if (hidden > 0)
    log("crm_entries_unreadable", { part: "orders", count: hidden, request_id: call.requestId });
  if (!complete)
    log("crm_list_cut", { list: "orders", count: records.length, request_id: call.requestId });
  const newestFirst = all.toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return ok({ items: newestFirst.slice(start, start + num), totalCount: all.length });
};

/** undefined where time or total cannot be read: such an entry would stand at the wrong place. */
export const purchaseOf = (
  { values, createdAt }: OrderRecord,
  settings: RuleSettings,
  market: Market,
): Purchase | undefined => {
  const value = (field: OrderField): unknown =>
    [orderField(settings, field), ...(others[field] ?? [])]
      .map((name) => values.get(name))
      .find((one) => textOf(one) !== undefined || typeof one === "object");
  const text = (field: OrderField) => textOf(value(field));
  const currency = text("Currency")?.toUpperCase() ?? market.currency;
  const total = parseMinor(text("Total") ?? "", currency);
  const written = text("Date") ?? createdAt;
  const at = written === undefined ? undefined : isoWithOffset(written, market.timeZone);
  if (total === undefined || at === undefined || !/^[A-Z]{3}$/.test(currency)) return undefined;
  const [saleId, number] = [text("SaleId"), text("ReceiptId") ?? text("Number")];
  const [storeId, storeName] = [text("StoreId"), text("StoreName")];
  return {
    ...(saleId === undefined ? {} : { saleId }),
    ...(number === undefined ? {} : { receiptNumber: number }),
    at,
    ...(storeId === undefined ? {} : { storeId }),
    ...(storeName === undefined ? {} : { storeName }),
    currency,
    total,
    items: itemsOf(value("Products"), currency),
  };
};

const itemsOf = (value: unknown, currency: string): Purchase["items"] => {
  const read = typeof value === "string" ? parseJson(value) : value;
  if (!Array.isArray(read)) return [];
  return read.flatMap((entry: unknown) => {
    if (typeof entry !== "object" || entry === null) return [];
    const member = (name: string) => textOf((entry as Readonly<Record<string, unknown>>)[name]);
    const quantity = member("quantity") ?? "1";
    return [
      {
        sku: member("sku") ?? "",
        name: member("name") ?? "",
        quantity: Number.isNaN(Number(quantity)) ? "1" : quantity,
        total: parseMinor(member("total") ?? member("price") ?? "0", currency) ?? 0,
      },
    ];
  });
};
