import * as z from "zod";

/** One page of a list (contracts/voyado.md 3); one v3 sample writes `Items`, and a bare array is tolerated. */
export type Page = { readonly items: readonly unknown[]; readonly totalCount: number | undefined };

const itemsSchema = z.array(z.unknown());
const countSchema = z.int().nonnegative().optional().catch(undefined);
const pageSchema = z.union([
  itemsSchema.transform((items) => ({ items, totalCount: items.length })),
  z.looseObject({ items: itemsSchema, totalCount: countSchema }),
  z
    .looseObject({ Items: itemsSchema, TotalCount: countSchema, totalCount: countSchema })
    .transform(({ Items, TotalCount, totalCount }) => ({
      items: Items,
      totalCount: TotalCount ?? totalCount,
    })),
]);

export const parsePage = (json: unknown): Page | undefined => {
  const parsed = pageSchema.safeParse(json);
  return parsed.success
    ? { items: parsed.data.items, totalCount: parsed.data.totalCount }
    : undefined;
};
