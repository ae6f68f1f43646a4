import * as z from "zod";
import type { Instance } from "../conformance/harness.ts";
import type { Sold } from "./shop_day.ts";

const stateSchema = z.object({
  contacts: z.array(
    z.looseObject({
      id: z.string(),
      attributes: z.looseObject({ email: z.optional(z.nullable(z.string())) }),
    }),
  ),
  receipts: z.array(
    z.looseObject({
      uniqueReceiptId: z.string(),
      contactId: z.string(),
      payload: z.looseObject({ totalGrossPrice: z.union([z.number(), z.string()]) }),
      repeats: z.array(z.looseObject({ differs: z.boolean() })),
    }),
  ),
});

const idOf = (order: number): string => `sitoo-90316-1-${order}`;
const ours = /^sitoo-/;
/** Kronor and öre as the CRM has them, in öre. */
const minor = (amount: number | string): number => Math.round(Number(amount) * 100);

export type Audit = {
  readonly faults: readonly string[];
  readonly receipts: number;
  /** Sent again without need, and dropped by the CRM. */
  readonly repeats: number;
  readonly created: number;
};

/** Compares what was sold with what the CRM has; knows nothing of the gateway but the form of its receipt ids. */
export const audit = async (voyado: Instance, sold: readonly Sold[]): Promise<Audit> => {
  const { contacts, receipts } = stateSchema.parse(await voyado.control("GET", "/state"));
  const told = receipts.filter(({ uniqueReceiptId }) => ours.test(uniqueReceiptId));
  const byId = new Map<string, (typeof told)[number]>();
  const faults: string[] = [];
  for (const receipt of told) {
    if (byId.has(receipt.uniqueReceiptId)) faults.push(`twice: ${receipt.uniqueReceiptId}`);
    byId.set(receipt.uniqueReceiptId, receipt);
  }
  const wanted = new Set<string>();
  const emails = new Set<string>();
  for (const { id, total, of } of sold) {
    const receipt = byId.get(idOf(id));
    if (of === undefined) {
      if (receipt !== undefined) faults.push(`${id}: nobody's, and delivered`);
      continue;
    }
    wanted.add(idOf(id));
    if (receipt === undefined) {
      faults.push(`${id}: missing`);
      continue;
    }
    if (minor(receipt.payload.totalGrossPrice) !== minor(total))
      faults.push(`${id}: ${receipt.payload.totalGrossPrice} instead of ${total}`);
    if (receipt.repeats.some(({ differs }) => differs)) faults.push(`${id}: differs when repeated`);
    const owners =
      "contact" in of
        ? [of.contact]
        : contacts.flatMap((one) => (one.attributes.email === of.email ? [one.id] : []));
    if ("email" in of) emails.add(of.email);
    if (owners.length !== 1) faults.push(`${id}: ${owners.length} contacts of one e-mail`);
    if (receipt.contactId !== owners[0]) faults.push(`${id}: at another contact`);
  }
  for (const id of byId.keys()) if (!wanted.has(id)) faults.push(`${id}: of no order`);
  return {
    faults,
    receipts: told.length,
    repeats: told.reduce((sum, { repeats }) => sum + repeats.length, 0),
    created: emails.size,
  };
};
