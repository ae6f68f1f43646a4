import * as z from "zod/mini";
import type { Consent } from "../../model/customer.ts";
import type { CrmCall, CrmOutcome } from "../port.ts";
import type { Voyado } from "./client.ts";
import { readAs } from "./errors.ts";
import { routeOf } from "./routes.ts";
import { languageOf } from "../texts.ts";
import { optionalText, orUndefined } from "../wire_values.ts";

/** Texts by culture: `{"sv-SE": "…", "en-GB": "…"}`. */
const culturesSchema = orUndefined(z.record(z.string(), z.unknown()));
const consentSchema = z.looseObject({
  id: z.pipe(z.union([z.string(), z.number()]), z.transform(String)),
  name: optionalText,
  metaData: orUndefined(z.looseObject({ displayText: culturesSchema, linkText: culturesSchema })),
});
type Cultures = z.infer<typeof culturesSchema>;

export const readConsents = async (
  voyado: Voyado,
  call: CrmCall,
): CrmOutcome<readonly Consent[]> => {
  const reply = await voyado.send({ route: routeOf("consents", voyado.settings) }, call);
  return readAs(reply, (json) => consentsOf(json, voyado.settings.locale), {}, voyado.now());
};

/** Contracts/voyado.md 4.8: a bare array; display and link text form what the screen shows. */
export const consentsOf = (json: unknown, locale: string): Consent[] | undefined => {
  if (!Array.isArray(json)) return undefined;
  return json.flatMap((entry) => {
    const parsed = consentSchema.safeParse(entry);
    if (!parsed.success) return [];
    const { id, name, metaData } = parsed.data;
    const description = [
      inCulture(metaData?.displayText, locale),
      inCulture(metaData?.linkText, locale),
    ]
      .flatMap((text) => text ?? [])
      .join(" ");
    return [{ id, name: name ?? id, ...(description === "" ? {} : { description }), value: false }];
  });
};

/** The text of the locale, else of its language, else the first there is. */
const inCulture = (texts: Cultures, locale: string): string | undefined => {
  const entries = Object.entries(texts ?? {}).flatMap(([culture, text]) =>
    typeof text === "string" && text.trim() !== ""
      ? [{ culture: culture.toLowerCase(), text: text.trim() }]
      : [],
  );
  const found =
    entries.find(({ culture }) => culture === locale.toLowerCase()) ??
    entries.find(({ culture }) => languageOf(culture) === languageOf(locale)) ??
    entries[0];
  return found?.text;
};
