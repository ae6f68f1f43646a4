import { failed, ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, Purchase } from "../port.ts";
import type { Voyado } from "./client.ts";
import { readAs } from "./errors.ts";
import { parsePage, type Page } from "./page.ts";
import { isPathId, v2Only } from "./routes.ts";
import { purchasesOf } from "./transaction.ts";

type Window = { readonly offset: number; readonly count: number };

/** One page of the purchase history, newest first. */
export const purchases = async (
  voyado: Voyado,
  contactId: string,
  page: { readonly start: number; readonly num: number },
  call: CrmCall,
): CrmOutcome<{ readonly items: readonly Purchase[]; readonly totalCount: number }> => {
  if (!isPathId(contactId)) return failed({ kind: "customer_not_found" });
  const { currencyCode } = voyado.settings;
  const { timeZone } = voyado.market;
  const wanted = { offset: page.start, count: page.num };
  const first = await readWindow(voyado, contactId, wanted, call);
  if (!first.ok) return first;
  const items = purchasesOf(first.value.items, currencyCode, timeZone);
  const totalCount = first.value.totalCount ?? page.start + first.value.items.length;

  // Engage's sort order is not published. Where it is oldest first, the newest page is at the other end.
  const order = await orderOf(voyado, contactId, items, totalCount, call);
  if (!order.ok) return order;
  if (order.value === "newest first") return ok({ items: newestFirst(items), totalCount });
  const mirrored = mirroredWindow(wanted, totalCount);
  if (mirrored.offset === wanted.offset) return ok({ items: newestFirst(items), totalCount });
  if (mirrored.count === 0) return ok({ items: [], totalCount });
  const last = await readWindow(voyado, contactId, mirrored, call);
  if (!last.ok) return last;
  return ok({
    items: newestFirst(purchasesOf(last.value.items, currencyCode, timeZone)),
    totalCount,
  });
};

const readWindow = async (
  voyado: Voyado,
  contactId: string,
  window: Window,
  call: CrmCall,
): CrmOutcome<Page> => {
  const reply = await voyado.send(
    {
      route: v2Only.transactions,
      path: { contactId },
      query: { offset: String(window.offset), count: String(window.count) },
    },
    call,
  );
  return readAs(reply, parsePage, { notFound: { kind: "customer_not_found" } }, voyado.now());
};

/** The same page counted from the end of the list. */
export const mirroredWindow = (wanted: Window, totalCount: number): Window => {
  const end = Math.max(0, totalCount - wanted.offset);
  const offset = Math.max(0, end - wanted.count);
  return { offset, count: end - offset };
};

/** How Engage sorts; one entry alone cannot tell, so then the first two are asked for. */
const orderOf = async (
  voyado: Voyado,
  contactId: string,
  items: readonly Purchase[],
  totalCount: number,
  call: CrmCall,
): CrmOutcome<"newest first" | "oldest first"> => {
  if (items.length !== 1 || totalCount < 2) return ok(orderAmong(items));
  const start = await readWindow(voyado, contactId, { offset: 0, count: 2 }, call);
  if (!start.ok) return start;
  const { settings, market } = voyado;
  return ok(orderAmong(purchasesOf(start.value.items, settings.currencyCode, market.timeZone)));
};

const orderAmong = (items: readonly Purchase[]): "newest first" | "oldest first" => {
  const [first, last] = [items[0], items.at(-1)];
  const isRising =
    first !== undefined && last !== undefined && Date.parse(first.at) < Date.parse(last.at);
  return isRising ? "oldest first" : "newest first";
};

const newestFirst = (items: readonly Purchase[]): Purchase[] =>
  items.toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
