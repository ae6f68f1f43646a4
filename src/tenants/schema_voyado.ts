import { said } from "#said";
import * as z from "zod/mini";
import { described } from "./described.ts";
import { apiUrl, currency, decimal, locale, secret, text, textList } from "./schema_values.ts";
import { sections } from "./schema_sections.ts";
import { voyadoCalls } from "./voyado_settings.ts";

/** Brings every way that retailers write it to `https://acme.voyado.com/api`. */
const engageUrl = z.pipe(
  apiUrl,
  z.transform((url) => {
    const withoutVersion = url.replace(/\/v[123]$/, "");
    return withoutVersion.endsWith("/api") ? withoutVersion : `${withoutVersion}/api`;
  }),
);

const labelPasswords = z.pipe(
  z.strictObject({
    label_name: text,
    voucher_passwords: z.optional(textList),
    voucher_password: z.optional(textList),
  }),
  z.transform((entry) => ({
    label_name: entry.label_name,
    voucher_passwords: [...(entry.voucher_passwords ?? []), ...(entry.voucher_password ?? [])],
  })),
);

/** `handler.voyado`: Voyado Engage, spoken to directly (contracts/voyado.md). */
export const voyadoHandler = described(
  z.strictObject({
    api_url: described(engageUrl, said("address of Engage, such as https://acme.voyado.com/api/")),
    api_key: described(secret(), said("API key of the user that the Engage team made for this")),
    orders_api_key: z.optional(
      described(
        secret(),
        said("a second API key for receipts: Engage counts its rate limit per key"),
      ),
    ),
    locale: z.optional(
      described(locale, said("culture of consent texts; the market's when left out")),
    ),
    currency_code: z.optional(
      described(currency, said("currency in which vouchers are shown; the market's when left out")),
    ),
    exchange_rates: z._default(
      described(
        z.record(currency, decimal),
        said("store currency to group currency; left out, Engage's own fixed rates apply"),
      ),
      {},
    ),
    contact_type: z._default(described(text, said("contact type of new customers")), "Member"),
    source: z._default(described(text, said("source written on what the tills change")), "POS"),
    labels_path: z._default(
      described(text, said("where a contact holds its labels, under attributes or at the root")),
      "labels",
    ),
    labels_url: z.optional(
      described(
        z
          .string()
          .check(
            z.trim(),
            z.regex(
              /^[\w/.{}-]*\{contactId\}[\w/.{}-]*$/,
              "must be a path below api_url with {contactId} in it",
            ),
          ),
        said("path of the call that lists a contact's labels, once the tenant's Swagger shows one"),
      ),
    ),
    status_attribute: z.optional(
      described(text, said("attribute shown beside the customer's name")),
    ),
    us_total_validation_skipped: z._default(
      described(
        z.boolean(),
        said("true when Engage's SkipReceiptTotalGrossPriceValidation is on (US sales tax)"),
      ),
      false,
    ),
    no_points: z._default(
      described(
        z.enum(["flag", "leave_out"]),
        said("how Engage is told of lines in no_points_for: awardsBonus false, or not at all"),
      ),
      "flag",
    ),
    voucher_passwords_default: z._default(
      described(textList, said("Sitoo voucher passwords that every identified customer opens")),
      [],
    ),
    voucher_passwords_from_labels: z._default(
      described(
        z.array(labelPasswords),
        said("Sitoo voucher passwords that a label in Engage opens"),
      ),
      [],
    ),
    payment_methods: z._default(
      described(
        z.record(text, text),
        said("Sitoo's payment name or reftype to Engage's payment type"),
      ),
      {},
    ),
    versions: z._default(
      described(
        z.partialRecord(z.enum(voyadoCalls), z.enum(["v2", "v3"])),
        said("API version of single calls, where a tenant must fall back"),
      ),
      {},
    ),
    sections: z.optional(
      described(sections, said("attributes of the contact shown on the customer card")),
    ),
  }),
  said("Voyado Engage"),
);

export type VoyadoFile = z.output<typeof voyadoHandler>;
