import * as z from "zod/mini";
import { noted } from "../model/noted.ts";
import { day } from "./day.ts";

/** Which history is to be brought, and where. */
export const backfillBody = z.object({
  from: noted(day, { description: "First day of sale, where the market is." }),
  to: z.optional(noted(day, { description: "Last day; up to now when left out." })),
  channel: z.optional(noted(z.string(), { description: "The only destination." })),
  dryRun: z.optional(noted(z.boolean(), { description: "Counts, and brings nothing." })),
});
