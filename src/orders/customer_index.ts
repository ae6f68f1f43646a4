import { createIndexTable, type IndexTableDeps } from "../tenants/index_table.ts";
import { keptForMs } from "./journal_store.ts";

/**
 * An order as the index keeps it, `{time of sale} {account}/{site}/{order}`: as text the newest by
 * its store's clock is the greatest, so that a shard reads no more orders than are asked for.
 */
export type OrderLead = `${string} ${number}/${number}/${number}`;

/** An order that changes later than this after it was noted is noted again. */
export const notedAnewMs = 24 * 3_600_000;

/**
 * What a customer's id leads to, in one shard (design.md 8): orders, and HMACs of ids that the CRM
 * has joined with it. Whose an order is and how it stands, its journal says. A row is there for as
 * long as the journal has the order, and a day more at most.
 */
export const createCustomerIndex = (deps: IndexTableDeps) =>
  createIndexTable(deps, {
    name: "customer_index",
    column: "leads_to",
    keptMs: keptForMs + notedAnewMs,
  });
