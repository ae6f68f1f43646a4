import { said } from "#said";
import * as z from "zod";
import { apiUrl, currency, decimal, locale, secret, text, textList } from "./schema_values.ts";
import { sections } from "./schema_sections.ts";
import { voyadoCalls } from "./tenant.ts";

/** Brings every way that retailers write it to `https://acme.voyado.com/api`. */
const engageUrl = apiUrl.transform((url) => {
  const withoutVersion = url.replace(/\/v[123]$/, "");
  return withoutVersion.endsWith("/api") ? withoutVersion : `${withoutVersion}/api`;
});

const labelPasswords = z
  .strictObject({
    label_name: text,
    voucher_passwords: textList.optional(),
    voucher_password: textList.optional(),
  })
  .transform((entry) => ({
    label_name: entry.label_name,
    voucher_passwords: [...(entry.voucher_passwords ?? []), ...(entry.voucher_password ?? [])],
  }));

/** `handler.voyado`: Voyado Engage, spoken to directly (contracts/voyado.md). */
export const voyadoHandler = z
  .strictObject({
    api_url: engageUrl.describe(said("address of Engage, such as https://acme.voyado.com/api/")),
    api_key: secret().describe(said("API key of the user that the Engage team made for this")),
    orders_api_key: secret()
      .describe(said("a second API key for receipts: Engage counts its rate limit per key"))
      .optional(),
    locale: locale
      .describe(said("culture of consent texts; the market's when left out"))
      .optional(),
    currency_code: currency
      .describe(said("currency in which vouchers are shown; the market's when left out"))
      .optional(),
    exchange_rates: z
      .record(currency, decimal)
      .describe(said("store currency to group currency; left out, Engage's own fixed rates apply"))
      .default({}),
    contact_type: text.describe(said("contact type of new customers")).default("Member"),
    source: text.describe(said("source written on what the tills change")).default("POS"),
    labels_path: text
      .describe(said("where a contact holds its labels, under attributes or at the root"))
      .default("labels"),
    labels_url: z
      .string()
      .trim()
      .regex(
        /^[\w/.{}-]*\{contactId\}[\w/.{}-]*$/,
        "must be a path below api_url with {contactId} in it",
      )
      .describe(
        said("path of the call that lists a contact's labels, once the tenant's Swagger shows one"),
      )
      .optional(),
    status_attribute: text.describe(said("attribute shown beside the customer's name")).optional(),
    us_total_validation_skipped: z
      .boolean()
      .describe(
        said("true when Engage's SkipReceiptTotalGrossPriceValidation is on (US sales tax)"),
      )
      .default(false),
    voucher_passwords_default: textList
      .describe(said("Sitoo voucher passwords that every identified customer opens"))
      .default([]),
    voucher_passwords_from_labels: z
      .array(labelPasswords)
      .describe(said("Sitoo voucher passwords that a label in Engage opens"))
      .default([]),
    payment_methods: z
      .record(text, text)
      .describe(said("Sitoo's payment name or reftype to Engage's payment type"))
      .default({}),
    versions: z
      .partialRecord(z.enum(voyadoCalls), z.enum(["v2", "v3"]))
      .describe(said("API version of single calls, where a tenant must fall back"))
      .default({}),
    sections: sections
      .describe(said("attributes of the contact shown on the customer card"))
      .optional(),
  })
  .describe(said("Voyado Engage"));
