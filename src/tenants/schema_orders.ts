import { said } from "#said";
import * as z from "zod/mini";
import { described } from "./described.ts";
import { destination } from "./schema_destination.ts";
import { day, idText } from "./schema_values.ts";

const ids = z._default(z.array(idText), []);

/** What happens to Sitoo's orders. Left out: they are not read. */
export const orders = z.strictObject({
  mode: z._default(
    described(
      z.enum(["live", "shadow", "off"]),
      said("shadow builds what would be sent and sends nothing"),
    ),
    "live",
  ),
  live_from: z.optional(described(day, said("earlier orders are delivered only by backfill"))),
  live_stores: z._default(
    described(
      z.union([z.literal("all"), z.array(idText)]),
      said("all, or the stores that are live already"),
    ),
    "all",
  ),
  ignore: z.prefault(
    described(
      z.strictObject({ stores: ids, registers: ids, staff: ids }),
      said("training: kept in the journal, not delivered"),
    ),
    {},
  ),
  no_points_for: z.prefault(
    described(
      z.strictObject({
        gift_cards: z._default(
          described(z.boolean(), said("gift cards when they are sold; what they buy later earns")),
          true,
        ),
        vouchers: z._default(
          described(ids, said("Sitoo's vouchers, each by its id, its code or its password")),
          [],
        ),
        price_lists: z._default(described(ids, said("externalids of Sitoo's price lists")), []),
      }),
      said("lines of an order that earn no points"),
    ),
    {},
  ),
  deliver_to: z._default(described(z.array(destination), said("which CRMs get the orders")), []),
});
