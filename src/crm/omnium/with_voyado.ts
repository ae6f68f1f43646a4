import type { Customer, Person } from "../../model/customer.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { VoyadoSettings } from "../../tenants/voyado_settings.ts";
import type { Upstream } from "../../upstream/answer.ts";
import { changedAccepts, changedConsents } from "../changed_choices.ts";
import type { Crm, CrmCall, CrmOutcome, Profile } from "../port.ts";
import type { Log } from "../reply.ts";
import { createVoyado } from "../voyado/adapter.ts";
import { omniumCrm } from "./adapter.ts";
import { createClient, type OmniumOptions } from "./client.ts";
import { createContactLink } from "./contact_link.ts";
import { create as createInOmnium } from "./customer_saves.ts";
import { contactIn } from "./foreign_id.ts";
import { choicesOf, joined, nothing } from "./joined_profile.ts";
import type { Session } from "./session.ts";

/**
 * Voyado through Omnium: Omnium is the register, Voyado the loyalty. Composed of the two adapters:
 * persons, history and orders are Omnium's; consents, instruments, labels and points are Voyado's,
 * by the external id VoyadoContactId (contracts/omnium.md 9.1, 10).
 */
export const createOmniumWithVoyado = (
  options: OmniumOptions & { readonly voyado: VoyadoSettings },
  upstream: Upstream,
  log: Log,
  now: () => number,
  session?: Session,
): Crm => {
  const { settings, market } = options;
  const omnium = createClient(options, upstream, log, now, session);
  const register = omniumCrm(omnium);
  const loyalty = createVoyado(
    { settings: options.voyado, sections: settings.voyadoSections, market },
    upstream,
    log,
    now,
  );

  const { findIn, contactOf, getForeign, madeForOrder } = createContactLink(
    omnium,
    register,
    loyalty,
  );

  /** A contact that is gone leaves Omnium's customer; one that cannot be read fails, since their consents count. */
  const get = async (customerId: string, call: CrmCall): CrmOutcome<Profile> => {
    const foreign = contactIn(customerId);
    if (foreign !== undefined) return getForeign(foreign, call);
    const [own, contactId] = await Promise.all([
      register.get(customerId, call),
      contactOf(customerId, call),
    ]);
    if (!own.ok) return own;
    if (!contactId.ok) return contactId;
    if (contactId.value === undefined) return ok(joined(own.value, undefined));
    const contact = await loyalty.get(contactId.value, call);
    if (contact.ok) return ok(joined(own.value, contact.value));
    return contact.failure.kind === "customer_not_found"
      ? ok(joined(own.value, undefined))
      : contact;
  };

  const writeChoices = async (
    contactId: string | undefined,
    changes: Person,
    before: Person,
    call: CrmCall,
  ): CrmOutcome<unknown> => {
    const changed =
      changedConsents(changes, before).length + changedAccepts(changes, before).length;
    if (changed === 0) return ok(undefined);
    if (contactId === undefined)
      return failed({ kind: "refused", detail: "omnium: the customer has no contact in Voyado" });
    return loyalty.update(
      contactId,
      choicesOf(changes),
      { ...choicesOf(before), id: contactId },
      call,
    );
  };

  /** Voyado first, since the link goes along with the customer; a repeat finds the contact, and goes on. */
  const create = async (person: Person, call: CrmCall): CrmOutcome<Profile> => {
    const known = await findIn(loyalty, person, call);
    if (!known.ok) return known;
    let voyadoContact = known.value;
    if (voyadoContact === undefined) {
      const made = await loyalty.create(person, call);
      if (!made.ok) return made;
      voyadoContact = made.value.customer.id;
    } else {
      const contact = await loyalty.get(voyadoContact, call);
      if (!contact.ok) return contact;
      const written = await writeChoices(voyadoContact, person, contact.value.customer, call);
      if (!written.ok) return written;
    }
    const { consents: _, ...inOmnium } = person;
    const made = await createInOmnium(omnium, inOmnium, call, { voyadoContact });
    return made.ok ? get(made.value.customer.id, call) : made;
  };

  const update = async (
    customerId: string,
    changes: Person,
    before: Customer,
    call: CrmCall,
  ): CrmOutcome<Profile> => {
    const contactId = await contactOf(customerId, call);
    if (!contactId.ok) return contactId;
    const { consents: _, accepts: __, ...person } = changes;
    const saved = await register.update(customerId, person, before, call);
    if (!saved.ok) return saved;
    const written = await writeChoices(contactId.value, changes, before, call);
    return written.ok ? get(customerId, call) : written;
  };

  /** What concerns the contact; without one there is nothing. */
  const asContact = async <Value>(
    customerId: string,
    call: CrmCall,
    without: Awaited<CrmOutcome<Value>>,
    work: (contactId: string) => CrmOutcome<Value>,
  ): CrmOutcome<Value> => {
    const contactId = await contactOf(customerId, call);
    if (!contactId.ok) return contactId;
    return contactId.value === undefined ? without : work(contactId.value);
  };

  return {
    ...register,
    lookup: (key, call) => loyalty.lookup(key, call),
    get,
    create,
    update,
    consents: (call) => loyalty.consents(call),
    instruments: (customerId, call) =>
      asContact(customerId, call, ok(nothing), (id) => loyalty.instruments(id, call)),
    commit: (customerId, ref, call) =>
      asContact(customerId, call, failed({ kind: "instrument_not_found" }), (id) =>
        loyalty.commit(id, ref, call),
      ),
    reverse: (customerId, ref, call) =>
      asContact(customerId, call, failed({ kind: "instrument_not_found" }), (id) =>
        loyalty.reverse(id, ref, call),
      ),
    status: (customerId, ref, call) =>
      asContact(customerId, call, ok({ state: "gone" }), (id) => loyalty.status(id, ref, call)),
    search: async (key, call) => {
      if (key.by !== "customer_id") return register.search(key, call);
      const profile = await get(key.value, call);
      if (profile.ok) return ok({ id: profile.value.customer.id, profile: profile.value });
      return profile.failure.kind === "customer_not_found" ? ok(undefined) : profile;
    },
    deliver: async (sales, call) => {
      const results = [];
      for (const { sale, customerId } of sales) {
        const contactId = customerId === undefined ? undefined : contactIn(customerId);
        const made = contactId === undefined ? ok(customerId) : await madeForOrder(contactId, call);
        results.push(
          ...(made.ok
            ? await register.deliver([{ sale, customerId: made.value }], call)
            : [{ kind: "retry" as const, failure: made.failure }]),
        );
      }
      return results;
    },
  };
};
