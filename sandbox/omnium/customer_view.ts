import { isObject, type Json, type JsonObject, text } from "../json.ts";
import type { Customer } from "./model.ts";
import type { Profile } from "./profile.ts";
import { customerSchema } from "./schema.ts";

const MEMBERS = Object.keys(customerSchema.shape);
const LISTS = [
  "addresses",
  "consents",
  "discountCoupons",
  "externalIds",
  "customerGroups",
  "customerRelations",
  "properties",
  "tags",
  "storeIds",
  "additionalMarketIds",
];

/** OmniumPrivateCustomer as it is answered. */
export function customerView(customer: Customer, profile: Profile): JsonObject {
  const { fields } = customer;
  const names = [text(fields["firstName"]), text(fields["lastName"])];
  const lists = Object.fromEntries(LISTS.map((name): [string, Json] => [name, []]));
  return shown(
    {
      bonusPoints: 0,
      isCustomerClubMember: false,
      ...lists,
      ...withoutNulls(fields),
      customerId: customer.customerId,
      fullName: names.filter((name) => name !== undefined).join(" "),
      created: customer.created,
      modified: customer.modified,
      modifiedBy: customer.modifiedBy,
      consentHistory: customer.consentHistory.map(({ consent }) => consent),
    },
    MEMBERS,
    profile,
  );
}

/** Members without a value as null or not at all, and external ids in the tenant's spelling. */
export function shown(
  row: JsonObject,
  members: readonly string[],
  { showNulls, externalIdShape }: Profile,
): JsonObject {
  const all: JsonObject = {};
  for (const name of members) {
    const value = row[name] ?? null;
    if (value !== null || showNulls) all[name] = value;
  }
  const ids = all["externalIds"];
  if (externalIdShape === "source" && Array.isArray(ids))
    all["externalIds"] = ids.map((id) =>
      isObject(id) ? { source: id["providerName"] ?? null, value: id["id"] ?? null } : id,
    );
  return all;
}

export function withoutNulls(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
