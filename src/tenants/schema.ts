import { said } from "#said";
import * as z from "zod/mini";
import { described } from "./described.ts";
import { crm } from "./schema_channel.ts";
import { orders } from "./schema_orders.ts";
import { market, markets, sitoo } from "./schema_sitoo.ts";
import { pathName } from "./schema_values.ts";

/** First words of the gateway's own paths: no tenant can be called so. */
const reservedNames = ["admin", "healthz"];

/** Checks a name before anything is read for it. */
export const tenantName = pathName("tenant", reservedNames);

/**
 * The tenant file (design.md 4), in the spelling of the file, after `extends` was merged.
 * One source of the types, the checks, the stored document and the editor's JSON Schema.
 */
export const tenantFile = z.object({
  tenant: described(tenantName, said("name of the retailer in the URL that Sitoo calls")),
  sitoo: described(sitoo, said("the Sitoo account, or a list of them")),
  market: z.optional(described(market, said("the market, when there is one"))),
  markets: z.optional(described(markets, said("markets by name, when there are several"))),
  crm: z.prefault(described(crm, said("the CRMs that tills see")), {}),
  orders: z.optional(described(orders, said("what happens to Sitoo's orders"))),
  capture: z._default(
    described(
      z.enum(["off", "shapes"]),
      said("shapes: records the form of first-seen requests, never their values"),
    ),
    "off",
  ),
});

export type TenantFile = z.output<typeof tenantFile>;
export type ChannelFile = TenantFile["crm"]["channels"][number];

/** Keys whose contents are the gateway's; anything else at the top is another program's. */
export const knownBlocks: readonly string[] = Object.keys(tenantFile.shape);
