import { said } from "#said";
import * as z from "zod";
import { day, idText } from "./schema_values.ts";

const ids = z.array(idText).default([]);

const destination = z.strictObject({
  channel: z.string().describe(said("id of the channel whose CRM gets the orders")),
  missing_customer: z
    .enum(["create", "dead_letter", "skip"])
    .describe(
      said("when the order's customer is not in the CRM; create by default for a till channel"),
    )
    .optional(),
  anonymous: z
    .enum(["skip", "deliver"])
    .describe(said("orders without a customer"))
    .default("skip"),
});

/** What happens to Sitoo's orders. Left out: they are not read. */
export const orders = z.strictObject({
  mode: z
    .enum(["live", "shadow", "off"])
    .describe(said("shadow builds what would be sent and sends nothing"))
    .default("live"),
  live_from: day.describe(said("earlier orders are delivered only by backfill")).optional(),
  live_stores: z
    .union([z.literal("all"), z.array(idText)])
    .describe(said("all, or the stores that are live already"))
    .default("all"),
  ignore: z
    .strictObject({ stores: ids, registers: ids, staff: ids })
    .describe(said("training: kept in the journal, not delivered"))
    .prefault({}),
  deliver_to: z.array(destination).describe(said("which CRMs get the orders")).default([]),
});
