import type { CrmFailure } from "../../model/crm_failure.ts";
import { ok } from "../../model/outcome.ts";
import { type Sale, saleId } from "../../model/sale.ts";
import { takenBack } from "../../model/taken_back.ts";
import type { CrmCall, DeliveryResult, SaleToDeliver } from "../port.ts";
import type { Ometria } from "./client.ts";
import { orderIdOf, orderRecord } from "./order_record.ts";
import { readOrders } from "./order_reads.ts";
import { backOf, parseOrder, returnsOf, withReturns } from "./order_returns.ts";
import { buyerContact, joinedCustomer } from "./order_customer.ts";
import { pushEach, type PushRecord } from "./push.ts";

/** What one sale comes to: records to push, or an end without any. */
type Plan =
  | { readonly kind: "push"; readonly records: readonly PushRecord[] }
  | { readonly kind: "ends"; readonly result: DeliveryResult };

/** A return may overtake its purchase by this much; later the purchase is one that Ometria never had. */
const purchaseLateMs = 30 * 60_000;

/**
 * Sales as orders, up to a hundred in a push, after the contacts of those whom only their e-mail names.
 * Received is not stored: what is refused later, `refusedLate` tells.
 */
export const deliver = async (
  ometria: Ometria,
  sales: readonly SaleToDeliver[],
  call: CrmCall,
): Promise<readonly DeliveryResult[]> => {
  /** Orders of this very push, newer than what can be read. */
  const written = new Map<string, PushRecord>();
  const plans: Plan[] = [];
  // One after the other: two may bring goods of one purchase back.
  for (const sale of sales) {
    const plan = await planOf(ometria, sale, written, call);
    if (plan.kind === "push")
      for (const record of plan.records)
        if (record["@type"] === "order") written.set(record.id, record);
    plans.push(plan);
  }
  const contacts = plans.flatMap((plan) =>
    plan.kind === "push" ? plan.records.filter((record) => record["@type"] === "contact") : [],
  );
  const came = new Map<string, DeliveryResult>();
  for (const records of [new Map(contacts.map((one) => [one.id, one])), written]) {
    const list = [...records.values()];
    const results = await pushEach(ometria, list.slice(0, 100), call);
    const rest = list.length > 100 ? await pushEach(ometria, list.slice(100), call) : [];
    [...results, ...rest].forEach((result, index) => came.set(keyOf(list[index]), result));
  }
  return plans.map((plan) =>
    plan.kind === "ends"
      ? plan.result
      : worst(plan.records.map((record) => came.get(keyOf(record)) ?? lost)),
  );
};

const lost: DeliveryResult = {
  kind: "retry",
  failure: { kind: "unreadable", detail: "ometria: no result of a record" },
};
const keyOf = (record: PushRecord | undefined): string => `${record?.["@type"]} ${record?.id}`;

const worst = (results: readonly DeliveryResult[]): DeliveryResult =>
  results.find(({ kind }) => kind === "refused") ??
  results.find(({ kind }) => kind === "retry") ?? { kind: "delivered" };

const retry = (failure: CrmFailure): Plan => ({ kind: "ends", result: { kind: "retry", failure } });

const planOf = async (
  ometria: Ometria,
  { sale, customerId, again }: SaleToDeliver,
  written: ReadonlyMap<string, PushRecord>,
  call: CrmCall,
): Promise<Plan> => {
  const { delivery } = ometria;
  const joined =
    customerId === undefined ? ok(undefined) : await joinedCustomer(ometria, customerId, call);
  if (!joined.ok) return retry(joined.failure);
  const { email } = sale.customer;
  const contacts =
    customerId !== undefined
      ? (joined.value?.contacts ?? [])
      : email === undefined
        ? []
        : [await buyerContact(ometria, sale, email)];
  const own = orderIdOf(sale.order, delivery);
  const isRepair = sale.id !== saleId(sale.order);
  const ids = [
    ...(again === true || isRepair || sale.returnOf !== undefined ? [own] : []),
    ...(sale.returnOf === undefined ? [] : [orderIdOf(sale.returnOf, delivery)]),
  ];
  const reads = await readOrders(ometria, ids, written, call);
  if (!reads.ok) return retry(reads.failure);
  const [before, purchase] = reads.value;
  const record = (of: Sale): PushRecord => ({
    // What is kept of a sale for a repair names nobody: it stays whose it was.
    ...(isRepair && before?.["customer"] !== undefined && { customer: before["customer"] }),
    ...orderRecord(of, { id: joined.value?.customerId, email }, ometria),
  });
  const plan = (...orders: readonly PushRecord[]): Plan => ({
    kind: "push",
    records: [...contacts, ...orders],
  });
  if (isTakenBack(sale)) {
    const { [own]: told, ...others } = purchase === undefined ? {} : returnsOf(purchase);
    // A return that is told with its purchase is no more; of an exchange there is an order besides.
    const without = purchase && told && withReturns(purchase, others);
    const cancelled = { ...record(takenBack(sale, sale.id)), status: "cancelled", is_valid: false };
    if (without === undefined) return plan(cancelled);
    return before === undefined ? plan(without) : plan(without, cancelled);
  }
  /** With what came back of it in the meantime. */
  const kept = (order: PushRecord): PushRecord => {
    const stored = before && parseOrder(order);
    return (stored && withReturns(stored, returnsOf(before))) ?? order;
  };
  const back = sale.returnOf === undefined ? [] : backOf(sale, ometria);
  // Told as an order of its own once, it stays one: it would be given back twice.
  const isOwn = before?.lineitems.some(({ quantity }) => quantity < 0) === true;
  if (back.length === 0 || isOwn) return plan(kept(record(sale)));
  const refunded = purchase && withReturns(purchase, { ...returnsOf(purchase), [own]: back });
  if (refunded !== undefined) {
    const bought = sale.lines.filter(({ kind }) => kind === "purchase");
    return bought.length === 0
      ? plan(refunded)
      : plan(refunded, kept(record(purchasesOf(sale, bought))));
  }
  if (purchase === undefined && ometria.now() - Date.parse(sale.at) < purchaseLateMs)
    // Perhaps it is in the queue still. Nothing is down, so it holds up no other order.
    return retry({ kind: "being_created" });
  return ometria.settings.unknownReturns === "deliver"
    ? plan(kept(record(sale)))
    : {
        kind: "ends",
        result: { kind: "delivered", note: "gives back what Ometria does not know: not sent" },
      };
};

/** Ids of repairs end so, for ever (orders/receipt_standing.ts); a reassigned order is pushed anew under its own. */
const isTakenBack = ({ id }: Sale): boolean => /-(back|cancelled)\d*$/.test(id);

/** An exchange's own half: what was given back is told with the purchase. */
const purchasesOf = (sale: Sale, lines: Sale["lines"]): Sale => {
  const linesTotal = lines.reduce((sum, { paid }) => sum + paid, 0);
  return { ...sale, lines, linesTotal, grandTotal: sale.grandTotal - sale.linesTotal + linesTotal };
};
