/** Words in what a CRM says of a refusal (free text) → the SPI's name of the field. */
const words: readonly (readonly [RegExp, string])[] = [
  [/e-?mail/i, "email"],
  [/mobile|phone/i, "mobile"],
  [/social ?security|\bssn\b|personal ?(id|number)|personnummer/i, "personal_id"],
  [/first ?name/i, "name_first"],
  [/last ?name|surname/i, "name_last"],
  [/birth ?da/i, "birthday"],
  [/gender/i, "gender"],
  [/street|zip|postal ?code|\bcity\b|country/i, "invoice_address"],
  [/consent/i, "consents"],
  [/member ?number/i, "member_number"],
  [/store/i, "store_id_home"],
];

/** The SPI field that a description speaks of, or "" when none can be recognised. */
export const fieldNamed = (description: string): string =>
  words.find(([word]) => word.test(description))?.[1] ?? "";
