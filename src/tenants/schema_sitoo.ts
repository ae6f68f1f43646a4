import { said } from "#said";
import * as z from "zod";
import { apiUrl, country, currency, locale, secret, text, timeZone } from "./schema_values.ts";

/** One Sitoo back office: the REST API that the gateway reads orders from (contracts/sitoo.md 5.1). */
export const sitooAccount = z.strictObject({
  id: text
    .describe(said("name of the account within this file; needed when there are several"))
    .optional(),
  api_url: apiUrl.describe(
    said("shown in Backoffice where the API password is made; differs between accounts"),
  ),
  account_id: z.int().positive().describe(said("number of the Sitoo account")),
  site_id: z.int().positive().describe(said("number of the site that sells (eshop id)")).default(1),
  api_id: secret({ literal: true }).describe(
    said("API ID, usually the account number, a hyphen, a number"),
  ),
  api_password: secret().describe(said("API password")),
});

export const sitoo = z.union([sitooAccount, z.array(sitooAccount).min(1, "names no account")]);

/** Country, language, money and time of a group of stores. */
export const market = z.strictObject({
  country: country.describe(said("ISO 3166; decides how phone numbers are read")).optional(),
  locale: locale.describe(said("language of what the cashier reads")),
  currency: currency.describe(said("ISO 4217")),
  time_zone: timeZone.describe(said("IANA; the local time on receipts")),
  sitoo: text
    .describe(said("id of the Sitoo account; may be left out when there is one"))
    .optional(),
});

export const markets = z.record(text, market);
