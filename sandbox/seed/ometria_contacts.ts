import type { ContactInput } from "../ometria/build.ts";

const DAY = 86_400_000;

/**
 * The people of voyado_contacts.ts as Ometria knows them: `sitoo_pos` holds what the gateway created, under the ids that
 * the tills' orders carry; `default` is the web shop's, whose contacts have no customer id unless they made an account.
 */
export function contacts(now: number): ContactInput[] {
  const ago = (days: number): string => new Date(now - days * DAY).toISOString();
  const subscribed = (days: number) => ({
    marketing_optin: "EXPLICITLY_OPTEDIN",
    timestamp_subscribed: ago(days),
  });
  const left = (days: number) => ({
    marketing_optin: "EXPLICITLY_OPTEDOUT",
    timestamp_unsubscribed: ago(days),
  });
  const sms = (allowed: boolean, days: number) => ({
    sms: { allow_marketing: allowed, dt_updated_marketing: ago(days) },
  });
  return [
    till(ago(900), "11111111-1111-4111-8111-111111111111", "200", {
      firstname: "Astrid",
      lastname: "Exempel",
      email: "astrid@example.com",
      phone_number: "+46701740605",
      gender: "f",
      date_of_birth: "1985-04-12",
      country_id: "SE",
      ...subscribed(900),
      channels: sms(true, 900),
      properties: {
        member_number: "10012",
        accepts_mail: false,
        consent_memberTerms: true,
        consent_personalOffers: false,
      },
      lists: [1, 2],
    }),
    web(ago(1000), "web-10012", {
      firstname: "Astrid",
      lastname: "E",
      email: "astrid@example.com",
      ...subscribed(1000),
    }),
    till(ago(400), "22222222-2222-4222-8222-222222222222", "300", {
      firstname: "Bertil",
      lastname: "Provsson",
      email: "bertil@example.com",
      phone_number: "+46701740606",
      gender: "m",
      date_of_birth: "1990-09-30",
      country_id: "SE",
      marketing_optin: "NOT_SPECIFIED",
      properties: { member_number: "10013" },
    }),
    // Two people with one phone number, which identifies nobody unless the account has that on.
    till(ago(300), "33333333-3333-4333-8333-333333333333", "200", {
      firstname: "Cecilia",
      lastname: "Testberg",
      email: "cecilia@example.org",
      phone_number: "+46701740607",
      gender: "f",
      country_id: "SE",
      ...subscribed(300),
      properties: { member_number: "10014" },
    }),
    till(ago(200), "44444444-4444-4444-8444-444444444444", "200", {
      firstname: "David",
      lastname: "Testberg",
      email: "david@example.org",
      phone_number: "+46701740607",
      gender: "m",
      country_id: "SE",
      properties: { member_number: "10015" },
    }),
    till(ago(150), "55555555-5555-4555-8555-555555555555", "200", {
      firstname: "Ebba",
      lastname: "Skyddad",
      email: "ebba@example.com",
      phone_number: "+46701740608",
      country_id: "SE",
      properties: { member_number: "10016", secrecy_marked: true },
    }),
    // The newsletter alone: no customer id, never at a till.
    web(ago(80), "web-10018", {
      firstname: "Greta",
      lastname: "Nyhetsbrev",
      email: "greta@example.net",
      country_id: "SE",
      ...subscribed(80),
      lists: [1],
    }),
    // One e-mail address, two customer ids: two profiles.
    till(ago(1000), "88888888-8888-4888-8888-888888888888", "300", {
      firstname: "Hedda",
      lastname: "Trogen",
      email: "hedda@example.net",
      phone_number: "+46701740610",
      gender: "o",
      country_id: "SE",
      ...subscribed(1000),
      properties: { member_number: "10019" },
    }),
    web(ago(700), "web-10019", {
      customer_id: "web-10019",
      firstname: "Hedda",
      lastname: "Trogen",
      email: "hedda@example.net",
      country_id: "SE",
    }),
    // In at the till, out in the web shop: out.
    till(ago(500), "99999999-9999-4999-8999-999999999999", "400", {
      firstname: "Nora",
      lastname: "Eksempel",
      email: "nora@example.net",
      phone_number: "+4740000001",
      gender: "f",
      date_of_birth: "1979-01-05",
      country_id: "NO",
      ...subscribed(500),
      properties: { member_number: "10020" },
    }),
    web(ago(450), "web-10020", { email: "nora@example.net", ...left(450) }),
    till(ago(350), "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "500", {
      firstname: "Aino",
      lastname: "Esimerkki",
      email: "aino@example.com",
      phone_number: "+358457300001",
      gender: "f",
      date_of_birth: "1952-10-13",
      country_id: "FI",
      properties: { member_number: "10021" },
    }),
    till(ago(120), "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb", "600", {
      firstname: "Jordan",
      lastname: "Sample",
      email: "jordan@example.com",
      phone_number: "+12025550123",
      gender: "o",
      country_id: "US",
      ...subscribed(120),
      channels: sms(true, 120),
      properties: { member_number: "10022" },
    }),
    // Only an e-mail address; left by a link in an e-mail since.
    web(ago(30), "web-10023", { firstname: "Kim", email: "kim@example.org", ...subscribed(30) }),
  ];
}

type Rest = Omit<ContactInput, "id">;

function till(createdAt: string, id: string, storeId: string, rest: Rest): ContactInput {
  return {
    id,
    collection: "sitoo_pos",
    customer_id: id,
    createdAt,
    timestamp_acquired: createdAt,
    store_ids: [storeId],
    ...rest,
  };
}

function web(createdAt: string, id: string, rest: Rest): ContactInput {
  return {
    id,
    collection: "default",
    source: "importer",
    createdAt,
    timestamp_acquired: createdAt,
    ...rest,
  };
}
