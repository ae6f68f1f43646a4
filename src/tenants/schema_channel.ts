import { said } from "#said";
import * as z from "zod";
import { handler } from "./schema_handlers.ts";
import { sections } from "./schema_sections.ts";
import { duration, idText, memberNumberPattern, pathName, text } from "./schema_values.ts";
import { confirmable, fieldNames, searchTypes } from "./tenant.ts";

const searchTypeList = z.array(z.enum(searchTypes));
const fieldState = z.enum(["editable", "readonly"]);

/** `accepts_communication` is short for the three ways of contact. */
const formFields = z.partialRecord(z.enum([...fieldNames, "accepts_communication"]), fieldState);

const clientSettings = z.strictObject({
  lookup_type: z
    .enum(["personal_id", "mobile"])
    .describe(said("key of the person register that pre-fills the form of a new customer"))
    .optional(),
  search_types: searchTypeList
    .describe(said("what a till may search by"))
    .default(["mobile", "email", "personal_id", "member_number"]),
  search_placeholder: z.string().describe(said("hint in the till's search field")).optional(),
  fields_add: formFields.describe(said("fields of the form that adds a customer")).default({}),
  fields_edit: formFields.describe(said("fields of the form that edits a customer")).default({}),
  required: z
    .array(z.enum(fieldNames))
    .describe(said("fields a new customer must have"))
    .default([]),
  member_number_patterns: z
    .array(memberNumberPattern)
    .describe(said("what scanners read around a member number; the group is the number"))
    .default([]),
  min_age: z.int().min(0).max(120).describe(said("youngest age of a new customer")).optional(),
  sections: sections.describe(said("attributes of the customer shown on the card")).optional(),
});

const selfCheckout = z.strictObject({
  registers: z
    .array(idText)
    .describe(said("ids of tills that customers work themselves"))
    .default([]),
  search_types: searchTypeList.describe(said("what they may search by")).default(["member_number"]),
  create: z.boolean().describe(said("whether they may add customers")).default(false),
  mask: z
    .array(z.enum(fieldNames))
    .describe(said("fields that such a till does not show whole"))
    .default(["email", "mobile", "invoice_address", "personal_id"]),
});

const redemptionMode = z.enum(["redeem", "sale", "auto"]);

const redemption = z.strictObject({
  promotions: redemptionMode.describe(said("when a promotion is committed")).default("auto"),
  bonus_checks: redemptionMode.describe(said("when a bonus check is committed")).default("auto"),
  moment: z
    .enum(["cart", "paid"])
    .describe(said("whether tills redeem when the cart is filled or after payment (assumed)"))
    .default("cart"),
  reservation_ttl: duration("7d")
    .describe(said("how long a reservation waits for its order"))
    .prefault("4h"),
  replay_window: duration("1h")
    .describe(said("how long a repeated call of the same till gets the same answer"))
    .prefault("2m"),
  on_return: z
    .enum(["keep", "reactivate"])
    .describe(said("what a return does to the instrument it was bought with"))
    .default("keep"),
  on_unclaimed: z
    .enum(["flag", "reverse", "keep"])
    .describe(said("what happens to a committed instrument that no order names"))
    .default("flag"),
});

const spi = z.strictObject({
  confirmed: z
    .array(z.enum(confirmable))
    .describe(said("assumed wire values that a Sitoo sandbox has accepted (contracts/sitoo.md)"))
    .default([]),
  create_answer: z.enum(["customer", "customer_id", "id"]).default("customer"),
  create_status: z.union([z.literal(200), z.literal(201)]).default(200),
  transactions_answer: z.enum(["array", "page"]).default("array"),
  undo_answer: z.enum(["result", "no_content"]).default("result"),
});

/** One CRM as the tills of one market see it; inherited values are merged before this is applied. */
export const channel = z.strictObject({
  id: pathName("channel").describe(said("name in the URL that Sitoo calls")),
  extends: z
    .string()
    .describe(said("id of the channel whose settings this one takes over"))
    .optional(),
  market: text.describe(said("name of the market; may be left out when there is one")).optional(),
  title: text.describe(said("shown to staff")).optional(),
  till: z.boolean().describe(said("false: receives orders only")).default(true),
  client_settings: clientSettings.prefault({}),
  self_checkout: selfCheckout.prefault({}),
  on_multiple: z
    .enum(["refuse", "newest"])
    .describe(said("several people share the key: ask for another key, or take the newest"))
    .default("refuse"),
  redemption: redemption.prefault({}),
  spi: spi.describe(said("assumed parts of Sitoo's wire format")).prefault({}),
  handler,
});

export const crm = z.strictObject({ channels: z.array(channel).default([]) });
