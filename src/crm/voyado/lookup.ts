import * as z from "zod/mini";
import type { Address, Person } from "../../model/customer.ts";
import { toE164 } from "../../model/phone.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { Market } from "../../tenants/tenant.ts";
import type { CrmCall, CrmOutcome, SearchKey } from "../port.ts";
import type { Voyado } from "./client.ts";
import { genderOf } from "./contact_mapping.ts";
import { codeOf, readAs } from "./errors.ts";
import { v2Only } from "./routes.ts";
import { optionalText, orUndefined } from "../wire_values.ts";

const personSchema = z.looseObject({
  firstName: optionalText,
  lastName: optionalText,
  street: optionalText,
  zipCode: optionalText,
  city: optionalText,
  country: optionalText,
  birthDay: optionalText,
  gender: optionalText,
  status: optionalText,
  phoneNumber: optionalText,
  mobilePhoneNumber: optionalText,
  unregisteredFromOnlineRegisterInformation: orUndefined(
    z.looseObject({ reason: optionalText, newSocialSecurityNumber: optionalText }),
  ),
});
type Found = z.infer<typeof personSchema>;

const queryFields = { personal_id: "socialSecurityNumber", mobile: "phoneNumber" } as const;

/** Person lookup at Dun & Bradstreet through Engage (contracts/voyado.md 4.6). */
export const lookup = async (
  voyado: Voyado,
  key: SearchKey,
  call: CrmCall,
): CrmOutcome<Person | undefined> => {
  if (key.by !== "personal_id" && key.by !== "mobile") return failed({ kind: "not_supported" });
  const reply = await voyado.send(
    {
      route: v2Only.personLookup,
      query: { [queryFields[key.by]]: key.value, countryCode: voyado.market.country },
    },
    call,
  );
  if (reply.ok && isNobody(reply.value.status, reply.value.text, codeOf(reply.value)))
    return ok(undefined);
  const found = readAs(
    reply,
    parseFound,
    { notFound: { kind: "customer_not_found" } },
    voyado.now(),
  );
  if (found.ok) return ok(personOf(found.value, key, voyado.market));
  return found.failure.kind === "customer_not_found" ? ok(undefined) : found;
};

/** Error codes are not published: an empty answer, and a key that cannot be anybody's, mean nobody (assumed). */
const isNobody = (status: number, text: string | undefined, code: string | undefined): boolean =>
  (status >= 200 && status < 300 && ["", "null"].includes(text?.trim() ?? "broken off")) ||
  (status === 400 && /^invalid(phonenumber|socialsecuritynumber|searchquery)$/i.test(code ?? ""));

const parseFound = (json: unknown): Found | undefined => {
  const parsed = personSchema.safeParse(json);
  return parsed.success ? parsed.data : undefined;
};

/** How a register names a protected identity is not published: English and Swedish words for it (assumed). */
const protectionWords = /protect|secre|confidential|skydd|sekretess|hemlig/i;

/** Undefined for nobody, and for a protected identity (design.md 4). */
export const personOf = (found: Found, key: SearchKey, market: Market): Person | undefined => {
  const unregistered = found.unregisteredFromOnlineRegisterInformation;
  if (found.firstName === undefined && found.lastName === undefined) return undefined;
  if (protectionWords.test(`${found.status ?? ""} ${unregistered?.reason ?? ""}`)) return undefined;

  const gender = genderOf(found.gender);
  const birthday = /^\d{4}-\d{2}-\d{2}/.exec(found.birthDay ?? "")?.[0];
  const mobile =
    key.by === "mobile"
      ? key.value
      : toE164(found.mobilePhoneNumber ?? found.phoneNumber ?? "", market.country);
  // The register knows when a person got another number.
  const personalId =
    unregistered?.newSocialSecurityNumber ?? (key.by === "personal_id" ? key.value : undefined);
  const invoiceAddress = addressOf(found, market);
  return {
    ...(found.firstName === undefined ? {} : { nameFirst: found.firstName }),
    ...(found.lastName === undefined ? {} : { nameLast: found.lastName }),
    ...(gender === undefined ? {} : { gender }),
    ...(birthday === undefined ? {} : { birthday }),
    ...(mobile === undefined ? {} : { mobile }),
    ...(personalId === undefined ? {} : { personalId }),
    ...(invoiceAddress === undefined ? {} : { invoiceAddress }),
  };
};

/** `country` may be a name; then the register is that of the market's country. */
const addressOf = (found: Found, market: Market): Address | undefined => {
  const { street, zipCode, city, country } = found;
  if (street === undefined && zipCode === undefined && city === undefined) return undefined;
  return {
    ...(street === undefined ? {} : { address: street }),
    ...(zipCode === undefined ? {} : { zip: zipCode }),
    ...(city === undefined ? {} : { city }),
    countryId:
      country !== undefined && /^[a-z]{2}$/i.test(country) ? country.toUpperCase() : market.country,
  };
};
