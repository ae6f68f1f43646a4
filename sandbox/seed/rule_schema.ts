import type { FieldType } from "../rule/model.ts";
import type { GroupInput } from "../rule/build.ts";

const text = (...names: string[]): Record<string, FieldType> =>
  Object.fromEntries(names.map((name) => [name, "text"]));

const address = (kind: string): string[] =>
  ["address", "address2", "zip", "city", "state", "countryid"].map((part) => `${kind}_${part}`);

/** The three groups of the Sitoo integration and one of a web shop; their names inside are (assumed), contracts/rule.md §7, §8. */
export const GROUPS: readonly GroupInput[] = [
  {
    name: "Sitoo-Contact",
    fields: {
      ...text("namefirst", "namelast", "gender", "birthday", "company", "companyid", "phone"),
      ...text("membernumber", "accepts_email", "accepts_sms", "accepts_mail", "store_id_home"),
      bonuschecks: "json",
    },
  },
  {
    name: "Sitoo-Address",
    fields: text(...address("invoice"), ...address("delivery")),
  },
  {
    name: "Sitoo-Order",
    historical: true,
    fields: {
      ...text("Number", "ReceiptId", "Total", "Vat", "Subtotal", "Discount", "Currency", "Status"),
      ...text("StoreName", "StoreId", "RefundOf"),
      Date: "datetime",
      PaymentMethod: "multiple",
      Products: "json",
    },
  },
  {
    name: "Order",
    historical: true,
    fields: {
      ...text("Number", "Subtotal", "SubtotalVat", "Discount", "Shipping", "ShippingVat"),
      ...text("Total", "Vat", "Currency"),
      Date: "datetime",
      PaymentMethod: "multiple",
      DeliveryMethod: "multiple",
      Brands: "multiple",
    },
  },
];
