import type { CustomerInput } from "../bloomreach/build.ts";
import { IS_VIP, LEVEL, PRICE_LIST, TOTAL_SPENT, WILL_RETURN } from "./bloomreach_definitions.ts";

const DAY = 86_400_000;
const birth = (day: string): number => Date.parse(day) / 1000;

/** The people of voyado_contacts.ts, as this vendor knows them: an e-mail address is the hard ID. */
export function people(now: number): CustomerInput[] {
  const ago = (days: number): string => new Date(now - days * DAY).toISOString();
  const seconds = (days: number): number => Math.floor((now + days * DAY) / 1000);
  return [
    {
      createdAt: ago(900),
      ids: person("astrid@example.com", "+46701740605", "10012"),
      properties: {
        ...name("Astrid", "Exempel", "astrid@example.com", "+46701740605"),
        ...home("Exempelgatan 12", "111 22", "Stockholm", "SE"),
        country: "Sweden",
        gender: "female",
        birth_date: birth("1985-04-12"),
        home_store: "200",
        company: "Exempel AB",
      },
      computed: {
        [LEVEL]: "Gold",
        [PRICE_LIST]: "staff",
        [IS_VIP]: true,
        [TOTAL_SPENT]: 179.7,
        [WILL_RETURN]: 0.82,
      },
      consents: { newsletter: true, sms_marketing: true, personal_offers: false },
    },
    {
      createdAt: ago(400),
      ids: person("bertil@example.com", "+46701740606", "10013"),
      properties: {
        ...name("Bertil", "Provsson", "bertil@example.com", "+46701740606"),
        ...home("Provgatan 2", "411 12", "Göteborg", "SE"),
        gender: "male",
        birth_date: birth("1990-09-30"),
        home_store: "300",
      },
    },
    // One number for two people: both have the property, but only the later of them can have the ID.
    {
      createdAt: ago(300),
      ids: person("cecilia@example.org", "+46701740607", "10014"),
      properties: name("Cecilia", "Testberg", "cecilia@example.org", "+46701740607"),
      consents: { newsletter: true, sms_marketing: true, personal_offers: true },
    },
    {
      createdAt: ago(200),
      ids: person("david@example.org", "+46701740607", "10015"),
      properties: name("David", "Testberg", "david@example.org", "+46701740607"),
    },
    {
      createdAt: ago(150),
      ids: person("ebba@example.com", "+46701740608", "10016"),
      properties: {
        ...name("Ebba", "Skyddad", "ebba@example.com", "+46701740608"),
        ...home("Hemliga gatan 5", "222 22", "Lund", "SE"),
        secrecy_marked: true,
      },
    },
    {
      createdAt: ago(3),
      ids: person("frans@example.com", "+46701740609", "10017"),
      properties: name("Frans", "Ogodkänd", "frans@example.com", "+46701740609"),
      // Not complete, therefore revoked (contracts/bloomreach.md §7).
      consents: { newsletter: { action: "accept", valid_until: null } },
    },
    {
      createdAt: ago(80),
      ids: { registered: "greta@example.net", card_id: "10018" },
      properties: name("Greta", "Nyhetsbrev", "greta@example.net", "+46701740610"),
      consents: { newsletter: true },
    },
    {
      createdAt: ago(1000),
      ids: person("hedda@example.net", "+46701740610", "10019"),
      properties: {
        ...name("Hedda", "Trogen", "hedda@example.net", "+46701740610"),
        gender: "other",
        home_store: "300",
      },
      computed: { [LEVEL]: "Platinum", [PRICE_LIST]: "member", [IS_VIP]: true },
      consents: {
        newsletter: true,
        sms_marketing: true,
        personal_offers: true,
        partner_offers: false,
      },
    },
    {
      createdAt: ago(500),
      ids: person("nora@example.net", "+4740000001", "10020"),
      properties: {
        ...name("Nora", "Eksempel", "nora@example.net", "+4740000001"),
        ...home("Eksempelveien 9", "0151", "Oslo", "NO"),
        gender: "female",
        birth_date: birth("1979-01-05"),
        home_store: "400",
      },
      // Ended by itself, without a reject.
      consents: { newsletter: { action: "accept", valid_until: seconds(-10) } },
    },
    {
      createdAt: ago(350),
      // Two numbers: the first one is the one that Sitoo shows.
      ids: {
        ...person("aino@example.com", "+358457300001", "10021"),
        phone_id: ["+358457300001", "+358457300009"],
      },
      properties: {
        ...name("Aino", "Esimerkki", "aino@example.com", "+358457300001"),
        ...home("Esimerkkikatu 3", "00120", "Helsinki", "FI"),
        gender: "female",
        birth_date: birth("1952-10-13"),
        home_store: "500",
      },
    },
    {
      createdAt: ago(120),
      ids: person("jordan@example.com", "+12025550123", "10022"),
      properties: {
        ...name("Jordan", "Sample", "jordan@example.com", "+12025550123"),
        ...home("12 Sample Street", "10001", "New York", "US"),
        state: "NY",
        gender: "other",
        home_store: "600",
      },
      consents: {
        newsletter: { action: "accept", valid_until: seconds(30), source: "page", message: "Yes" },
      },
    },
    {
      createdAt: ago(1),
      ids: { registered: "kim@example.org", card_id: "10023" },
      properties: { first_name: "Kim", email: "kim@example.org" },
    },
    // A visitor of the web shop whom nobody knows yet: merges with the first hard ID that comes with this cookie.
    {
      createdAt: ago(2),
      ids: { cookie: "c00c1e00-0000-4000-8000-000000000001" },
      properties: { last_seen_page: "/coats" },
    },
  ];
}

function person(registered: string, phone: string, card: string): CustomerInput["ids"] {
  return { registered, phone_id: phone, card_id: card };
}

function name(
  first_name: string,
  last_name: string,
  email: string,
  phone: string,
): Record<string, string> {
  return { first_name, last_name, email, phone };
}

function home(address: string, zip: string, city: string, country: string): Record<string, string> {
  return { address, zip, city, country };
}
