import { said } from "#said";
import * as z from "zod/mini";
import { communicationChannels } from "../model/customer.ts";
import { computedKinds, eventNames, keptFields, offerTypes } from "./bloomreach_settings.ts";
import { described } from "./described.ts";
import { sections } from "./schema_sections.ts";
import { apiUrl, currency, decimal, duration, secret, text, textList } from "./schema_values.ts";
import { searchTypes } from "./tenant.ts";

/** Names of properties are ASCII (contracts/bloomreach.md 1); those of ID types are taken to be, too. */
const name = z
  .string()
  .check(z.trim(), z.regex(/^[\x21-\x7e]{1,255}$/, said("must be ASCII without spaces")));

const place = z
  .string()
  .check(z.regex(/^(properties|ids)\.[\x21-\x7e]+$/, said("must be properties.NAME or ids.TYPE")));
const places = z.pipe(
  z.union([place, z.array(place).check(z.minLength(1, "must not be empty"))]),
  z.transform((written) => (typeof written === "string" ? [written] : written)),
);

const source = z
  .string()
  .check(
    z.regex(
      new RegExp(`^(properties|${computedKinds.join("|")})\\.[\\x21-\\x7e]+$`),
      said(
        "must be properties.NAME, or one of expression, segmentation, aggregate, prediction, a dot and its id",
      ),
    ),
  );
const sourceOf = (what: string) => z.optional(described(source, what));

const mapping = z.strictObject({
  ...(Object.fromEntries(keptFields.map((field) => [field, z.optional(places)])) as Record<
    (typeof keptFields)[number],
    z.ZodMiniOptional<typeof places>
  >),
  bonus_checks: sourceOf(said("where the list of a customer's bonus checks is")),
  promotions: sourceOf(said("where the list of a customer's promotions is")),
  status: sourceOf(said("short text beside the customer's name")),
  protected_identity: sourceOf(said("true there: no address leaves the gateway")),
});

const consent = z.strictObject({
  category: described(name, said("id of the consent category in Bloomreach")),
  channel: z.optional(
    described(
      z.enum(communicationChannels),
      said("the way of contact that it is; without one it is a consent with a line of its own"),
    ),
  ),
  pos_id: z.optional(described(name, said("its id at the till; the category by default"))),
  default: z._default(
    described(z.boolean(), said("what holds for a new customer whose form does not name it")),
    false,
  ),
  opt_in: z._default(
    described(
      z.enum(["consent", "double_opt_in"]),
      said(
        "double_opt_in: an event of that name is sent, and a scenario of yours asks the customer",
      ),
    ),
    "consent",
  ),
});

const itemFields = z._default(
  described(z.record(text, name), said("names of its fields, where they are others")),
  {},
);

const offer = z.strictObject({
  source: described(source, said("what decides who has the promotion")),
  value: z.optional(described(text, said("the value that gives it; left out: any but false"))),
  id: described(text, said("the promotion's id")),
  name: described(text, said("its name at the till")),
  type: z.enum(offerTypes),
  amount: described(z.union([z.string(), z.number()]), said("percent, amount, password or text")),
});

const earned = z.strictObject({
  source: described(source, said("what decides who opens them")),
  value: z.optional(described(text, said("the value that does; left out: any but false"))),
  voucher_passwords: described(textList, said("Sitoo voucher passwords")),
});

/** `handler.bloomreach` (contracts/bloomreach.md 0); what that page calls assumed has a key, and that default. */
export const bloomreachHandler = described(
  z.strictObject({
    api_url: z.prefault(
      described(apiUrl, said("API base URL of the instance: Project settings > Access management")),
      "https://api.exponea.com",
    ),
    project_token: described(
      z.string().check(z.trim(), z.regex(/^[\w-]{8,64}$/, said("is no project token"))),
      said("which project; it stands in the path of every call"),
    ),
    key_id: described(secret({ literal: true }), said("API key ID of a private group")),
    secret: described(secret(), said("its secret")),
    id_key: z.optional(
      described(
        secret(),
        said("32 or more random characters that customer ids are sealed with; it never changes"),
      ),
    ),
    hard_id: z._default(
      described(name, said("the hard ID type that customers go by")),
      "registered",
    ),
    search: z.optional(
      described(z.partialRecord(z.enum(searchTypes), name), said("search key to ID type")),
    ),
    mapping: z.optional(described(mapping, said("POS field to where Bloomreach has it"))),
    consents: z._default(described(z.array(consent), said("consents handled at the till")), []),
    events: z.prefault(
      described(
        z.strictObject(
          Object.fromEntries(eventNames.map((event) => [event, z._default(name, event)])) as Record<
            (typeof eventNames)[number],
            z.ZodMiniDefault<typeof name>
          >,
        ),
        said("names of the events that are sent"),
      ),
      {},
    ),
    currency: z.optional(
      described(currency, said("the project's reference currency; the market's by default")),
    ),
    exchange_rates: z._default(
      described(z.record(currency, decimal), said("currency of a sale to the reference currency")),
      {},
    ),
    product_id: z._default(
      described(z.enum(["sku", "productid"]), said("what product_id is in events")),
      "sku",
    ),
    refund_sign: z._default(
      described(z.enum(["positive", "negative"]), said("sign of the amounts of a refund")),
      "positive",
    ),
    purchase_source_type: z._default(text, "store"),
    consent_source: z._default(described(text, said("source of consents")), "sitoo_pos"),
    marker_property: z._default(
      described(
        name,
        said("set to true by a write that has only ids: Bloomreach wants a property"),
      ),
      "sitoo_pos",
    ),
    clear_with: z._default(
      described(z.enum(["empty", "null"]), said("what is written where a cashier cleared a field")),
      "empty",
    ),
    birthday_as: z._default(
      described(z.enum(["seconds", "text"]), said("unix seconds, or YYYY-MM-DD")),
      "seconds",
    ),
    writes_show_within: z.prefault(
      described(duration("10m"), said("how long a write may wait in Bloomreach's queue")),
      "30s",
    ),
    bonus_check_fields: itemFields,
    promotion_fields: itemFields,
    promotion_types: z._default(
      described(z.record(text, z.enum(offerTypes)), said("your words for types of promotions")),
      {},
    ),
    offers: z._default(
      described(z.array(offer), said("promotions by the value of an expression or segmentation")),
      [],
    ),
    voucher_passwords_default: z._default(
      described(textList, said("Sitoo voucher passwords that every identified customer opens")),
      [],
    ),
    voucher_passwords: z._default(described(z.array(earned), said("those that a value opens")), []),
    sections: z.optional(described(sections, said("attributes shown on the customer card"))),
  }),
  said("Bloomreach Engagement"),
);

export type BloomreachFile = z.output<typeof bloomreachHandler>;
