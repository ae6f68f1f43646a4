import { said } from "#said";
import * as z from "zod/mini";
import { described } from "./described.ts";
import { addressFields, contactFields, orderFields } from "./rule_fields.ts";
import { bonusChecks, consent, promotion, tagList, tagPasswords } from "./schema_rule_parts.ts";
import { sections } from "./schema_sections.ts";
import { apiUrl, secret, text, textList } from "./schema_values.ts";

/** Brings an address with a version to the one without. */
const ruleUrl = z.pipe(
  apiUrl,
  z.transform((url) => url.replace(/\/v[23]$/, "")),
);

const undotted = said("must have no dot: it stands between group and field");
const name = z.string().check(z.trim(), z.regex(/^[^.\s](?:[^.]{0,98}[^.\s])?$/, undotted));
const dottedName = z
  .string()
  .check(z.trim(), z.regex(/^[^.]+\.[^.]+$/, said("must be Group.Field, such as Order.Total")));

/** `handler.rule` (contracts/rule.md 0). What is below `history_groups` is ours, for what is assumed. */
export const ruleHandler = described(
  z
    .strictObject({
      api_url: described(ruleUrl, said("https://app.rule.io/api, without a version")),
      api_key: described(secret(), said("key made on Rule's developer page (Settings, Developer)")),
      tags: z._default(described(tagList, said("tags set on every write; one at least")), [
        "Sitoo",
      ]),
      tags_create: z._default(described(tagList, said("further tags of new customers")), []),
      tags_update: z._default(described(tagList, said("further tags of edited customers")), []),
      tags_order: z._default(described(tagList, said("further tags after a sale")), ["SitooOrder"]),
      tags_return: z._default(described(tagList, said("further tags after a return")), [
        "SitooRefund",
      ]),
      groups: z.prefault(
        z.strictObject({
          contact: z._default(
            described(name, said("group of the customer's details")),
            "Sitoo-Contact",
          ),
          address: z._default(described(name, said("group of addresses")), "Sitoo-Address"),
          order: z._default(
            described(name, said("group of orders; historical in Rule")),
            "Sitoo-Order",
          ),
        }),
        {},
      ),
      fields: z._default(
        described(
          z.partialRecord(z.enum([...contactFields, ...addressFields, ...orderFields]), name),
          said("fields that are called otherwise in the account"),
        ),
        {},
      ),
      history_groups: z._default(
        described(
          z.array(name),
          said("other historical groups shown as purchases, such as a web shop's Order"),
        ),
        [],
      ),
      account: z.optional(
        described(text, said("any name that tells two Rule accounts of one retailer apart")),
      ),
      member_number: z._default(
        described(
          z.enum(["custom_identifier", "field"]),
          said("searched in Rule's custom_identifier and our index, or in our index alone"),
        ),
        "custom_identifier",
      ),
      personal_id: z._default(
        described(z.boolean(), said("true: personal ids are kept in the field personalid")),
        false,
      ),
      suppress_unless_accepted: z._default(
        described(
          z.boolean(),
          said("new customers get no campaigns on a channel that they did not say yes to"),
        ),
        true,
      ),
      lift_suppressions: z._default(
        described(
          z.boolean(),
          said("a yes at the till also lifts what the customer, a spam report or staff suppressed"),
        ),
        false,
      ),
      consents: z._default(described(z.array(consent), said("consents that tills show")), []),
      bonus_checks: z.prefault(
        described(bonusChecks, said("the JSON in the field bonuschecks")),
        {},
      ),
      promotions_from_tags: z._default(
        described(z.array(promotion), said("promotions that a tag in Rule stands for")),
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
      status_field: z.optional(
        described(dottedName, said("Group.Field shown beside the customer's name")),
      ),
      store_names: z._default(
        described(z.record(z.string(), text), said("store id to the name written on orders")),
        {},
      ),
      sections: z.optional(
        described(sections, said("Group.Field, or tags, shown on the customer card")),
      ),
    })
    .check(
      z.refine(({ tags }) => tags.length > 0, {
        error: said("must name a tag: Rule wants one on every write"),
        path: ["tags"],
      }),
      z.refine(
        ({ groups, history_groups }) => {
          const all = [...Object.values(groups), ...history_groups];
          return new Set(all).size === all.length;
        },
        {
          error: said(
            "name one group twice: a group keeps a history, or it overwrites, and orders are read once",
          ),
          path: ["groups"],
        },
      ),
    ),
  said("Rule"),
);

export type RuleFile = z.output<typeof ruleHandler>;
