import { inUnits, taxWithin } from "../../model/money.ts";
import type { Sale, SaleLine } from "../../model/sale.ts";
import { unitPrice } from "../../model/unit_price.ts";
import type { Omnium } from "./client.ts";
import { given } from "../../model/given.ts";
import { omniumStore } from "./customer_mapping.ts";
import { omniumSaleId } from "./order_ids.ts";

/**
 * A POS order (contracts/omnium.md 14, assumed). A line has no id that both systems know, so its place
 * in the sale is its id. Lines that come back are here only where Omnium takes negative quantities.
 */
export const orderBody = (
  sale: Sale & { readonly storeExternalId: string },
  lines: readonly SaleLine[],
  customerId: string | undefined,
  couponCodes: readonly string[],
  omnium: Omnium,
): Readonly<Record<string, unknown>> => {
  const { settings } = omnium;
  const { nameFirst, nameLast, email, phone } = sale.customer;
  const name = [nameFirst, nameLast].filter((part) => part !== undefined).join(" ");
  return {
    id: omniumSaleId(sale, settings),
    orderNumber: sale.receiptNumber,
    orderType: "Pos",
    status: "Completed",
    marketId: settings.marketId,
    storeId: omniumStore(sale.storeExternalId, omnium),
    created: sale.at,
    ...given({
      customerId,
      customerName: name === "" ? undefined : name,
      customerEmail: email,
      customerPhone: phone,
    }),
    billingCurrency: sale.currency,
    isReadOnly: true,
    isNotificationsDisabled: true,
    orderForm: {
      lineItems: lines.map((line, index) => lineBody(line, index + 1, sale.currency, omnium)),
      payments: sale.payments.map((payment, index) => ({
        paymentMethodName: payment.name,
        transactionId: `${sale.order.orderId}-${index + 1}`,
        transactionType: payment.amount < 0 ? "Credit" : "Sale",
        status: "Processed",
        amount: inUnits(Math.abs(payment.amount), sale.currency),
      })),
      ...(couponCodes.length === 0 ? {} : { couponCodes }),
    },
  };
};

const lineBody = (line: SaleLine, place: number, currency: string, { settings }: Omnium) => {
  const net = (gross: number): number =>
    settings.pricesIncludeVat ? gross : gross - taxWithin(gross, line.taxPercent);
  const paid = settings.pricesIncludeVat ? line.paid : line.paid - line.tax;
  const before = paid + Math.max(0, net(line.discount));
  const { price, discount } = unitPrice({ paid, before, quantity: line.quantity }, currency);
  const sign = line.kind === "return" ? -1 : 1;
  return {
    lineItemId: String(place),
    code: line.sku,
    displayName: line.name,
    quantity: sign * Number(line.quantity),
    placedPrice: price,
    taxRate: Number(line.taxPercent),
    ...(discount === 0 ? {} : { discounted: sign * discount }),
  };
};
