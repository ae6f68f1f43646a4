import * as z from "zod/mini";
import { orUndefined } from "../../model/or_undefined.ts";
import { idText, optionalText } from "../wire_values.ts";

/** Unknown members are ignored, and any can be missing: the complete schemas are not published (contracts/ometria.md 12). */
const members = orUndefined(z.record(z.string(), z.unknown()));
const choice = orUndefined(z.union([z.string(), z.boolean()]));

const person = {
  email: optionalText,
  customer_id: optionalText,
  phone_number: optionalText,
  firstname: optionalText,
  lastname: optionalText,
  gender: optionalText,
  date_of_birth: optionalText,
  marketing_optin: choice,
  properties: members,
};

/** A contact of one collection as `GET /contacts/{collection}/{id}` shows it. */
const listing = z.looseObject({
  ...person,
  id: idText,
  profile_id: optionalText,
  "@profile_id": optionalText,
  country_id: optionalText,
  store_ids: orUndefined(z.array(idText)),
  channels: orUndefined(z.looseObject({ sms: members })),
  dt_object_created: optionalText,
  dt_object_updated: optionalText,
});
export type Listing = z.output<typeof listing>;

const profile = z.looseObject({
  ...person,
  id: idText,
  country: optionalText,
  tags: orUndefined(z.array(z.unknown())),
  dates: orUndefined(z.looseObject({ acquired: optionalText })),
});
export type OmetriaProfile = z.output<typeof profile>;

const parsed =
  <Value>(schema: z.ZodMiniType<Value>) =>
  (json: unknown): Value | undefined => {
    // One of a list of one is as good (contracts/ometria.md 6, third party).
    const read = schema.safeParse(Array.isArray(json) ? json[0] : json);
    return read.success ? read.data : undefined;
  };

export const parseListing = parsed(listing);
export const parseProfile = parsed(profile);

/** Clients take the search as an array (third party), and an object is taken, too. */
export const parseProfiles = (json: unknown): readonly OmetriaProfile[] | undefined => {
  if (typeof json !== "object" || json === null) return undefined;
  const rows: readonly unknown[] = Array.isArray(json) ? json : [json];
  const read = rows.map(parseProfile);
  return read.every((one) => one !== undefined) ? read : undefined;
};

/** Tags are texts (published). */
export const tagsOf = ({ tags }: Pick<OmetriaProfile, "tags">): readonly string[] =>
  (tags ?? []).filter((tag) => typeof tag === "string");
