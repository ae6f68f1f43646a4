import type { Person } from "../../model/customer.ts";
import type { OmetriaSettings } from "../../tenants/ometria_settings.ts";
import { changedAccepts, changedConsents } from "../changed_choices.ts";
import { addressProperties, consentProperty, given, mailProperty } from "./customer_mapping.ts";
import type { PushRecord } from "./push.ts";

/** Null blanks a field; what is left out stays as it was, by `@merge`. */
type Fields = Readonly<Record<string, unknown>>;

type Write = {
  readonly id: string;
  /** What joins the contact with its profile. */
  readonly customerId: string;
  readonly changes: Person;
  /** What the till was shown; nothing of a new customer. */
  readonly before: Person;
  /** What our contact holds in the two fields that are written whole: whether `@merge` reaches into them is not published. */
  readonly held?: { readonly properties?: Fields | undefined; readonly sms?: Fields | undefined };
  /** ISO 8601, UTC. */
  readonly at: string;
};

const textFields = {
  email: "email",
  nameFirst: "firstname",
  nameLast: "lastname",
  mobile: "phone_number",
  birthday: "date_of_birth",
} as const satisfies Partial<Record<keyof Person, string>>;

/** What a till wrote, as contacts: ours, and where SMS needs a second yes, one that asks for it. */
export const contactRecords = (write: Write, settings: OmetriaSettings): readonly PushRecord[] => {
  const { id, customerId, changes, before, at } = write;
  const accepts = new Map(changedChoices(changes, before).map((one) => [one.channel, one.value]));
  const sms = accepts.get("sms");
  const said = sms === undefined ? undefined : { allow_marketing: sms, dt_updated_marketing: at };
  const properties = changedProperties(write, settings, accepts.get("mail"));
  const record = {
    "@type": "contact",
    "@collection": settings.collection,
    "@merge": true,
    id,
    customer_id: customerId,
    ...changedTexts(changes, before),
    ...emailChoice(accepts.get("email"), settings, at),
    ...given({
      properties,
      channels: said && { sms: { ...write.held?.sms, ...said } },
    }),
  } as const;
  const phone = phoneOf(changes.mobile ?? before.mobile);
  return settings.smsMode === "single" || sms !== true || phone === undefined
    ? [record]
    : [
        record,
        { ...smsAsked, id, customer_id: customerId, phone_number: phone, channels: { sms: said } },
      ];
};

/** Sends the SMS that the customer confirms (contracts/ometria.md 5). */
const smsAsked = { "@type": "contact", "@collection": "optin:sms", "@merge": true } as const;

/** An empty box was not unticked where nothing was known: an opt-out would hold everywhere, for good. */
const changedChoices = (changes: Person, before: Person) =>
  changedAccepts(changes, before).filter(
    ({ channel, value }) => value || before.accepts?.[channel] === true,
  );

const changedTexts = (changes: Person, before: Person): Fields => {
  const fields: Record<string, unknown> = {};
  for (const [field, name] of Object.entries(textFields) as [keyof typeof textFields, string][]) {
    const value = changes[field];
    if (value === undefined || value === (before[field] ?? "")) continue;
    // A phone that is not E.164 must be left out.
    if (field !== "mobile" || value === "" || phoneOf(value) !== undefined)
      fields[name] = value === "" ? null : value;
  }
  const { gender, storeIdHome: store, invoiceAddress } = changes;
  if (gender !== undefined && gender !== before.gender)
    fields["gender"] = gender === "male" ? "m" : "f";
  if (store !== undefined && store !== (before.storeIdHome ?? ""))
    fields["store_ids"] = store === "" ? [] : [store];
  const country = invoiceAddress?.countryId;
  if (country !== undefined && country !== (before.invoiceAddress?.countryId ?? ""))
    fields["country_id"] = country === "" ? null : country.toUpperCase();
  return fields;
};

const phoneOf = (phone: string | undefined): string | undefined =>
  phone !== undefined && /^\+[1-9]\d{6,14}$/.test(phone) ? phone : undefined;

/** The choice and its time belong on one contact: without the time it does not count (contracts/ometria.md 5). */
export const emailChoice = (
  value: boolean | undefined,
  { forceOptin }: Pick<OmetriaSettings, "forceOptin">,
  at: string,
): Fields =>
  value === undefined
    ? {}
    : {
        marketing_optin: value ? "EXPLICITLY_OPTEDIN" : "EXPLICITLY_OPTEDOUT",
        [value ? "timestamp_subscribed" : "timestamp_unsubscribed"]: at,
        ...(forceOptin ? { "@force_optin": true } : {}),
      };

/** All of ours, when one of them changes: the last write, not shown yet, is in what the till was shown. */
const changedProperties = (
  { changes, before, held }: Write,
  settings: OmetriaSettings,
  mail: boolean | undefined,
): Fields | undefined => {
  const texts: readonly (readonly [string | undefined, string | undefined, string | undefined])[] =
    [
      [settings.memberNumberProperty, changes.memberNumber, before.memberNumber],
      [settings.personalIdProperty, changes.personalId, before.personalId],
      ...addressProperties.map(
        (part) => [part, changes.invoiceAddress?.[part], before.invoiceAddress?.[part]] as const,
      ),
    ];
  const consents = changedConsents(changes, before);
  const changed = texts.some(([, value, was]) => value !== undefined && value !== (was ?? ""));
  if (!changed && mail === undefined && consents.length === 0) return undefined;
  const shown = before.accepts?.mail;
  return {
    ...held?.properties,
    ...given(
      Object.fromEntries(
        texts.flatMap(([name, value, was]) => (name === undefined ? [] : [[name, value ?? was]])),
      ),
    ),
    ...given({ [mailProperty]: mail ?? shown }),
    ...Object.fromEntries((before.consents ?? []).map((id) => [consentProperty(id), true])),
    ...Object.fromEntries(consents.map(({ id, value }) => [consentProperty(id), value])),
  };
};
