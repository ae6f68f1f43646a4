import * as z from "zod/mini";
import { parseMinor } from "../../model/money.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, Purchase } from "../port.ts";
import { idText, numeric, optionalText, orUndefined, parseEach } from "../wire_values.ts";
import { addressOf, type Project, unknownCustomer } from "./customers.ts";
import { readEvents, type TrackedEvent } from "./events.ts";
import { entriesOf } from "./instrument_items.ts";
import { isoOf } from "./times.ts";

const amount = orUndefined(numeric);

/** What shops and this gateway write (contracts/bloomreach.md 9); any of it can be missing. */
const purchaseSchema = z.looseObject({
  purchase_id: orUndefined(idText),
  sale_id: optionalText,
  receipt_id: orUndefined(idText),
  purchase_status: optionalText,
  purchase_source_name: optionalText,
  local_currency: optionalText,
  total_price: amount,
  total_price_local_currency: amount,
});
const productSchema = z.looseObject({
  product_id: orUndefined(idText),
  title: optionalText,
  quantity: amount,
  price: amount,
  total_price: amount,
  total_price_local_currency: amount,
});

/** Newest first. How many there are Bloomreach does not say: one more than were read, while there are more. */
export const purchases = async (
  project: Project,
  customerId: string,
  page: { readonly start: number; readonly num: number },
  call: CrmCall,
): CrmOutcome<{ readonly items: readonly Purchase[]; readonly totalCount: number }> => {
  const ids = await addressOf(project, customerId);
  if (ids === undefined) return failed(unknownCustomer);
  const types = [project.settings.events.purchase];
  const window = { limit: page.num + 1, skip: page.start };
  const read = await readEvents(project, ids, types, window, call);
  if (!read.ok) return read;
  const { events } = read.value;
  return ok({
    items: events.slice(0, page.num).flatMap((event) => purchaseOf(event, project) ?? []),
    totalCount: page.start + events.length,
  });
};

/** Sales that this gateway sent, as they were or as reassigned; what is taken back for a repair is no order. */
const ourSale = /^(sitoo-\d+-\d+-\d+)(?:-r\d+)?$/;

const purchaseOf = (
  { timestamp, properties }: TrackedEvent,
  { settings, market }: Project,
): Purchase | undefined => {
  const { data } = purchaseSchema.safeParse(properties);
  const at = isoOf(timestamp, market.timeZone);
  if (data === undefined || at === undefined) return undefined;
  const isLocal =
    data.local_currency !== undefined && data.total_price_local_currency !== undefined;
  const named = (isLocal ? data.local_currency : undefined)?.toUpperCase() ?? settings.currency;
  const currency = /^[A-Z]{3}$/.test(named) ? named : settings.currency;
  // A refund counts against, whichever sign this project writes.
  const sign = /refund/i.test(data.purchase_status ?? "") ? -1 : 1;
  const minorOf = (text: string | undefined): number =>
    text === undefined ? 0 : (parseMinor(text, currency) ?? 0);
  const whole = minorOf(isLocal ? data.total_price_local_currency : data.total_price);
  const turned = sign === -1 && whole < 0 ? 1 : sign;
  const [, saleId] = ourSale.exec(data.sale_id ?? "") ?? [];
  const receiptNumber = data.receipt_id ?? data.purchase_id;
  return {
    ...(saleId === undefined ? {} : { saleId }),
    ...(receiptNumber === undefined ? {} : { receiptNumber }),
    at,
    ...(data.purchase_source_name === undefined ? {} : { storeName: data.purchase_source_name }),
    currency,
    total: turned * whole + 0,
    items: parseEach(productSchema, entriesOf(properties["product_list"]) ?? []).map((product) => {
      const quantity = product.quantity ?? "1";
      const total = isLocal ? product.total_price_local_currency : product.total_price;
      const pieces = minorOf(product.price) * Number(quantity);
      return {
        sku: product.product_id ?? "",
        name: product.title ?? "",
        quantity: sign === -1 ? turnedRound(quantity) : quantity,
        total: turned * (total === undefined ? Math.round(pieces) : minorOf(total)) + 0,
      };
    }),
  };
};

const turnedRound = (quantity: string): string =>
  quantity.startsWith("-") ? quantity.slice(1) : `-${quantity}`;
