import { communicationChannels, type Address, type Person } from "../model/customer.ts";
import type { BonusCheck, Promotion } from "../model/instrument.ts";
import { currencyDigits, formatMinor } from "../model/money.ts";
import { unreachable } from "../model/outcome.ts";
import type { Channel, Confirmable } from "../tenants/tenant.ts";
import type { Card } from "./card.ts";
import type {
  BonusCheckWire,
  CustomerWire,
  PersonWire,
  PromotionWire,
} from "./contract_answers.ts";
import { degradedText } from "./degraded_text.ts";
import type { Texts } from "./texts.ts";

/** Leaves out what is unknown: published samples hold no nulls, and a typed decoder may refuse them. */
const known = <Values extends Record<string, unknown>>(
  values: Values,
): { [Key in keyof Values]: Exclude<Values[Key], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Values]: Exclude<Values[Key], undefined>;
  };

const addressWire = (address: Address | undefined): PersonWire["invoice_address"] => {
  if (address === undefined) return undefined;
  const wire = known({
    address: address.address,
    address2: address.address2,
    city: address.city,
    zip: address.zip,
    state: address.state,
    country_id: address.countryId?.toUpperCase(),
  });
  return Object.keys(wire).length === 0 ? undefined : wire;
};

/** A person in the SPI's spelling (contracts/sitoo.md 2.4). */
export const personWire = (person: Person): PersonWire =>
  known({
    member_number: person.memberNumber,
    email: person.email,
    name_first: person.nameFirst,
    name_last: person.nameLast,
    mobile: person.mobile,
    phone: person.phone,
    personal_id: person.personalId,
    company: person.company,
    company_id: person.companyId,
    gender: person.gender,
    birthday: person.birthday,
    invoice_address: addressWire(person.invoiceAddress),
    delivery_address: addressWire(person.deliveryAddress),
    accepts_communication:
      person.accepts === undefined
        ? undefined
        : communicationChannels.filter((channel) => person.accepts?.[channel] === true),
    consents: person.consents === undefined ? undefined : [...person.consents],
    additional_options: person.additionalOptions?.map((option) => ({
      id: option.id,
      enum_values: [...option.enumValues],
    })),
    store_id_home: person.storeIdHome,
  });

/** Undefined when the till has not been seen to take this type of promotion. */
const promotionWire = (
  promotion: Promotion,
  confirmed: ReadonlySet<Confirmable>,
): PromotionWire | undefined => {
  const head = { promotion_id: promotion.id, name: promotion.name, redeemed: promotion.redeemed };
  const { offer } = promotion;
  switch (offer.type) {
    case "cart_percent":
      return { ...head, promotion_type: { type: "cart_percent", value_int: offer.percent } };
    case "cart_amount":
      return confirmed.has("cart_amount")
        ? {
            ...head,
            promotion_type: {
              type: "cart_amount",
              value: formatMinor(offer.amount.minor, offer.amount.currency),
            },
          }
        : undefined;
    case "voucher":
      return confirmed.has("voucher")
        ? {
            ...head,
            // A used one opens nothing any more, whatever the till makes of `redeemed`.
            promotion_type: { type: "voucher", value_text: head.redeemed ? "" : offer.password },
          }
        : undefined;
    case "manual":
      return confirmed.has("manual")
        ? { ...head, promotion_type: { type: "manual", value_text: offer.text } }
        : undefined;
    default:
      return unreachable(offer);
  }
};

const bonusCheckWire = (check: BonusCheck): BonusCheckWire => {
  const { minor, currency } = check.amount;
  const unit = 10 ** currencyDigits(currency);
  return {
    bonus_check_id: check.id,
    name: check.name,
    description: check.description ?? "",
    value: formatMinor(minor, currency),
    ...(minor % unit === 0 ? { value_int: minor / unit } : {}),
    currency,
    redeemed: check.redeemed,
    ...(check.redeemedAt === undefined ? {} : { date_redeemed: check.redeemedAt }),
    ...(check.expiresAt === undefined ? {} : { date_expires: check.expiresAt }),
  };
};

/** What an offer says to staff when the till cannot apply it by itself. */
const offerText = (promotion: Promotion): string => {
  const { offer } = promotion;
  switch (offer.type) {
    case "cart_percent":
      return `${offer.percent} %`;
    case "cart_amount":
      return `${formatMinor(offer.amount.minor, offer.amount.currency)} ${offer.amount.currency}`;
    case "manual":
      return offer.text;
    case "voucher":
      return "";
    default:
      return unreachable(offer);
  }
};

const colorOf = (
  card: Card,
  confirmed: ReadonlySet<Confirmable>,
): CustomerWire["status"]["color"] => {
  if (card.profile.inactive === true && confirmed.has("red")) return "red";
  return card.degraded.length > 0 && confirmed.has("yellow") ? "yellow" : "green";
};

/** The whole card on the wire, with only those enum values that this tenant's tills are known to take. */
export const customerWire = (card: Card, channel: Channel, said: Texts): CustomerWire => {
  const confirmed = new Set<Confirmable>(channel.spi.confirmed);
  const promotions: PromotionWire[] = [];
  const asText: Promotion[] = [];
  const passwords = new Set(card.voucherPasswords);
  for (const promotion of card.promotions) {
    const wire = promotionWire(promotion, confirmed);
    if (wire !== undefined) promotions.push(wire);
    else if (promotion.redeemed) continue;
    // A discount that a Sitoo campaign can express is opened by its password (contracts/sitoo.md 2.5).
    else if (promotion.offer.type === "voucher") passwords.add(promotion.offer.password);
    else asText.push(promotion);
  }
  const texts = [card.profile.statusText, degradedText(card.degraded, said)].filter(
    (text) => text !== undefined && text !== "",
  );
  const offers = asText.map((promotion) => ({
    title: promotion.name,
    text: offerText(promotion),
    type: "text" as const,
  }));
  return {
    ...personWire(card.profile.customer),
    customer_id: card.profile.customer.id,
    status: {
      color: colorOf(card, confirmed),
      text: texts.join(" · "),
    },
    promotions,
    bonus_checks: card.bonusChecks.map(bonusCheckWire),
    voucher_passwords: [...passwords],
    sections: [
      ...card.sections.map((section) => ({
        title: section.title,
        values: section.values.map((value) => ({
          text: value.text,
          title: value.title,
          type: "text" as const,
        })),
      })),
      ...(offers.length === 0 ? [] : [{ title: channel.title, values: offers }]),
    ],
  };
};
