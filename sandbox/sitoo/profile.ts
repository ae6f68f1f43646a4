import * as z from "zod";

/** How this simulated Sitoo account behaves. */
export const profileSchema = z.strictObject({
  password: z.string().default("sandbox-sitoo-password"),
  /** Account id in the events that `sell` answers; REST accepts every account id, all showing the same data. */
  accountId: z.int().default(90316),
  sites: z.array(z.int()).default([1]),
  maxNum: z.int().positive().default(1000),
  /** 0 = no limit: Sitoo's limits are not published. */
  rateLimitPerSecond: z.int().nonnegative().default(0),
  /** When set, `sell` writes the ids under Sitoo's other key names (contracts/sitoo.md §2.7). */
  crmKeys: z.enum(["crm", "customcrm", "voyado", "none"]).default("crm"),
});

export type Profile = z.infer<typeof profileSchema>;
