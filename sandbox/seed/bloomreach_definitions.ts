import type * as z from "zod";
import type {
  categorySchema,
  definitionSchema,
  keySchema,
} from "../bloomreach/definition_controls.ts";
import type { PermissionsInput } from "../bloomreach/permissions.ts";

/** Partner offers are not taken from the private API: a consent event that the gateway sends does not count. */
export const CATEGORIES: z.input<typeof categorySchema>[] = [
  { id: "newsletter", name: "Newsletter" },
  { id: "sms_marketing", name: "SMS marketing" },
  { id: "personal_offers", name: "Personal offers" },
  { id: "partner_offers", name: "Offers of partners", sources: { private_api: false } },
];

export const LEVEL = "5e0000000000000000000001";
export const PRICE_LIST = "5e0000000000000000000002";
export const IS_VIP = "5e0000000000000000000003";
export const TOTAL_SPENT = "5e0000000000000000000004";
export const WILL_RETURN = "5e0000000000000000000005";

export const DEFINITIONS: z.input<typeof definitionSchema>[] = [
  { id: LEVEL, type: "segmentation", name: "Level", otherwise: "Basic" },
  { id: PRICE_LIST, type: "segmentation", name: "Price list", otherwise: null },
  { id: IS_VIP, type: "expression", name: "Is VIP", otherwise: false },
  { id: TOTAL_SPENT, type: "aggregate", name: "Total spent", otherwise: 0 },
  { id: WILL_RETURN, type: "prediction", name: "Will return", otherwise: null },
];

/** The right of everything that the contract's calls need. */
const EVERYTHING: PermissionsInput = {
  propertiesGet: "all",
  propertiesSet: "all",
  eventsGet: "all",
  eventsSet: "all",
  computedGet: "all",
  exportCustomer: true,
  anonymizeCustomer: true,
};

/** The same secret opens all private keys, so that a test changes the key id alone. */
export const KEYS: z.input<typeof keySchema>[] = [
  { id: "sandbox-bloomreach-key", permissions: EVERYTHING },
  // A group as it is made: it grants nothing.
  { id: "sandbox-bloomreach-bare-key" },
  {
    id: "sandbox-bloomreach-orders-key",
    permissions: { eventsSet: ["purchase", "purchase_item"] },
  },
  {
    id: "sandbox-bloomreach-public-token",
    secret: "sandbox-bloomreach-public-token",
    kind: "public",
    permissions: { propertiesSet: "all", eventsSet: "all" },
  },
];
