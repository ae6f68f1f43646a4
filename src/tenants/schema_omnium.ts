import { said } from "#said";
import * as z from "zod/mini";
import { described } from "./described.ts";
import { sections } from "./schema_sections.ts";
import { apiUrl, idText, secret, text, textList } from "./schema_values.ts";
import { voyadoHandler } from "./schema_voyado.ts";

const consentType = z.strictObject({
  type: described(text, said("the type's name in Omnium")),
  title: described(text, said("shown to cashiers")),
});

const groupPasswords = z.strictObject({
  group: described(
    text,
    said("id or name of a customer group, a tag, a tier, or ClubMember for every member"),
  ),
  voucher_passwords: described(textList, said("Sitoo voucher passwords that it opens")),
});

/** `handler.omnium`: Omnium OMS by its REST API (contracts/omnium.md 0). What is below `voyado` is ours, assumed. */
export const omniumHandler = described(
  z.strictObject({
    api_url: described(
      apiUrl,
      said("https://api.omnium.no, or https://apitest.omnium.no for the test environment"),
    ),
    client_id: described(secret({ literal: true }), said("client id of the API user")),
    client_secret: described(secret(), said("client secret of the API user")),
    market_id: described(text, said("Omnium's id of the market, such as NOR")),
    send_orders: z._default(
      described(z.boolean(), said("true only for tenants without Omnium's own Sitoo connector")),
      false,
    ),
    join_club: z._default(
      described(z.boolean(), said("new customers join the customer club")),
      false,
    ),
    customer_id_field: z._default(
      described(z.nullable(z.enum(["Email", "Phone"])), said("as the tenant's CustomerIdField")),
      null,
    ),
    phone_format: z._default(
      described(
        z.enum(["e164", "no_prefix", "double_zero"]),
        said("how the tenant stores phone numbers: +47…, without the country's prefix, 0047…"),
      ),
      "e164",
    ),
    consent_types: z._default(
      described(
        z.array(consentType),
        said("consents that tills show; EmailMarketing and SmsMarketing are the accepts"),
      ),
      [],
    ),
    voucher_passwords_from_groups: z._default(
      described(
        z.array(groupPasswords),
        said("Sitoo voucher passwords that groups, tags and tiers open"),
      ),
      [],
    ),
    voyado: z.optional(
      described(voyadoHandler, said("Voyado behind Omnium: its contacts, instruments and points")),
    ),
    mail_consent_type: z.optional(
      described(text, said("consent type that is accepts_mail; without it, mail is not offered")),
    ),
    personal_id_property: z.optional(
      described(
        text,
        said("property that holds the personal id; without it nobody is found by it"),
      ),
    ),
    number_series: z._default(
      described(z.boolean(), said("new customers get the next number of Omnium's series")),
      false,
    ),
    sitoo_order_id: z._default(
      described(
        text,
        said(
          "external id or property in which Omnium's connector keeps Sitoo's order id (assumed)",
        ),
      ),
      "SitooOrderId",
    ),
    store_ids: z._default(
      described(
        z.record(z.string(), idText),
        said("Sitoo's store externalid to Omnium's store id, where the two differ"),
      ),
      {},
    ),
    order_ids: z._default(
      described(
        z.enum(["site", "account_and_site"]),
        said("what stands in sitoo-…-4711; with several Sitoo accounts both must (assumed)"),
      ),
      "site",
    ),
    prices_include_vat: z._default(
      described(z.boolean(), said("false: placedPrice goes without VAT (assumed: with)")),
      true,
    ),
    negative_quantities: z._default(
      described(
        z.boolean(),
        said("true once Omnium was seen to take returns of unknown sales as negative lines"),
      ),
      false,
    ),
    sections: z.optional(
      described(sections, said("properties and club.… values shown on the customer card")),
    ),
  }),
  said("Omnium OMS"),
);

export type OmniumFile = z.output<typeof omniumHandler>;
