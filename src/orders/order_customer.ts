import { toE164 } from "../model/phone.ts";
import type { SaleCustomer } from "../model/sale.ts";
import type { Order } from "../sitoo/order_wire.ts";

/**
 * Ids of the customer on an order, by who issued them (contracts/sitoo.md 2.7, third party).
 * An id says nothing outside the CRM instance that issued it.
 */
export type IssuedIds = {
  /** By the CRM behind the till's channel: CRM SPI v2, else v1. */
  readonly till?: string;
  /** By Voyado, through Sitoo's own adapter. */
  readonly voyado?: string;
};

export const issuedIds = (order: Order): IssuedIds => {
  const data = order.additionaldata;
  const till = crmId(data["crm-customerid"]) ?? crmId(data["customcrm-contactid"]);
  const voyado = crmId(data["voyado-contactid"]);
  return {
    ...(till === undefined ? {} : { till }),
    ...(voyado === undefined ? {} : { voyado }),
  };
};

/**
 * Every key of the customer that an order carries, normalised.
 * A key that cannot be one (a phone with too few digits) is left out, never guessed at.
 * @param country of the market; reads national phone numbers unless the invoice address names another.
 */
export const saleCustomer = (order: Order, country: string): SaleCustomer => {
  const data = order.additionaldata;
  const customer = {
    crmId: issuedIds(order).till,
    memberNumber:
      data["crm-membernumber"] ?? data["customcrm-membernumber"] ?? data["voyado-membernumber"],
    phone: phone(order, country),
    email: email(order.email),
    nameFirst: order.namefirst,
    nameLast: order.namelast,
  };
  return {
    ...(customer.crmId === undefined ? {} : { crmId: customer.crmId }),
    ...(customer.memberNumber === undefined ? {} : { memberNumber: customer.memberNumber }),
    ...(customer.phone === undefined ? {} : { phone: customer.phone }),
    ...(customer.email === undefined ? {} : { email: customer.email }),
    ...(customer.nameFirst === undefined ? {} : { nameFirst: customer.nameFirst }),
    ...(customer.nameLast === undefined ? {} : { nameLast: customer.nameLast }),
  };
};

/** Opaque, but it will stand in a path: no blanks, no slashes, no word for nothing. */
const crmId = (value: string | undefined): string | undefined =>
  value !== undefined &&
  /^[\w.:{}@-]{1,400}$/.test(value) &&
  !/^(0+|null|undefined|\.+)$/i.test(value)
    ? value
    : undefined;

const phone = (order: Order, country: string): string | undefined => {
  if (order.phone === undefined) return undefined;
  const invoiceCountry = order.invoice_countryid?.toUpperCase();
  // The invoice country is often a default of the back office, so the market's is tried as well.
  const abroad =
    invoiceCountry !== undefined && /^[A-Z]{2}$/.test(invoiceCountry)
      ? toE164(order.phone, invoiceCountry)
      : undefined;
  return abroad ?? toE164(order.phone, country);
};

const email = (value: string | undefined): string | undefined =>
  value !== undefined && value.length <= 254 && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value)
    ? value.toLowerCase()
    : undefined;
