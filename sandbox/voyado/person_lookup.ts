import { ok, type Reply, reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { refuse } from "./errors.ts";
import { socialSecurityNumber, validPhone } from "./keys.ts";
import type { RegisterPerson } from "./model.ts";
import type { VoyadoStore } from "./store.ts";

/**
 * `GET /api/v2/personlookup/getpersonlookup` (contracts/voyado.md §4.6). Answers for an unknown person, for a protected
 * identity and for a tenant without Dun & Bradstreet are not published; the profile picks among them (assumed).
 */
export function lookup(store: VoyadoStore, call: Call): Reply {
  if (!store.profile.dnb) return reply(404, { message: "Person lookup is not enabled." });
  const ssn = call.query.get("socialSecurityNumber");
  const phone = call.query.get("phoneNumber");
  if ((ssn === null) === (phone === null))
    return refuse(400, "InvalidSearchQuery", "Send socialSecurityNumber or phoneNumber.");
  if (phone !== null && !validPhone(phone))
    return refuse(400, "InvalidPhoneNumber", "The phone number is not valid.");
  const number = ssn === null ? undefined : socialSecurityNumber(ssn, store.clock.now());
  if (ssn !== null && number === undefined)
    return refuse(400, "InvalidSocialSecurityNumber", "The social security number is not valid.");
  const person =
    number === undefined ? store.register.by("phone", phone ?? "")[0] : store.register.get(number);
  const country = call.query.get("countryCode");
  if (person === undefined || (country !== null && country.toUpperCase() !== person.countryCode))
    return unknown(store);
  return ok({
    ...empty(),
    ...person.answer,
    country: person.countryCode,
    searchKey: number === undefined ? "MobilePhone" : "SocialSecurityNumber",
  });
}

function unknown(store: VoyadoStore): Reply {
  if (store.profile.dnbUnknown === "204") return { status: 204 };
  if (store.profile.dnbUnknown === "empty") return ok(empty());
  return reply(404, { message: "No person was found." });
}

function empty(): RegisterPerson["answer"] {
  const names = [
    "firstName",
    "lastName",
    "careOf",
    "street",
    "zipCode",
    "city",
    "birthDay",
    "status",
    "country",
    "phoneNumber",
    "mobilePhoneNumber",
    "gender",
  ];
  return {
    ...Object.fromEntries(names.map((name) => [name, null])),
    searchKey: null,
    unregisteredFromOnlineRegisterInformation: null,
  };
}
