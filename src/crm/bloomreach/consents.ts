import * as z from "zod/mini";
import { communicationChannels, type Consent, type Person } from "../../model/customer.ts";
import type { FieldFault } from "../../model/crm_failure.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { BloomreachSettings, ConsentSettings } from "../../tenants/bloomreach_settings.ts";
import { changedAccepts, changedConsents } from "../changed_choices.ts";
import type { CrmCall, CrmOutcome } from "../port.ts";
import { languageOf } from "../texts.ts";
import { optionalText, orUndefined } from "../wire_values.ts";
import { type Command, eventOf, type Ids } from "./batch.ts";
import type { Bloomreach } from "./client.ts";

const translation = orUndefined(z.looseObject({ name: optionalText, description: optionalText }));
const categoriesSchema = z.looseObject({
  results: z.array(
    z.looseObject({
      id: z.string(),
      sources: orUndefined(z.looseObject({ private_api: orUndefined(z.boolean()) })),
      translations: orUndefined(z.record(z.string(), translation)),
    }),
  ),
});

/** The consents that have a line of their own at the till, in the tenant's order. */
export const readConsents = async (
  bloomreach: Bloomreach,
  call: CrmCall,
): CrmOutcome<readonly Consent[]> => {
  const { settings, market } = bloomreach;
  const own = settings.consents.filter(({ channel }) => channel === undefined);
  if (own.length === 0) return ok([]);
  const answer = await bloomreach.send("data/consent/categories", undefined, call);
  if (!answer.ok) return answer;
  const { data } = categoriesSchema.safeParse(answer.value);
  if (data === undefined)
    return failed({ kind: "unreadable", detail: "bloomreach consent/categories" });
  const shown = own.flatMap((consent) => {
    const category = data.results.find(({ id }) => id === consent.category);
    // What Bloomreach would not count must not be asked for at a till.
    if (category === undefined || category.sources?.private_api === false) return [];
    const texts = category.translations ?? {};
    const text = texts[market.locale] ?? texts[languageOf(market.locale)] ?? texts[""];
    const { description } = text ?? {};
    return [
      {
        id: consent.posId,
        name: text?.name ?? consent.posId,
        ...(description === undefined ? {} : { description }),
        value: consent.default,
      },
    ];
  });
  if (shown.length < own.length)
    bloomreach.log("crm_consents_unusable", {
      count: own.length - shown.length,
      request_id: call.requestId,
    });
  return ok(shown);
};

type Choice = { readonly consent: ConsentSettings; readonly value: boolean };

const byId = (settings: BloomreachSettings, id: string): ConsentSettings | undefined =>
  settings.consents.find(({ channel, posId }) => channel === undefined && posId === id);

/** What is asked for, and no consent of Bloomreach's stands for: it would be lost without a word. */
export const consentFaults = (changes: Person, settings: BloomreachSettings): FieldFault[] => [
  ...communicationChannels
    .filter(
      (channel) =>
        changes.accepts?.[channel] === true &&
        !settings.consents.some((consent) => consent.channel === channel),
    )
    .map((channel) => ({ field: `accepts_${channel}`, message: "is not offered here" })),
  ...((changes.consents ?? []).some((id) => byId(settings, id) === undefined)
    ? [{ field: "consents", message: "is not offered here" }]
    : []),
];

/** Of a customer whom Bloomreach has: only what differs from what is valid there (contracts/bloomreach.md 7). */
export const changedChoices = (
  changes: Person,
  before: Person,
  settings: BloomreachSettings,
): Choice[] => [
  ...changedAccepts(changes, before).flatMap(({ channel, value }) =>
    settings.consents
      .filter((consent) => consent.channel === channel)
      .map((consent) => ({ consent, value })),
  ),
  ...changedConsents(changes, before).flatMap(({ id, value }) => {
    const consent = byId(settings, id);
    return consent === undefined ? [] : [{ consent, value }];
  }),
];

/** Of a new customer: what was given, and the default where the form names neither it nor its kind. */
export const firstChoices = (person: Person, settings: BloomreachSettings): Choice[] =>
  settings.consents
    .map((consent) => ({
      consent,
      value:
        (consent.channel === undefined
          ? person.consents?.includes(consent.posId)
          : person.accepts?.[consent.channel]) ?? consent.default,
    }))
    .filter(({ value }) => value);

/** Whole, because one that lacks something revokes the consent (7, published). */
export const consentCommands = (
  choices: readonly Choice[],
  ids: Ids,
  settings: BloomreachSettings,
  at: number,
): Command[] =>
  choices.map(({ consent: { category, optIn }, value }) =>
    eventOf(
      ids,
      value && optIn === "double_opt_in" ? "double_opt_in" : "consent",
      {
        action: value ? "accept" : "reject",
        category,
        valid_until: "unlimited",
        timestamp: at,
        source: settings.consentSource,
      },
      at,
      `consent ${category}`,
    ),
  );
