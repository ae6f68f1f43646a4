import * as z from "zod";
import { amount, externalId, flag, listOf, property, text, texts, when, whole } from "./schema.ts";

/** OmniumOrder and its parts (contracts/omnium.md §7.2). Calculated members may come along and are not read. */
const address = z.strictObject({
  firstName: text,
  lastName: text,
  name: text,
  line1: text,
  line2: text,
  streetNumber: text,
  postalCode: text,
  city: text,
  state: text,
  regionCode: text,
  countryCode: text,
  email: text,
  phone: text,
  daytimePhoneNumber: text,
  organization: text,
  organizationalNumber: text,
  externalId: text,
});

/** By name or by number (published: 0-5, 0-7). */
const kind = (names: readonly [string, ...string[]]) =>
  z.union([
    z.enum(names),
    z
      .int()
      .min(0)
      .max(names.length - 1),
  ]);

const discount = z.strictObject({
  discountType: kind(["None", "LineItem", "Order", "Shipping", "Manual", "BonusPoints"]).nullish(),
  rewardType: kind([
    "None",
    "Money",
    "Percentage",
    "Free",
    "FixedPrice",
    "Gift",
    "MultiBuys",
    "Kit",
  ]).nullish(),
  discountName: text,
  discountCode: text,
  discountId: text,
  discountValue: amount,
  discountAmount: amount,
  discountSource: z.enum(["Manual", "Campaign"]).nullish(),
  skuIds: texts,
});

/** Both are published: lineItemId is required, and four members need sending; so all five are asked for (assumed). */
const line = z.strictObject({
  lineItemId: z.string().min(1),
  code: z.string().min(1),
  quantity: z.number(),
  placedPrice: z.number(),
  taxRate: z.number().min(0),
  ean: text,
  displayName: text,
  discounted: amount,
  orderLineDiscounts: listOf(z.looseObject({})),
  extendedPrice: amount,
  discountedPrice: amount,
  canceledQuantity: amount,
  deliveredQuantity: amount,
  returnQuantity: amount,
  returnReason: text,
  returnType: text,
  serialNumber: text,
  orderLineBonusPoints: z.strictObject({ earnedPoints: amount, newPointsOnHold: amount }).nullish(),
  externalIds: listOf(externalId),
  properties: listOf(property),
});

export const payment = z.strictObject({
  id: text,
  paymentMethodName: z.string().min(1),
  transactionId: z.string().min(1),
  transactionType: z.enum([
    "Sale",
    "Credit",
    "Authorization",
    "AwaitingAuthorization",
    "Capture",
    "Invoiced",
    "Void",
  ]),
  status: z.enum(["Processed", "Failed"]),
  amount: z.number(),
  paymentType: text,
  created: when,
  comment: text,
  externalIds: listOf(externalId),
  properties: listOf(property),
});

const shipment = z.strictObject({
  shipmentId: z.string().min(1),
  shippingMethodName: text,
  warehouseCode: text,
  status: text,
  lineItems: listOf(line),
  address: address.nullish(),
  discounts: listOf(discount),
});

const orderForm = z.strictObject({
  lineItems: listOf(line),
  shipments: listOf(shipment),
  payments: listOf(payment),
  discounts: listOf(discount),
  couponCodes: texts,
  properties: listOf(property),
  grossRoundoff: amount,
  total: amount,
  totalExclTax: amount,
  subTotal: amount,
  subTotalExclTax: amount,
  taxTotal: amount,
  discountAmount: amount,
});

const comment = z.looseObject({});

export const orderMembers = {
  orderNumber: text,
  orderType: text,
  status: text,
  marketId: text,
  storeId: text,
  orderOrigin: text,
  salesChannel: text,
  created: when,
  customerId: text,
  customerNumber: text,
  customerName: text,
  customerEmail: text,
  customerPhone: text,
  customerType: z.enum(["B2C", "B2B"]).nullish(),
  customerClubMemberId: text,
  customerReference: text,
  isNewCustomer: flag,
  billingCurrency: z
    .string()
    .regex(/^[A-Z]{3}$/, "must be an ISO currency code")
    .nullish(),
  billingAddress: address.nullish(),
  orderForm: orderForm.nullish(),
  returnOrderForms: listOf(z.looseObject({})),
  externalIds: listOf(externalId),
  properties: listOf(property),
  tags: texts,
  orderNotes: listOf(comment),
  publicOrderNotes: listOf(comment),
  salesPersonId: text,
  salesPersonName: text,
  relatedOrders: texts,
  isReadOnly: flag,
  isNotificationsDisabled: flag,
};

export const orderSchema = z.strictObject({
  id: text,
  ...orderMembers,
  completed: when,
  modified: when,
  netTotal: amount,
  secretKey: text,
});

export const returnSchema = z.strictObject({
  returns: z
    .array(
      z.strictObject({
        lineItemId: z.string().min(1),
        returnQuantity: z.number().positive(),
        returnReason: text,
        returnType: text,
        creditAmount: amount,
        isStockUpdated: flag,
      }),
    )
    .min(1),
  returnType: text,
  comment: text,
  creditPayment: flag,
  creditAmount: amount,
  status: text,
  storeId: text,
  userId: text,
  rmaNumber: text,
  properties: listOf(property),
});

export const statusSchema = z.strictObject({
  status: z.string().min(1),
  returnId: text,
  skipRunWorkflow: flag,
  userId: text,
});

export const orderSearchSchema = z.strictObject({
  customerId: text,
  customerIds: texts,
  customerNumber: text,
  email: text,
  phone: text,
  orderNumber: text,
  orderType: text,
  externalIds: texts,
  selectedMarkets: texts,
  selectedStores: texts,
  selectedStatuses: texts,
  excludedStatuses: texts,
  salesChannels: texts,
  createdFrom: when,
  createdTo: when,
  modifiedFrom: when,
  modifiedTo: when,
  completedFrom: when,
  completedTo: when,
  tags: texts,
  properties: listOf(property),
  searchText: text,
  take: whole,
  page: whole,
  sortOrder: text,
  disableFacets: flag,
});
