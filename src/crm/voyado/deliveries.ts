import type { Sale } from "../../model/sale.ts";
import type { CrmCall, DeliveryResult } from "../port.ts";
import type { Reply } from "../reply.ts";
import type { Voyado } from "./client.ts";
import { isPage, succeeded } from "../reply.ts";
import { codeOf, failureOf, messagesOf } from "./errors.ts";
import { linesTold, receiptOf } from "./receipt.ts";
import { withoutPersons } from "../without_persons.ts";
import { routeOf } from "./routes.ts";

/** Nobody waits at a till for a receipt, and Engage drops a repeated one (contracts/voyado.md 8.2). */
const receiptTimeoutMs = 10_000;

/** One receipt per sale, one after the other: each waits for an answer first (contracts/voyado.md 2). */
export const deliver = async (
  voyado: Voyado,
  sales: readonly { readonly sale: Sale; readonly customerId: string | undefined }[],
  call: CrmCall,
): Promise<readonly DeliveryResult[]> => {
  const results: DeliveryResult[] = [];
  for (const { sale, customerId } of sales)
    results.push(await deliverOne(voyado, sale, customerId, call));
  return results;
};

const deliverOne = async (
  voyado: Voyado,
  sale: Sale,
  customerId: string | undefined,
  call: CrmCall,
): Promise<DeliveryResult> => {
  if (customerId === undefined)
    return { kind: "refused", reason: "Engage takes no anonymous receipts", field: "contact" };
  if (sale.lines.length > 0 && linesTold(sale, voyado.settings).length === 0)
    return { kind: "delivered", note: "no line earns points, so no receipt was sent" };
  const receipt = receiptOf(sale, customerId, voyado.settings);
  if (!receipt.ok) return { kind: "refused", ...receipt.failure };
  const reply = await voyado.send(
    {
      route: routeOf("receipts", voyado.settings),
      body: receipt.value,
      apiKey: voyado.settings.ordersApiKey,
      timeoutMs: receiptTimeoutMs,
    },
    call,
  );
  if (!reply.ok) return { kind: "retry", failure: reply.failure };
  const { status, text, what } = reply.value;
  if (succeeded(reply.value)) {
    // Any 2xx will do (17), but a web page is no answer of Engage's; repeating is harmless.
    return text === undefined || isPage(reply.value)
      ? { kind: "retry", failure: { kind: "unreadable", detail: `${what}: HTTP ${status}` } }
      : { kind: "delivered" };
  }
  if (isFinal(reply.value)) return refusal(reply.value);
  return { kind: "retry", failure: failureOf(reply.value, {}, voyado.now()) };
};

/** A set-up fault says 400 too, but mending it lets the same receipt through. */
const isFinal = (reply: Reply): boolean => {
  const failure = failureOf(reply, {}, 0);
  if (failure.kind === "set_up_fault") return false;
  return reply.status === 400 || reply.status === 422 || failure.kind === "customer_not_found";
};

/** Words in a refusal → the receipt's name of the field; the field's own name first. */
const fields: readonly (readonly [RegExp, string])[] = [
  ...[
    "uniqueReceiptId",
    "receiptNumber",
    "createdDate",
    "storeExternalId",
    "exchangeRateToGroupCurrency",
    "totalGrossPrice",
    "paymentMethods",
    "grossPaidPrice",
    "taxAmount",
    "taxPercent",
    "articleNumber",
    "articleName",
    "articleGroup",
    "matchKey",
  ].map((name) => [new RegExp(name, "i"), name] as const),
  [/exchange ?rate/i, "exchangeRateToGroupCurrency"],
  [/currency/i, "currency"],
  [/store/i, "storeExternalId"],
  [/payment/i, "paymentMethods"],
  [/quantity/i, "quantity"],
  [/contact/i, "contact"],
  [/sku/i, "sku"],
  [/item|line/i, "items"],
];

/** The reason stays in dead letters for months, so nothing that could name a person is in it. */
const refusal = (reply: Reply): DeliveryResult => {
  const said = withoutPersons(messagesOf(reply).join("; ").slice(0, 500));
  const parts = [`HTTP ${reply.status}`, codeOf(reply), said];
  const reason = parts.filter((part) => part !== undefined && part !== "").join(" ");
  const field = fields.find(([word]) => word.test(said))?.[1];
  return { kind: "refused", reason, ...(field === undefined ? {} : { field }) };
};
