import type { ConsentDefinition, Store } from "../voyado/model.ts";
import { SHOPS } from "./shops.ts";

export function stores(): Store[] {
  const shops = SHOPS.map((shop) => ({
    id: `d0000000-0000-4000-8000-000000000${shop.externalId}`,
    name: shop.name,
    externalId: shop.externalId,
    type: "RETAIL",
    city: shop.city,
    countryCode: shop.country,
    street: shop.street,
    zipCode: shop.zip,
    timeZone: shop.timeZone,
    active: true,
  }));
  const web = {
    id: "d0000000-0000-4000-8000-000000000100",
    name: "Web",
    externalId: "100",
    type: "ECOMM",
    city: null,
    countryCode: "SE",
    street: null,
    zipCode: null,
    timeZone: "Europe/Stockholm",
    active: true,
  };
  const closed = {
    ...web,
    id: "d0000000-0000-4000-8000-000000000900",
    name: "Old town (closed)",
    externalId: "900",
    type: "RETAIL",
    active: false,
  };
  return [...shops, web, closed];
}

const both = (sv: string, en: string): Record<string, string> => ({ "sv-SE": sv, "en-GB": en });

export const CONSENTS: readonly ConsentDefinition[] = [
  {
    id: "memberTerms",
    name: "Member terms",
    metaData: {
      conditionText: both("https://www.example.com/sv/villkor", "https://www.example.com/en/terms"),
      displayText: both("Jag godkänner", "I accept the"),
      linkText: both("medlemsvillkoren", "member terms"),
    },
  },
  {
    id: "personalOffers",
    name: "Personal offers",
    metaData: {
      conditionText: both(
        "<p>Vi använder dina köp för att välja erbjudanden.</p>",
        "<p>We use your purchases to pick offers.</p>",
      ),
      displayText: both("Jag vill ha personliga erbjudanden", "I want personal offers"),
      linkText: both("läs mer", "read more"),
    },
  },
  {
    id: "thirdParty",
    name: "Partners",
    metaData: {
      conditionText: both(
        "https://www.example.com/sv/partners",
        "https://www.example.com/en/partners",
      ),
      displayText: both("Dela mina uppgifter med partners", "Share my data with partners"),
      linkText: both("", ""),
    },
  },
];
