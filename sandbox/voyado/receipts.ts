import { Big } from "big.js";
import { isObject, type Json, type JsonObject, text } from "../json.ts";
import { type Reply, reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { invalid, refuse } from "./errors.ts";
import { guid, socialSecurityNumber } from "./keys.ts";
import type { Contact, Receipt } from "./model.ts";
import { decimal } from "./money.ts";
import { receiptProblems } from "./receipt_rules.ts";
import type { VoyadoStore } from "./store.ts";

/** `POST /receipts`: 2xx at once, imported later; a repeat is dropped silently (contracts/voyado.md §8.2, §16.6). */
export function post(store: VoyadoStore, call: Call): Reply {
  return accept(store, [call.json], call.seq);
}

/** The older `POST /api/v2/transactions` {receipts: ...} (published). */
export function postTransactions(store: VoyadoStore, call: Call): Reply {
  const receipts = isObject(call.json) ? call.json["receipts"] : undefined;
  return accept(store, Array.isArray(receipts) ? receipts : [receipts], call.seq);
}

function accept(store: VoyadoStore, receipts: readonly (Json | undefined)[], seq: number): Reply {
  const good: { contact: Contact; payload: JsonObject }[] = [];
  const problems: string[] = [];
  for (const payload of receipts) {
    if (!isObject(payload) || Object.keys(payload).length === 0)
      return refuse(400, "NoData", "No data was sent.");
    problems.push(...receiptProblems(store, payload));
    const contact = matched(store, payload["contact"]);
    if (typeof contact === "string") problems.push(contact);
    else good.push({ contact, payload });
  }
  if (problems.length > 0) return invalid(problems);
  for (const { contact, payload } of good) keep(store, contact, payload, seq);
  return reply(store.profile.receiptStatus);
}

function keep(store: VoyadoStore, contact: Contact, payload: JsonObject, seq: number): void {
  const uniqueReceiptId = text(payload["uniqueReceiptId"]) ?? "";
  const at = store.clock.iso();
  const known = store.receipts.get(uniqueReceiptId);
  if (known !== undefined) {
    const differs = JSON.stringify(known.payload) !== JSON.stringify(payload);
    store.receipts.put({ ...known, repeats: [...known.repeats, { at, seq, differs }] });
    return;
  }
  const availableAt = store.clock.now() + store.profile.receiptDelayMs;
  store.receipts.put({
    uniqueReceiptId,
    contactId: contact.id,
    receivedAt: at,
    availableAt,
    imported: false,
    payload,
    repeats: [],
  });
}

/**
 * Receipts whose time has come enter the history and give or take back points, one per whole unit of
 * currency (assumed); lines with `awardsBonus: false` give and take none (assumed).
 */
export function importDue(store: VoyadoStore): void {
  const now = store.clock.now();
  for (const receipt of store.receipts.by("waiting", "yes")) {
    if (receipt.availableAt > now) continue;
    store.receipts.put({ ...receipt, imported: true });
    const contact = store.contacts.get(receipt.contactId);
    const amount = inGroupCurrency(
      store,
      receipt,
      (decimal(receipt.payload["totalGrossPrice"]) ?? new Big(0)).minus(withoutPoints(receipt)),
    );
    const points = Number(amount.round(0, Big.roundDown).toString());
    if (contact === undefined || points === 0) continue;
    store.contacts.put({ ...contact, points: contact.points + points });
    store.points.put({
      id: crypto.randomUUID(),
      contactId: contact.id,
      amount: points,
      type: points < 0 ? "Return" : "Purchase",
      description: text(receipt.payload["receiptNumber"]) ?? "",
      transactionDate: store.clock.iso(),
    });
  }
}

function withoutPoints(receipt: Receipt): Big {
  const items = receipt.payload["items"];
  return (Array.isArray(items) ? items : []).reduce((sum: Big, item) => {
    if (!isObject(item) || item["awardsBonus"] !== false) return sum;
    const gross = decimal(item["grossPaidPrice"]) ?? new Big(0);
    return item["type"] === "RETURN" ? sum.minus(gross) : sum.plus(gross);
  }, new Big(0));
}

/** local * rate = group (published): the receipt's own rate, else the tenant's fixed one. */
export function inGroupCurrency(store: VoyadoStore, receipt: Receipt, amount: Big): Big {
  const currency = text(receipt.payload["currency"]) ?? "";
  if (currency === store.profile.groupCurrency) return amount;
  const rate =
    decimal(receipt.payload["exchangeRateToGroupCurrency"]) ??
    new Big(store.profile.exchangeRates[currency] ?? "1");
  return amount.times(rate).round(2);
}

const KEYS: Record<string, string> = {
  email: "email",
  mobilephone: "mobilePhone",
  membernumber: "memberNumber",
  externalid: "externalId",
};

/** The contact, or what is wrong. Engage takes no anonymous receipts. The enum occurs in camel and Pascal case (published). */
function matched(store: VoyadoStore, match: Json | undefined): Contact | string {
  const key = isObject(match) ? text(match["matchKey"]) : undefined;
  const kind = isObject(match) ? text(match["matchKeyType"])?.toLowerCase() : undefined;
  if (!isObject(match) || key === undefined || kind === undefined)
    return "contact.matchKey and contact.matchKeyType are required.";
  if (kind === "contactid") return store.contact(guid(key) ?? "") ?? "The contact was not found.";
  const index =
    KEYS[kind] ?? (kind === "socialsecuritynumber" ? "socialSecurityNumber" : undefined);
  if (index === undefined) return `contact.matchKeyType ${kind} is not known.`;
  const value =
    kind === "socialsecuritynumber" ? (socialSecurityNumber(key, store.clock.now()) ?? "") : key;
  const type = (text(match["contactType"]) ?? "Member").toLowerCase();
  const found = store.contacts
    .by(index, value.toLowerCase())
    .filter((contact) => contact.contactType.toLowerCase() === type);
  const [first] = found;
  if (first === undefined) return "The contact was not found.";
  return found.length === 1 ? first : "More than one contact matches.";
}
