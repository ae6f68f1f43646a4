import type { Json } from "../json.ts";
import type { SubscriberInput } from "../rule/build.ts";
import { bonusChecks } from "./rule_bonus_checks.ts";
import { contacts } from "./voyado_contacts.ts";

/** Member number to what Rule alone knows of the person; a tag stands for a label, a promotion or a password. */
const TAGS: Record<string, string[]> = {
  "10012": ["Sitoo", "SitooOrder", "Staff", "VIP"],
  "10018": ["Newsletter"],
  "10019": ["Sitoo", "VIP", "Staff"],
};
/** memberTerms, personalOffers, thirdParty. */
const CONSENTS: Record<string, Record<string, boolean>> = {
  "10012": { "1": true, "2": false },
  "10019": { "1": true, "2": true, "3": false },
};
/** A phone finds one subscriber in Rule; of two people with one number the second has none here. */
const NO_PHONE = ["10015", "10018"];
const FIELDS = {
  firstName: "namefirst",
  lastName: "namelast",
  gender: "gender",
  birthDay: "birthday",
  memberNumber: "membernumber",
} as const;
const ADDRESS = {
  street: "address",
  zipCode: "zip",
  city: "city",
  countryCode: "countryid",
} as const;

/** The same people as the other simulated CRM has, ids 9 + member number: 910012 is Astrid. */
export function subscribers(now: number): SubscriberInput[] {
  return contacts(now).map(({ attributes = {}, preferences = {}, ...contact }) => {
    const of = (name: string): string | undefined => textOf(attributes[name]);
    const member = of("memberNumber") ?? "";
    const { acceptsEmail = false, acceptsPostal = false, acceptsSms = false } = preferences;
    const pending = contact.approved === false;
    const phoneNumber = NO_PHONE.includes(member) ? undefined : of("mobilePhone");
    return {
      id: Number(`9${member}`),
      email: of("email") ?? null,
      phoneNumber: phoneNumber ?? null,
      customIdentifier: member,
      language: of("language") ?? "sv",
      status: pending ? "PENDING" : "ACTIVE",
      optedIn: !pending,
      ...(contact.createdOn === undefined ? {} : { createdAt: contact.createdOn }),
      tags: TAGS[member] ?? ["Sitoo"],
      preferences: CONSENTS[member] ?? {},
      fields: {
        ...renamed("Sitoo-Contact.", FIELDS, of),
        ...renamed("Sitoo-Address.invoice_", ADDRESS, of),
        "Sitoo-Contact.accepts_email": String(acceptsEmail),
        "Sitoo-Contact.accepts_sms": String(acceptsSms),
        "Sitoo-Contact.accepts_mail": String(acceptsPostal),
        ...(contact.storeExternalId === undefined
          ? {}
          : { "Sitoo-Contact.store_id_home": contact.storeExternalId }),
        ...bonusChecks(now, member),
      },
      // Who does not accept a channel is suppressed there: by an own act, or spam for Ebba.
      suppressions: (
        [
          ["email", acceptsEmail],
          ["text_message", acceptsSms],
        ] as const
      ).flatMap(([type, accepts]) =>
        accepts ? [] : [{ messageTypes: [type], sourceType: member === "10016" ? "spam" : "user" }],
      ),
    };
  });
}

function renamed(
  prefix: string,
  names: Record<string, string>,
  of: (name: string) => string | undefined,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([theirs, ours]) => {
      const value = of(theirs);
      return value === undefined ? [] : [[prefix + ours, value]];
    }),
  );
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
