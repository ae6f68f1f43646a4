import type { VoyadoStore } from "../voyado/store.ts";
import { contactFrom, promotionFrom, receiptFrom, voucherFrom } from "../voyado/build.ts";
import { contacts } from "./voyado_contacts.ts";
import { CONSENTS, stores } from "./voyado_definitions.ts";
import { promotions, vouchers } from "./voyado_instruments.ts";
import { receipts } from "./voyado_receipts.ts";
import { REGISTER } from "./voyado_register.ts";

/** Fills an empty instance. Ids are fixed, dates are relative to the instance's clock. */
export function seedVoyado(store: VoyadoStore): void {
  const now = store.clock.now();
  for (const row of stores()) store.stores.put(row);
  for (const row of CONSENTS) store.consents.put(row);
  for (const row of REGISTER) store.register.put(row);
  for (const row of contacts(now)) store.contacts.put(contactFrom(store, row));
  for (const row of vouchers(now)) store.vouchers.put(voucherFrom(store, row));
  for (const row of promotions(now)) store.promotions.put(promotionFrom(row));
  for (const row of receipts(now)) store.receipts.put(receiptFrom(store, row));
  for (const row of store.contacts.all()) {
    if (row.points === 0) continue;
    store.points.put({
      id: crypto.randomUUID(),
      contactId: row.id,
      amount: row.points,
      type: "StartBonus",
      description: "Opening balance",
      transactionDate: row.createdOn,
    });
  }
}
