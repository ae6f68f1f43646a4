import { said } from "#said";
import * as z from "zod/mini";
import { described } from "./described.ts";
import { sections } from "./schema_sections.ts";
import { apiUrl, duration, secret, text, textList } from "./schema_values.ts";

const percent = z.number().check(z.gt(0), z.lte(100));

const tagPasswords = z.strictObject({ tag: text, voucher_passwords: textList });

/** Exactly what a card can show; a till that knows more kinds is `spi.confirmed`'s matter. */
const tagPromotion = z.strictObject({
  tag: described(text, said("tag of the profile that brings the promotion")),
  id: described(text, said("id of the promotion; once used, it is used for good")),
  name: text,
  offer: z.union([
    z.strictObject({ cart_percent: percent }),
    z.strictObject({ voucher_password: text }),
    z.strictObject({ text }),
  ]),
});

const consent = z.strictObject({
  id: described(
    z.string().check(z.regex(/^\w{1,40}$/, "must be 1 to 40 letters, digits and _")),
    said("the property is consent_ and this"),
  ),
  name: text,
  description: z.optional(text),
  value: z._default(described(z.boolean(), said("ticked in a new customer's form")), false),
});

/** `handler.ometria`: Ometria's push and data API (contracts/ometria.md 0). All but the first four keys are assumed. */
export const ometriaHandler = described(
  z.strictObject({
    api_url: z._default(
      described(apiUrl, said("address of the API")),
      "https://api.ometria.com/v2",
    ),
    api_key: described(secret(), said("API key, made by an administrator under Settings")),
    transactional_api_key: z.optional(
      described(secret(), said("API key for e-mails, which receipts are sent by")),
    ),
    collection: z._default(
      described(
        z
          .string()
          .check(
            z.regex(/^\w{1,40}$/, said("must be 1 to 40 letters, digits and _, such as sitoo_pos")),
          ),
        said("collection of the contacts that tills make"),
      ),
      "sitoo_pos",
    ),
    account: z._default(
      described(
        z
          .string()
          .check(z.regex(/^[\w-]{0,40}$/, said("must be up to 40 letters, digits, - and _"))),
        said("any name, where a tenant has several accounts of Ometria; never changed afterwards"),
      ),
      "",
    ),
    force_optin: z._default(
      described(
        z.boolean(),
        said("what is ticked at a till beats all other sources, and later ones cannot change it"),
      ),
      false,
    ),
    sms_mode: z._default(
      described(
        z.enum(["single", "double"]),
        said("double: a yes to SMS is asked for once more, by the collection optin:sms"),
      ),
      "single",
    ),
    namespace_products: z._default(
      described(z.boolean(), said("whether product ids take the destination's namespace, too")),
      false,
    ),
    unknown_returns: z._default(
      described(
        z.enum(["deliver", "skip"]),
        said("returns of purchases that Ometria does not know: as a negative order, or not at all"),
      ),
      "deliver",
    ),
    member_number_property: z.optional(
      described(text, said("property that holds the member number; left out, it is not stored")),
    ),
    personal_id_property: z.optional(
      described(text, said("property that holds the personal number; left out, it is not stored")),
    ),
    status_property: z.optional(described(text, said("property shown beside the customer's name"))),
    consents: z._default(
      described(z.array(consent), said("consents that tills ask for, kept as properties")),
      [],
    ),
    voucher_passwords_default: z._default(
      described(textList, said("Sitoo voucher passwords that every identified customer opens")),
      [],
    ),
    voucher_passwords_from_tags: z._default(
      described(z.array(tagPasswords), said("Sitoo voucher passwords that a tag opens")),
      [],
    ),
    promotions_from_tags: z._default(
      described(z.array(tagPromotion), said("promotions that a tag brings, each used once")),
      [],
    ),
    mirror_redemptions: z._default(
      described(
        z.boolean(),
        said("true once the four event types of redemptions are set up in Ometria"),
      ),
      false,
    ),
    writes_show_within: z.prefault(
      described(
        duration("1h"),
        said("for how long Ometria may not show what a till wrote, as it works pushes off later"),
      ),
      "15m",
    ),
    sections: z.optional(
      described(sections, said("properties, tags and stats.… of the profile shown on the card")),
    ),
  }),
  said("Ometria"),
);

export type OmetriaFile = z.output<typeof ometriaHandler>;
