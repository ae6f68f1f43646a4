import * as z from "zod/mini";
import { ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome } from "../port.ts";
import { idText, optionalText, parseEach } from "../wire_values.ts";
import type { Rule } from "./client.ts";
import { unknownSubscriber } from "./customer_reads.ts";
import { readAs } from "./errors.ts";

/** One entry of a historical group (contracts/rule.md 5). */
export type OrderRecord = {
  readonly id: string;
  readonly group: string;
  readonly createdAt?: string | undefined;
  readonly values: ReadonlyMap<string, unknown>;
};

const valueSchema = z.looseObject({
  field_name: z.string(),
  field_value: z.optional(z.unknown()),
});
const recordSchema = z.looseObject({
  id: idText,
  group_name: z.string(),
  created_at: optionalText,
  values: z.array(z.unknown()),
});
const pageSchema = z.looseObject({ data: z.array(z.unknown()) });

const parsePage = (json: unknown): { count: number; records: OrderRecord[] } | undefined => {
  const parsed = pageSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { data } = parsed.data;
  const records = parseEach(recordSchema, data).map(({ id, group_name, created_at, values }) => ({
    id,
    group: group_name,
    createdAt: created_at,
    values: new Map(parseEach(valueSchema, values).map((one) => [one.field_name, one.field_value])),
  }));
  return { count: data.length, records };
};

const pageSize = 100;

/**
 * Records of some groups, page by page. Asked for by name in the query: a group that is not there yet
 * is then an empty list, where its own path would be a 404, which counts against the account.
 * @returns `complete` false: there are more than so many pages.
 */
export const readRecords = async (
  rule: Rule,
  id: string,
  groups: readonly string[],
  mostPages: number,
  call: CrmCall,
): CrmOutcome<{ readonly records: readonly OrderRecord[]; readonly complete: boolean }> => {
  const names = groups.map((_name, index) => `&groups_name[]={group${index}}`).join("");
  const path = Object.fromEntries(groups.map((name, index) => [`group${index}`, name]));
  const records: OrderRecord[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const reply = await rule.send(
      {
        route: `GET /v3/custom-field-data/{id}?per_page=${pageSize}&page=${page}${names}`,
        path: { id, ...path },
      },
      call,
    );
    const read = readAs(reply, parsePage, { notFound: unknownSubscriber }, rule.now());
    if (!read.ok) return read;
    records.push(...read.value.records.filter(({ group }) => groups.includes(group)));
    if (read.value.count < pageSize) return ok({ records, complete: true });
  }
  return ok({ records, complete: false });
};

export const parseFound = (json: unknown): OrderRecord | undefined => {
  const parsed = z.looseObject({ data: z.unknown() }).safeParse(json);
  return parsed.success ? parsePage({ data: [parsed.data.data] })?.records[0] : undefined;
};
