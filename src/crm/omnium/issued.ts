import { failed, ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome } from "../port.ts";
import type { Omnium } from "./client.ts";
import { findAll, read } from "./customer_reads.ts";
import type { WireCustomer } from "./customer_wire.ts";
import { voyadoContactId } from "./foreign_id.ts";

export const contactOfWire = (wire: WireCustomer): string | undefined =>
  wire.externalIds.find(({ provider }) => provider === voyadoContactId)?.id;

/**
 * The customer of a contact in Voyado: by external id, whose search takes any provider's; else by the
 * contact's id itself, which a customer has who was made for an order (with_voyado.ts), and which no
 * search lags behind.
 */
export const findByContact = async (
  omnium: Omnium,
  contactId: string,
  call: CrmCall,
): CrmOutcome<string | undefined> => {
  const found = await findAll(omnium, { externalIds: [contactId] }, call);
  if (!found.ok) return found;
  const ids = found.value
    .filter((wire) => contactOfWire(wire)?.toLowerCase() === contactId.toLowerCase())
    .map(({ customerId }) => customerId);
  if (ids.length > 1) return failed({ kind: "several_matches", ids });
  if (ids[0] !== undefined) return ok(ids[0]);
  const made = await read(omnium, contactId, call);
  if (made.ok) return ok(made.value.customerId);
  return made.failure.kind === "customer_not_found" ? ok(undefined) : made;
};
