import type { Person } from "../../model/customer.ts";
import { ok } from "../../model/outcome.ts";
import type { Crm, CrmCall, CrmOutcome, Profile } from "../port.ts";
import type { Omnium } from "./client.ts";
import { read } from "./customer_reads.ts";
import { create } from "./customer_saves.ts";
import { contactIn, foreignId } from "./foreign_id.ts";
import { contactOfWire, findByContact } from "./issued.ts";

/** Who a customer of Omnium's is in Voyado, and the other way round. */
export const createContactLink = (omnium: Omnium, register: Crm, loyalty: Crm) => {
  /** Who has one of a person's keys there; undefined: nobody. */
  const findIn = async (
    crm: Crm,
    person: Person,
    call: CrmCall,
  ): CrmOutcome<string | undefined> => {
    for (const [by, value] of [
      ["mobile", person.mobile],
      ["email", person.email],
    ] as const) {
      if (value === undefined || value === "") continue;
      const found = await crm.search({ by, value }, call);
      if (!found.ok) return found;
      if (found.value !== undefined) return ok(found.value.id);
    }
    return ok(undefined);
  };

  /** By the external id, else by phone or e-mail: a contact that Omnium has not linked yet. */
  const contactOf = async (customerId: string, call: CrmCall): CrmOutcome<string | undefined> => {
    const foreign = contactIn(customerId);
    if (foreign !== undefined) return ok(foreign);
    const customer = await read(omnium, customerId, call);
    if (!customer.ok) return customer;
    const linked = contactOfWire(customer.value);
    if (linked !== undefined) return ok(linked);
    const profile = await register.get(customerId, call);
    return profile.ok ? findIn(loyalty, profile.value.customer, call) : profile;
  };

  /**
   * Whom an order means that Voyado's till brought (contracts/omnium.md 9.3): Omnium by external id, else the
   * contact, and by its phone or e-mail Omnium again. Known to Voyado alone, they keep that id until
   * they are made in Omnium, with the order.
   */
  const getForeign = async (contactId: string, call: CrmCall): CrmOutcome<Profile> => {
    const linked = await findByContact(omnium, contactId, call);
    if (!linked.ok) return linked;
    if (linked.value !== undefined) return register.get(linked.value, call);
    const contact = await loyalty.get(contactId, call);
    if (!contact.ok) return contact;
    const byKey = await findIn(register, contact.value.customer, call);
    if (!byKey.ok) return byKey;
    if (byKey.value !== undefined) return register.get(byKey.value, call);
    const { customer } = contact.value;
    return ok({ ...contact.value, customer: { ...customer, id: foreignId(customer.id) } });
  };

  /** Makes a contact's customer; the contact's id as theirs, so that two orders at once make one. */
  const madeForOrder = async (contactId: string, call: CrmCall): CrmOutcome<string> => {
    const contact = await loyalty.get(contactId, call);
    if (!contact.ok) return contact;
    const { consents: _, ...person } = contact.value.customer;
    const link = { voyadoContact: contactId, customerId: contactId };
    const made = await create(omnium, person, call, link);
    if (made.ok) return ok(made.value.customer.id);
    if (made.failure.kind !== "already_member") return made;
    const there = await getForeign(contactId, call);
    if (!there.ok) return there;
    const { id } = there.value.customer;
    return contactIn(id) === undefined ? ok(id) : made;
  };

  return { findIn, contactOf, getForeign, madeForOrder };
};
