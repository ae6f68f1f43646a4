import type { Customer, Person } from "../../model/customer.ts";
import { communicationChannels } from "../../model/customer.ts";
import type { RuleSettings } from "../../tenants/rule_settings.ts";
import { changedAccepts } from "../changed_choices.ts";
import { placeOf } from "./consents.ts";
import { addressFields, textFields } from "./customer_mapping.ts";
import { addressKey, contactKey } from "./field_keys.ts";

/** One entry of `fields`; text unless the field is there already with another type. */
export type FieldBody = {
  readonly key: string;
  readonly value: string | readonly string[];
  readonly type?: "json";
};

const entries = <Map extends object>(map: Map) =>
  Object.entries(map) as { [Key in keyof Map]: [Key, Map[Key]] }[keyof Map][];

/** Fields that differ from what the till was shown; "" clears one (contracts/rule.md 13, assumed). */
export const changedFields = (
  changes: Person,
  before: Person,
  settings: RuleSettings,
): FieldBody[] => {
  const differs = (value: string | undefined, old: string | undefined): value is string =>
    value !== undefined && value !== (old ?? "");
  const texts = entries(textFields).flatMap(([member, field]) => {
    const value: string | undefined = changes[member];
    return differs(value, before[member]) ? [{ key: contactKey(settings, field), value }] : [];
  });
  const personalId =
    settings.personalId && differs(changes.personalId, before.personalId)
      ? [{ key: contactKey(settings, "personalid"), value: changes.personalId }]
      : [];
  const addresses = (["invoice", "delivery"] as const).flatMap((kind) => {
    const [now, then] = [changes[`${kind}Address`], before[`${kind}Address`]];
    return entries(addressFields).flatMap(([member, part]) => {
      const value = member === "countryId" ? now?.countryId?.toUpperCase() : now?.[member];
      return differs(value, then?.[member])
        ? [{ key: addressKey(settings, `${kind}_${part}`), value }]
        : [];
    });
  });
  const accepts = changedAccepts(changes, before).map(({ channel, value }) => ({
    key: contactKey(settings, `accepts_${channel}`),
    value: String(value),
  }));
  return [
    ...texts,
    ...personalId,
    ...addresses,
    ...accepts,
    ...consentField(changes, before, settings),
  ];
};

/** All that is kept in the field is one value, so what the till does not list is taken from it. */
const consentField = (changes: Person, before: Person, settings: RuleSettings): FieldBody[] => {
  const kept = settings.consents.filter((one) => placeOf(one) === "field").map(({ id }) => id);
  const listed = (person: Person) => kept.filter((id) => person.consents?.includes(id)).join(",");
  return changes.consents === undefined || listed(changes) === listed(before)
    ? []
    : [{ key: contactKey(settings, "acceptedconsents"), value: listed(changes) }];
};

/** A new customer: what was filled in, and a plain "false" for each way of contact that was not accepted. */
export const createFields = (person: Person, settings: RuleSettings): FieldBody[] => {
  const accepts = settings.suppressUnlessAccepted
    ? Object.fromEntries(
        communicationChannels.map((channel) => [channel, person.accepts?.[channel] === true]),
      )
    : person.accepts;
  const all = accepts === undefined ? person : { ...person, accepts };
  return changedFields(all, {}, settings);
};

/** What identifies a subscriber goes beside the fields (contracts/rule.md 4). */
export const changedIdentity = (
  changes: Person,
  before: Customer,
): { readonly email?: string; readonly phone_number?: string } => ({
  ...(changes.email === undefined || changes.email === (before.email ?? "")
    ? {}
    : { email: changes.email }),
  ...(changes.mobile === undefined || changes.mobile === (before.mobile ?? "")
    ? {}
    : { phone_number: changes.mobile }),
});
