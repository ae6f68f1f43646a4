import * as z from "zod/mini";
import { orUndefined } from "../wire_values.ts";

/** One page of a list (contracts/voyado.md 3); one v3 sample writes `Items`, and a bare array is tolerated. */
export type Page = { readonly items: readonly unknown[]; readonly totalCount: number | undefined };

const itemsSchema = z.array(z.unknown());
const countSchema = orUndefined(z.int().check(z.nonnegative()));
const pageSchema = z.union([
  z.pipe(
    itemsSchema,
    z.transform((items) => ({ items, totalCount: items.length })),
  ),
  z.looseObject({ items: itemsSchema, totalCount: countSchema }),
  z.pipe(
    z.looseObject({ Items: itemsSchema, TotalCount: countSchema, totalCount: countSchema }),
    z.transform(({ Items, TotalCount, totalCount }) => ({
      items: Items,
      totalCount: TotalCount ?? totalCount,
    })),
  ),
]);

export const parsePage = (json: unknown): Page | undefined => {
  const parsed = pageSchema.safeParse(json);
  return parsed.success
    ? { items: parsed.data.items, totalCount: parsed.data.totalCount }
    : undefined;
};
