import type { Person } from "../model/customer.ts";
import type { Till } from "../redemption/machine/admission.ts";
import type { Channel, FieldName, FieldRules } from "../tenants/tenant.ts";

/** Customers work this till themselves; it works without Staff-ID. */
export const isSelfCheckout = (channel: Channel, till: Till): boolean =>
  till.registerId !== undefined && channel.selfCheckout.registers.includes(till.registerId);

const dots = "•••";
const maskText = (value: string): string =>
  value.length <= 4 ? dots : `${value.slice(0, 1)}${dots}${value.slice(-2)}`;
const maskEmail = (value: string): string => {
  const at = value.lastIndexOf("@");
  return at < 0 ? maskText(value) : `${value.slice(0, 1)}${dots}${value.slice(at)}`;
};

/** What the till was not shown cannot be meant by it: masked fields are not written (design.md 4, Fields). */
export const editableAtSelfCheckout = (
  rules: FieldRules,
  mask: readonly FieldName[],
): FieldRules => {
  // `maskPerson` hides all three ways of contact together.
  const isHidden = (field: string): boolean =>
    mask.some((masked) => masked === field) ||
    (field.startsWith("accepts_") && mask.some((masked) => masked.startsWith("accepts_")));
  return Object.fromEntries(
    Object.entries(rules).map(([field, rule]) => [field, isHidden(field) ? "readonly" : rule]),
  );
};

/** What others in the queue must not read: texts shortened, addresses and the rest left out. */
export const maskPerson = <Masked extends Person>(
  person: Masked,
  mask: readonly FieldName[],
): Masked => {
  const masked: Record<string, unknown> = { ...person };
  for (const field of mask) {
    switch (field) {
      case "email":
        if (person.email !== undefined) masked.email = maskEmail(person.email);
        break;
      case "mobile":
        if (person.mobile !== undefined) masked.mobile = maskText(person.mobile);
        break;
      case "phone":
        if (person.phone !== undefined) masked.phone = maskText(person.phone);
        break;
      case "personal_id":
        if (person.personalId !== undefined) masked.personalId = maskText(person.personalId);
        break;
      case "member_number":
        if (person.memberNumber !== undefined) masked.memberNumber = maskText(person.memberNumber);
        break;
      case "name":
        if (person.nameLast !== undefined) masked.nameLast = `${person.nameLast.slice(0, 1)}.`;
        break;
      case "invoice_address":
        delete masked.invoiceAddress;
        break;
      case "delivery_address":
        delete masked.deliveryAddress;
        break;
      case "gender":
        delete masked.gender;
        break;
      case "birthday":
        delete masked.birthday;
        break;
      case "company":
        delete masked.company;
        break;
      case "company_id":
        delete masked.companyId;
        break;
      case "consents":
        delete masked.consents;
        break;
      case "accepts_email":
      case "accepts_sms":
      case "accepts_mail":
        delete masked.accepts;
        break;
      case "store_id_home":
        delete masked.storeIdHome;
        break;
      case "additional_options":
        delete masked.additionalOptions;
        break;
    }
  }
  return masked as Masked;
};
