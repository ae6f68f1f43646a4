import { said } from "#said";
import * as z from "zod/mini";
import { described } from "../tenants/described.ts";
import { day } from "./day.ts";

/** Which history is to be brought, and where. */
export const backfillBody = z.object({
  from: described(day, said("First day of sale, where the market is.")),
  to: z.optional(described(day, said("Last day; up to now when left out."))),
  channel: z.optional(described(z.string(), said("The only destination."))),
  dryRun: z.optional(described(z.boolean(), said("Counts, and brings nothing."))),
});
