import { said } from "#said";
import * as z from "zod/mini";
import { described } from "./described.ts";
import { apiUrl, country, currency, locale, secret, text, timeZone } from "./schema_values.ts";

/** One Sitoo back office: the REST API that the gateway reads orders from (contracts/sitoo.md 5.1). */
export const sitooAccount = z.strictObject({
  id: z.optional(
    described(text, said("name of the account within this file; needed when there are several")),
  ),
  api_url: described(
    apiUrl,
    said("shown in Backoffice where the API password is made; differs between accounts"),
  ),
  account_id: described(z.int().check(z.positive()), said("number of the Sitoo account")),
  site_id: z._default(
    described(z.int().check(z.positive()), said("number of the site that sells (eshop id)")),
    1,
  ),
  api_id: described(
    secret({ literal: true }),
    said("API ID, usually the account number, a hyphen, a number"),
  ),
  api_password: described(secret(), said("API password")),
});

export const sitoo = z.union([
  sitooAccount,
  z.array(sitooAccount).check(z.minLength(1, "names no account")),
]);

/** Country, language, money and time of a group of stores. */
export const market = z.strictObject({
  country: z.optional(described(country, said("ISO 3166; decides how phone numbers are read"))),
  locale: described(locale, said("language of what the cashier reads")),
  currency: described(currency, said("ISO 4217")),
  time_zone: described(timeZone, said("IANA; the local time on receipts")),
  sitoo: z.optional(
    described(text, said("id of the Sitoo account; may be left out when there is one")),
  ),
});

export const markets = z.record(text, market);
