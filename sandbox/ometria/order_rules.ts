import { Big } from "big.js";
import * as z from "zod";
import type { Json, JsonObject } from "../json.ts";
import { amount, currency, email, id, properties, time, words } from "./field_rules.ts";
import type { Problem } from "./model.ts";
import { problemsOf } from "./problems.ts";
import type { AccountProfile } from "./profile.ts";

const address = z
  .strictObject({
    city: words,
    state: words,
    postcode: words,
    country_code: words,
    firstname: words,
    lastname: words,
  })
  .nullish();

const sums = { shipping: amount, tax: amount, discount: amount, subtotal: amount };
const lineSums = {
  unit_price: amount,
  discount: amount,
  refunded: amount,
  subtotal: amount,
  tax: amount,
  total: amount,
};

/** contracts/ometria.md §4: the newer line with product_id, or the vendor's own older one with a product object. */
const line = z
  .strictObject({
    product_id: z.string().min(1).optional(),
    product: z
      .strictObject({ id: z.string().min(1), sku: words, title: words, price: amount })
      .optional(),
    variant_id: words,
    variant_sku: words,
    sku: words,
    quantity: z.number(),
    unit_price: amount,
    subtotal: amount,
    quantity_refunded: z.int().nullish(),
    refunded: amount,
    tax: amount,
    total: amount,
    discount: amount,
    tax_percent: amount,
    discount_percent: amount,
    is_on_sale: z.boolean().nullish(),
    variant_options: z
      .array(z.strictObject({ type: z.string(), id: z.string(), label: z.string() }))
      .nullish(),
    totals: z
      .strictObject({
        local: z.strictObject({ currency, ...lineSums }).nullish(),
        base: z.strictObject({ currency: currency.nullish(), ...lineSums }).nullish(),
      })
      .nullish(),
    properties,
  })
  .superRefine((row, context) => {
    if (row.product_id === undefined && row.product === undefined)
      context.addIssue({ code: "custom", path: ["product_id"], message: "is required" });
    if (typeof row.unit_price !== "number" && typeof row.subtotal !== "number")
      context.addIssue({ code: "custom", path: ["unit_price"], message: "is required" });
  });

const fields = z.strictObject({
  id,
  timestamp: time,
  grand_total: z.number(),
  ...sums,
  currency,
  totals: z
    .strictObject({
      base: z
        .strictObject({ currency: currency.nullish(), ...sums, grand_total: amount })
        .nullish(),
      local: z.strictObject({ currency, ...sums, grand_total: amount }).nullish(),
    })
    .nullish(),
  web_id: words,
  ip_address: words,
  coupon_code: words,
  payment_method: words,
  shipping_method: words,
  status: words,
  is_valid: z.boolean().nullish(),
  customer: z
    .strictObject({ id: id.nullish(), email: email.nullish(), firstname: words, lastname: words })
    .nullish(),
  lineitems: z.array(line).nullish(),
  channel: words,
  store: words,
  shipping_address: address,
  billing_address: address,
  properties,
});

const directives = z.strictObject({
  "@type": z.literal("order"),
  "@merge": z.boolean().optional(),
});

export function orderProblems(
  profile: AccountProfile,
  given: { directives: JsonObject },
  stored: { fields: JsonObject },
): Problem[] {
  const problems = [
    ...problemsOf(directives, given.directives, profile.unknownFields),
    ...problemsOf(fields, stored.fields, profile.unknownFields),
  ];
  if (problems.length === 0 && profile.orderTotals === "refuse" && totalsOff(stored.fields) !== "0")
    problems.push({ message: "is not the sum of its parts", path: "root > grand_total" });
  return problems;
}

/** grand_total = subtotal + discount + tax + shipping (published); what is left out counts 0. */
export function totalsOff(order: JsonObject): string {
  const part = (name: string): Big => decimal(order[name]);
  const sum = part("subtotal").plus(part("discount")).plus(part("tax")).plus(part("shipping"));
  return part("grand_total").minus(sum).toString();
}

export function decimal(value: Json | undefined): Big {
  return new Big(typeof value === "number" ? String(value) : 0);
}
