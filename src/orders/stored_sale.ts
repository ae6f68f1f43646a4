import type { Sale } from "../model/sale.ts";

/**
 * What has to differ for a sale to count as changed. Sitoo's id of a product goes with its article;
 * orders that were delivered before it was read are no others for it.
 */
export const contentOf = (sale: Sale): Sale => ({
  ...sale,
  lines: sale.lines.map(({ productId: _, ...line }) => line),
});

/** The journal keeps no person: of the customer only which keys the order carried. */
export const withoutPerson = ({ customer, ...sale }: Sale): string =>
  JSON.stringify({ ...sale, customerKeys: Object.keys(customer) });

/** The sale as the journal keeps it; nobody's, for it is known by other means whose it is. */
export const saleOf = (payload: string | null): Sale | undefined => {
  if (payload === null) return undefined;
  const { customerKeys: _, ...sale }: Omit<Sale, "customer"> & { customerKeys: unknown } =
    JSON.parse(payload);
  return { ...sale, customer: {} };
};
