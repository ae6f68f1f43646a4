import type { InstrumentRef } from "./instrument.ts";

/** Which Sitoo order a sale is: unique within a tenant. */
export type OrderRef = {
  readonly account: number;
  readonly site: number;
  readonly orderId: number;
};

/** Stable for ever: destinations recognise a repeated delivery by it (contracts/voyado.md 14). */
export const saleId = (ref: OrderRef): string => `sitoo-${ref.account}-${ref.site}-${ref.orderId}`;

export type SaleLine = {
  readonly kind: "purchase" | "return";
  readonly sku: string;
  /** Sitoo's own id of the product; absent from fees, and from what was typed in by hand. */
  readonly productId?: string;
  readonly name: string;
  readonly group?: string;
  /** Positive, a decimal string: goods sold by weight have fractions. */
  readonly quantity: string;
  /** What was paid for the whole line, tax included, after every discount. Minor units, never negative. */
  readonly paid: number;
  /** The tax within `paid`. */
  readonly tax: number;
  readonly taxPercent: string;
  /** What discounts took off the line, tax included; informative. */
  readonly discount: number;
  readonly instruments: readonly InstrumentRef[];
  /** It brings its buyer no points; absent where it does. */
  readonly noPoints?: true;
};

export type SalePayment = {
  readonly name: string;
  readonly reference?: string;
  /** Minor units; negative when money went back. */
  readonly amount: number;
};

/** How the order names its customer; every key that it carries. */
export type SaleCustomer = {
  readonly crmId?: string;
  readonly memberNumber?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly nameFirst?: string;
  readonly nameLast?: string;
};

/**
 * An instrument that the order names, and what it took off the goods that were bought: minor units,
 * tax included. No amount: the order does not say.
 */
export type NamedInstrument = InstrumentRef & { readonly amount?: number };

/** The CRM-neutral form of a Sitoo order that is closed. */
export type Sale = {
  readonly id: string;
  readonly order: OrderRef;
  readonly receiptNumber: string;
  /** ISO 8601, local time of the store with its offset. */
  readonly at: string;
  readonly currency: string;
  readonly storeExternalId?: string;
  readonly registerId?: string;
  readonly staffExternalId?: string;
  readonly customer: SaleCustomer;
  readonly lines: readonly SaleLine[];
  /** Sum of purchases less sum of returns: what the lines come to. Minor units. */
  readonly linesTotal: number;
  /** What was asked of the customer, tax outside the lines and round-off included. */
  readonly grandTotal: number;
  readonly payments: readonly SalePayment[];
  readonly instruments: readonly NamedInstrument[];
  /** The order that is given back, where Sitoo names it. */
  readonly returnOf?: OrderRef;
};
