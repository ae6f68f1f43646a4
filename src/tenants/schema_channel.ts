import { said } from "#said";
import * as z from "zod/mini";
import { described } from "./described.ts";
import { handler } from "./schema_handlers.ts";
import { sections } from "./schema_sections.ts";
import { duration, idText, memberNumberPattern, pathName, text } from "./schema_values.ts";
import { confirmable, fieldNames, searchTypes } from "./tenant.ts";

const searchTypeList = z.array(z.enum(searchTypes));
const fieldState = z.enum(["editable", "readonly"]);

/** `accepts_communication` is short for the three ways of contact. */
const formFields = z.partialRecord(z.enum([...fieldNames, "accepts_communication"]), fieldState);

const clientSettings = z.strictObject({
  lookup_type: z.optional(
    described(
      z.enum(["personal_id", "mobile"]),
      said("key of the person register that pre-fills the form of a new customer"),
    ),
  ),
  search_types: z._default(described(searchTypeList, said("what a till may search by")), [
    "mobile",
    "email",
    "personal_id",
    "member_number",
  ]),
  search_placeholder: z.optional(described(z.string(), said("hint in the till's search field"))),
  fields_add: z._default(
    described(formFields, said("fields of the form that adds a customer")),
    {},
  ),
  fields_edit: z._default(
    described(formFields, said("fields of the form that edits a customer")),
    {},
  ),
  required: z._default(
    described(z.array(z.enum(fieldNames)), said("fields a new customer must have")),
    [],
  ),
  member_number_patterns: z._default(
    described(
      z.array(memberNumberPattern),
      said("what scanners read around a member number; the group is the number"),
    ),
    [],
  ),
  min_age: z.optional(
    described(z.int().check(z.gte(0), z.lte(120)), said("youngest age of a new customer")),
  ),
  sections: z.optional(described(sections, said("attributes of the customer shown on the card"))),
});

const selfCheckout = z.strictObject({
  registers: z._default(
    described(z.array(idText), said("ids of tills that customers work themselves")),
    [],
  ),
  search_types: z._default(described(searchTypeList, said("what they may search by")), [
    "member_number",
  ]),
  create: z._default(described(z.boolean(), said("whether they may add customers")), false),
  mask: z._default(
    described(z.array(z.enum(fieldNames)), said("fields that such a till does not show whole")),
    ["email", "mobile", "invoice_address", "personal_id"],
  ),
});

const redemptionMode = z.enum(["redeem", "sale", "auto"]);

const redemption = z.strictObject({
  promotions: z._default(described(redemptionMode, said("when a promotion is committed")), "auto"),
  bonus_checks: z._default(
    described(redemptionMode, said("when a bonus check is committed")),
    "auto",
  ),
  moment: z._default(
    described(
      z.enum(["cart", "paid"]),
      said("whether tills redeem when the cart is filled or after payment (assumed)"),
    ),
    "cart",
  ),
  reservation_ttl: z.prefault(
    described(duration("7d"), said("how long a reservation waits for its order")),
    "4h",
  ),
  replay_window: z.prefault(
    described(
      duration("1h"),
      said("how long a repeated call of the same till gets the same answer"),
    ),
    "2m",
  ),
  on_return: z._default(
    described(
      z.enum(["keep", "reactivate"]),
      said("what a return does to the instrument it was bought with"),
    ),
    "keep",
  ),
  on_unclaimed: z._default(
    described(
      z.enum(["flag", "reverse", "keep"]),
      said("what happens to a committed instrument that no order names"),
    ),
    "flag",
  ),
});

const spi = z.strictObject({
  confirmed: z._default(
    described(
      z.array(z.enum(confirmable)),
      said("assumed wire values that a Sitoo sandbox has accepted (contracts/sitoo.md)"),
    ),
    [],
  ),
  create_answer: z._default(z.enum(["customer", "customer_id", "id"]), "customer"),
  create_status: z._default(z.union([z.literal(200), z.literal(201)]), 200),
  transactions_answer: z._default(z.enum(["array", "page"]), "array"),
  undo_answer: z._default(z.enum(["result", "no_content"]), "result"),
});

/** One CRM as the tills of one market see it; inherited values are merged before this is applied. */
export const channel = z.strictObject({
  id: described(pathName("channel"), said("name in the URL that Sitoo calls")),
  extends: z.optional(
    described(z.string(), said("id of the channel whose settings this one takes over")),
  ),
  market: z.optional(
    described(text, said("name of the market; may be left out when there is one")),
  ),
  title: z.optional(described(text, said("shown to staff"))),
  till: z._default(described(z.boolean(), said("false: receives orders only")), true),
  client_settings: z.prefault(clientSettings, {}),
  self_checkout: z.prefault(selfCheckout, {}),
  on_multiple: z._default(
    described(
      z.enum(["refuse", "newest"]),
      said("several people share the key: ask for another key, or take the newest"),
    ),
    "refuse",
  ),
  redemption: z.prefault(redemption, {}),
  spi: z.prefault(described(spi, said("assumed parts of Sitoo's wire format")), {}),
  handler,
});

export const crm = z.strictObject({ channels: z._default(z.array(channel), []) });
