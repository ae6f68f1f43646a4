import { formatMinor } from "../model/money.ts";
import type {
  OrdersAnswer,
  OrderTraceAnswer,
  ReceiptAnswer,
  RedemptionAnswer,
  ReversalAnswer,
} from "./admin_answers.ts";
import { momentOf, plain, tableOf } from "./output.ts";

/** Traces in lines for a terminal: what it is, where it stands, then every step, oldest first. */

const named = (name: string, value: string | undefined): readonly string[] =>
  value === undefined || value === "" ? [] : [`${name} ${value}`];

const kindName = (kind: string): string => kind.replaceAll("_", " ");

/** ISO time as the other columns have it. */
const isoMoment = (iso: string): string => {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : momentOf(at);
};

const amountOf = ({ total, currency }: OrderTraceAnswer): string | undefined =>
  total === undefined || currency === undefined || !/^[A-Z]{3}$/.test(currency)
    ? undefined
    : `${formatMinor(total, currency)} ${currency}`;

export const deliveryNote = (delivery: OrderTraceAnswer["deliveries"][number]): string =>
  [
    ...(delivery.reason === "" ? [] : [delivery.reason]),
    ...(delivery.changedSince ? ["changed after delivery"] : []),
  ].join("; ");

const deliveryTime = ({ nextAt, deliveredAt }: OrderTraceAnswer["deliveries"][number]): string => {
  if (deliveredAt !== undefined) return momentOf(deliveredAt);
  return nextAt === undefined ? "" : `again ${momentOf(nextAt)}`;
};

const kindOfReceipt = ({ kind, cause }: ReceiptAnswer): string =>
  kind === "taken_back" ? `taken back (${kindName(cause)})` : `sale (${kindName(cause)})`;

/** Who has the receipt of an order, and how that came. */
export const receiptsText = (receipts: readonly ReceiptAnswer[]): string =>
  tableOf(
    ["destination", "receipt", "what", "customer", "state", "why"],
    receipts.map((one) => [
      one.channel,
      one.receiptId,
      kindOfReceipt(one),
      one.customer,
      one.state.replaceAll("_", " "),
      [one.reason, one.note].filter((words) => words !== "").join("; "),
    ]),
  );

const orderText = (trace: OrderTraceAnswer): string => {
  const facts = [
    ...named("receipt", trace.receipt),
    ...named("store", trace.store),
    ...named("total", amountOf(trace)),
    ...named("sold", trace.soldAt),
  ];
  const steps = [
    ...trace.events.map((event) => ({
      at: event.received_at,
      cells: [
        `event ${event.type}`,
        event.state_changed ?? "",
        "",
        "",
        `${event.event_id}, of ${momentOf(event.at)}`,
      ],
    })),
    ...trace.hops.map((hop) => ({
      at: hop.at,
      cells: [
        hop.hop,
        hop.status,
        hop.attempt > 1 ? String(hop.attempt) : "",
        hop.ms > 0 ? String(hop.ms) : "",
        hop.note,
      ],
    })),
  ].toSorted((a, b) => a.at - b.at);
  return [
    plain(
      `order ${trace.orderId}, account ${trace.account}, site ${trace.site}: ${trace.state}${trace.note === "" ? "" : ` (${trace.note})`}`,
    ),
    ...(facts.length === 0 ? [] : [plain(`  ${facts.join(", ")}`)]),
    ...(trace.deliveries.length === 0
      ? []
      : [
          "",
          tableOf(
            ["destination", "state", "attempts", "when", "why"],
            trace.deliveries.map((one) => [
              one.channel,
              one.state,
              one.attempt,
              deliveryTime(one),
              deliveryNote(one),
            ]),
          ),
        ]),
    // One that only went where it should is told by its delivery.
    ...(trace.receipts?.some(({ cause }) => cause !== "order") === true
      ? ["", receiptsText(trace.receipts)]
      : []),
    "",
    tableOf(
      ["when", "step", "status", "attempt", "ms", "note"],
      steps.map(({ at, cells }) => [momentOf(at), ...cells]),
    ),
  ].join("\n");
};

/** Orders with their journals, and where one has none or could not be looked for. */
export const ordersText = ({ items, notAsked }: OrdersAnswer): string =>
  [
    ...items.map(({ trace, ...place }) =>
      trace === null
        ? `order ${place.orderId}, account ${place.account}, site ${place.site}: Sitoo has it, and no event of it has arrived here`
        : orderText(trace),
    ),
    ...notAsked.map(({ account, site, detail }) =>
      plain(`account ${account}, site ${site}: Sitoo could not be asked: ${detail}`),
    ),
  ].join("\n\n");

const redemptionText = (one: RedemptionAnswer): string => {
  const facts = [
    ...named("channel", one.channel),
    ...named("store", one.store),
    ...named("register", one.register),
    ...named("order", one.order),
    ...named("receipt", one.receipt_number),
  ];
  return [
    plain(`${kindName(one.kind)} ${one.instrument}: ${one.state}`),
    plain(`  redemption ${one.redemption_id}`),
    plain(`  redeem_id ${one.redeem_id}`),
    ...(facts.length === 0 ? [] : [plain(`  ${facts.join(", ")}`)]),
    "",
    tableOf(
      ["when", "event", "from", "to", "store", "register", "staff", "ms", "request", "detail"],
      one.steps.map((step) => [
        isoMoment(step.at),
        step.event,
        step.from,
        step.to,
        step.store ?? "",
        step.register ?? "",
        step.staff ?? "",
        step.ms ?? "",
        step.request_id,
        step.detail ?? "",
      ]),
    ),
  ].join("\n");
};

export const redemptionsText = (redemptions: readonly RedemptionAnswer[]): string =>
  redemptions.map(redemptionText).join("\n\n");

/** What giving back came to, one line each. */
export const reversalText = (one: ReversalAnswer): string => {
  const what = `${kindName(one.kind)} ${one.instrument}`;
  const came =
    one.outcome !== "given_back"
      ? `not given back: it is ${one.state}, or was used again since`
      : one.state === "reversing"
        ? "being given back; the CRM has not confirmed it yet, look again with `trace`"
        : one.state === "reinstated"
          ? "given back by the gateway (the CRM cannot); the card shows it again"
          : `given back, now ${one.state}`;
  return plain(`${what}: ${came}`);
};
