/**
 * Fields inside Rule's groups by the names that the tenant file renames. The names are the old Custom CRM
 * contact keys and those of vendor plugins (contracts/rule.md 7, 8; assumed).
 */
const addressParts = ["address", "address2", "zip", "city", "state", "countryid"] as const;

export const contactFields = [
  "namefirst",
  "namelast",
  "gender",
  "birthday",
  "company",
  "companyid",
  "phone",
  "membernumber",
  "personalid",
  "accepts_email",
  "accepts_sms",
  "accepts_mail",
  "acceptedconsents",
  "store_id_home",
  "bonuschecks",
] as const;

export const addressFields = (["invoice", "delivery"] as const).flatMap((kind) =>
  addressParts.map((part) => `${kind}_${part}` as const),
);

export const orderFields = [
  "Number",
  "ReceiptId",
  "SaleId",
  "Date",
  "Total",
  "Vat",
  "Subtotal",
  "Discount",
  "Currency",
  "Status",
  "StoreName",
  "StoreId",
  "PaymentMethod",
  "Products",
  "RefundOf",
] as const;

export type ContactField = (typeof contactFields)[number];
export type AddressField = (typeof addressFields)[number];
export type OrderField = (typeof orderFields)[number];
export type RuleField = ContactField | AddressField | OrderField;

/** What a bonus check is made of in the JSON of `bonuschecks` (contracts/rule.md 9, assumed). */
export const checkMembers = [
  "id",
  "name",
  "description",
  "value",
  "currency",
  "valid_until",
  "redeemed",
  "date_redeemed",
  "remaining",
] as const;
export type CheckMember = (typeof checkMembers)[number];
