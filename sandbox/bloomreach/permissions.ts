import * as z from "zod";

/** Named ones, or all. */
const names = z.union([z.literal("all"), z.array(z.string())]).default([]);

/** What an API group grants (contracts/bloomreach.md §1); a new group grants nothing (published). */
export const permissionsSchema = z.strictObject({
  /** By property name; the vendor's screen grants per property (assumed). */
  propertiesGet: names,
  propertiesSet: names,
  /** By event type (published). */
  eventsGet: names,
  eventsSet: names,
  /** Segmentations, expressions, aggregates, predictions, recommendations, by id (assumed). */
  computedGet: names,
  exportCustomer: z.boolean().default(false),
  anonymizeCustomer: z.boolean().default(false),
});

export type Permissions = z.infer<typeof permissionsSchema>;
export type PermissionsInput = z.input<typeof permissionsSchema>;

export function permits(granted: Permissions["eventsGet"], name: string): boolean {
  return granted === "all" || granted.includes(name);
}
