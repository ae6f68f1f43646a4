import type { CardPart } from "../../model/customer.ts";
import type { CrmFailure } from "../../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { SectionConfig } from "../../tenants/tenant.ts";
import type { CrmCall, CrmOutcome, Profile } from "../port.ts";
import type { Voyado } from "./client.ts";
import { customerOf } from "./contact_mapping.ts";
import { attributeOf, booleanOf, parseContact, type Contact } from "./contact_wire.ts";
import { readAs } from "./errors.ts";
import { labelNames, labelsOfContact, voucherPasswords } from "./labels.ts";
import { isPathId, routeOf } from "./routes.ts";
import { asText, sectionsOf } from "../sections.ts";

export const unknownContact = { kind: "customer_not_found" } as const satisfies CrmFailure;

/** A contact with its labels, read side by side where the tenant has a path for labels. */
export const get = async (
  voyado: Voyado,
  sections: readonly SectionConfig[],
  contactId: string,
  call: CrmCall,
): CrmOutcome<Profile> => {
  if (!isPathId(contactId)) return failed(unknownContact);
  const [contact, labels] = await Promise.all([
    read(voyado, contactId, call),
    readLabels(voyado, contactId, call),
  ]);
  return contact.ok ? ok(profileOf(voyado, sections, contact.value, labels)) : contact;
};

export const read = async (
  voyado: Voyado,
  contactId: string,
  call: CrmCall,
): CrmOutcome<Contact> => {
  const reply = await voyado.send(
    { route: routeOf("get", voyado.settings), path: { contactId } },
    call,
  );
  return readAs(reply, parseContact, { notFound: unknownContact }, voyado.now());
};

/** Label names from `labelsUrl`; undefined where the tenant has none, and labels are in the contact. */
export const readLabels = async (
  voyado: Voyado,
  contactId: string,
  call: CrmCall,
): Promise<Outcome<string[], CrmFailure> | undefined> => {
  const url = voyado.settings.labelsUrl;
  if (url === undefined || url === "") return undefined;
  const reply = await voyado.send(
    { route: `GET /${url.replace(/^\/+/, "")}`, path: { contactId } },
    call,
  );
  const names = readAs(
    reply,
    (json) => (json === undefined ? undefined : labelNames(json)),
    {},
    voyado.now(),
  );
  if (!names.ok) {
    voyado.log("crm_part_missing", {
      part: "labels",
      failure: names.failure.kind,
      request_id: call.requestId,
    });
  }
  return names;
};

export const profileOf = (
  voyado: Voyado,
  sections: readonly SectionConfig[],
  contact: Contact,
  labels: Outcome<string[], CrmFailure> | undefined,
): Profile => {
  const { settings, market } = voyado;
  const inContact = labelsOfContact(contact, settings.labelsPath);
  const names = labels?.ok === true ? [...labels.value, ...inContact] : inContact;
  const degraded: CardPart[] = labels?.ok === false ? ["labels"] : [];
  const { statusAttribute } = settings;
  const statusText =
    statusAttribute === undefined
      ? undefined
      : asText(attributeOf(contact, statusAttribute), market);
  return {
    customer: customerOf(contact, market),
    sections: sectionsOf(
      (attribute) => attributeOf(contact, attribute),
      sections,
      market,
      booleanOf(attributeOf(contact, "secrecyMarked")) === true,
    ),
    voucherPasswords: voucherPasswords(names, settings),
    ...(statusText === undefined ? {} : { statusText }),
    degraded,
  };
};
