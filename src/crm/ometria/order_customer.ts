import { contentHash } from "../../model/content_hash.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { Sale } from "../../model/sale.ts";
import type { CrmCall, CrmOutcome } from "../port.ts";
import type { Ometria } from "./client.ts";
import { emailChoice } from "./contact_record.ts";
import { given } from "./customer_mapping.ts";
import { readKnown } from "./customer_reads.ts";
import { joinedBy } from "./customer_saves.ts";
import type { PushRecord } from "./push.ts";

/** Ids that `create` gave; a profile's own has another form. */
export const isOurs = (id: string): boolean =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);

/**
 * What an order names a till's customer by: a contact's customer_id. A profile that no till has written to
 * yet gets its contact by its first sale (contracts/ometria.md 6, assumed).
 */
export const joinedCustomer = async (
  ometria: Ometria,
  id: string,
  call: CrmCall,
): CrmOutcome<{ readonly customerId: string; readonly contacts: readonly PushRecord[] }> => {
  if (isOurs(id)) return ok({ customerId: id, contacts: [] });
  const read = await readKnown(ometria, id, call);
  // Somebody whom Ometria does not know any more: it makes a profile of what the order says.
  if (!read.ok)
    return read.failure.kind === "customer_not_found"
      ? ok({ customerId: id, contacts: [] })
      : failed(read.failure);
  const customerId = joinedBy(read.value);
  if (read.value.listing !== undefined) return ok({ customerId, contacts: [] });
  const contact = contactOf(ometria, id, {
    customer_id: customerId,
    email: read.value.profile?.email,
  });
  return ok({ customerId, contacts: [contact] });
};

const contactOf = (
  { settings }: Ometria,
  id: string,
  fields: Readonly<Record<string, unknown>>,
): PushRecord => ({
  "@type": "contact",
  "@collection": settings.collection,
  "@merge": true,
  id,
  ...given(fields),
});

/** Older sales are history: nobody is welcomed for them. */
const newsMs = 3 * 24 * 3_600_000;

/**
 * Who bought, where only the order's e-mail says it: an order by itself opts nobody in. A contact of its own,
 * never the till's, so that no purchase undoes what a customer has chosen there; and under an id that is not
 * the address.
 */
export const buyerContact = async (
  ometria: Ometria,
  sale: Sale,
  email: string,
): Promise<PushRecord> => {
  const { phone, nameFirst, nameLast } = sale.customer;
  const hash = await contentHash(["buyer", email.toLowerCase()]);
  const at = new Date(sale.at).toISOString();
  const optsIn = ometria.delivery.optInContacts && ometria.now() - Date.parse(sale.at) < newsMs;
  return contactOf(ometria, `buyer-${hash.slice(0, 32)}`, {
    email,
    phone_number: phone,
    firstname: nameFirst,
    lastname: nameLast,
    ...emailChoice(optsIn ? true : undefined, { forceOptin: false }, at),
  });
};
