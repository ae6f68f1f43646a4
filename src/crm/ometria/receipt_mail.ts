import { formatMinor } from "../../model/money.ts";
import type { Sale } from "../../model/sale.ts";
import { mailsNone } from "../mails_none.ts";
import type { CrmCall, DeliveryResult } from "../port.ts";
import { confirmedBy } from "../reply.ts";
import { type Ometria, pushTimeoutMs } from "./client.ts";
import { given } from "./customer_mapping.ts";
import { failureOf } from "./errors.ts";
import { orderIdOf } from "./order_record.ts";

/** Sent once, by the key for e-mails (contracts/ometria.md 9). What came of a time-out nobody can say. */
export const mailReceipt = async (
  ometria: Ometria,
  sale: Sale,
  address: string,
  call: CrmCall,
): Promise<DeliveryResult> => {
  const { receipt } = ometria.delivery;
  const { mailKey } = ometria.settings;
  if (receipt === undefined || mailKey === "") return mailsNone;
  const name = nameOf(sale);
  const reply = await ometria.send(
    {
      method: "POST",
      name: "/transactional-email/send",
      apiKey: mailKey,
      timeoutMs: pushTimeoutMs,
      body: {
        template_id: receipt.templateId,
        transactional: true,
        subject: receipt.subject,
        stream: receipt.stream,
        sandbox: receipt.sandbox,
        from: { email: receipt.fromEmail, name: receipt.fromName },
        reply_to: {
          email: receipt.replyToEmail ?? receipt.fromEmail,
          name: receipt.replyToName ?? receipt.fromName,
        },
        to: given({ email: address, name }),
        data: dataOf(ometria, sale, address),
      },
    },
    call,
  );
  const sent = confirmedBy(reply, failureOf(ometria.now()));
  if (sent.ok) return { kind: "delivered" };
  const { failure } = sent;
  return failure.kind === "refused"
    ? { kind: "refused", reason: failure.detail }
    : { kind: "retry", failure };
};

const nameOf = ({ customer: { nameFirst, nameLast } }: Sale): string | undefined =>
  [nameFirst, nameLast].filter((part) => part !== undefined).join(" ") || undefined;

/** Merge fields by the vendor's own names where it has some; `items` is ours (assumed). Amounts are decimal text. */
const dataOf = ({ delivery }: Ometria, sale: Sale, address: string) => {
  const amount = (minor: number) => formatMinor(minor, sale.currency);
  const { nameFirst, nameLast, phone, crmId } = sale.customer;
  const sign = (kind: "purchase" | "return") => (kind === "return" ? -1 : 1);
  const tax = sale.lines.reduce((sum, line) => sum + sign(line.kind) * line.tax, 0);
  return {
    contact: given({
      email: address,
      phone,
      name: nameOf(sale),
      firstname: nameFirst,
      surname: nameLast,
      contactID: crmId,
    }),
    details: {
      orderID: orderIdOf(sale.order, delivery),
      creationDate: sale.at,
      status: "complete",
      receiptID: sale.receiptNumber,
    },
    payment: {
      paymentMethod: [...new Set(sale.payments.map((payment) => payment.name))].join(", "),
      amount: amount(sale.payments.reduce((sum, payment) => sum + payment.amount, 0)),
    },
    totals: {
      currency: sale.currency,
      subTotal: amount(sale.linesTotal - tax),
      totalTax: amount(tax),
      grandTotal: amount(sale.grandTotal),
    },
    items: sale.lines.map((line) => ({
      name: line.name,
      sku: line.sku,
      quantity: line.kind === "return" ? `-${line.quantity}` : line.quantity,
      total: amount(sign(line.kind) * line.paid),
    })),
  };
};
