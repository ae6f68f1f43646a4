import type { Page } from "../../sitoo/client.ts";
import type { OrderHead } from "../../sitoo/order_head.ts";

/** One page of Sitoo's list, oldest order first, once it is known to be what was asked for. */
export type WalkPage =
  | {
      readonly kind: "page";
      readonly heads: readonly OrderHead[];
      /** `orderidfrom` of the next page. */
      readonly next: number;
      readonly ended: boolean;
      /** Orders that the list holds after this page. */
      readonly left: number;
    }
  /** Going on by such a page could pass an order over. */
  | { readonly kind: "fault"; readonly detail: string };

/**
 * Pages are asked for by the id where they begin, never by an offset: an order that comes or goes
 * meanwhile moves none of the others. A page may be shorter than was asked for (the largest `num` is
 * not published), so only the list's own count tells that it has ended.
 * @param from `orderidfrom` that was asked for.
 */
export const readPage = (from: number, page: Page<OrderHead>): WalkPage => {
  const count = page.items.length + page.unreadable;
  const left = Math.max(0, page.totalCount - count);
  let next = from;
  for (const { orderid } of page.items) {
    // Sitoo leaves out a filter that it does not know: then this is another list.
    if (orderid < next)
      return { kind: "fault", detail: "Sitoo's list does not keep to orderidfrom and sort" };
    next = orderid + 1;
  }
  if (count > 0 && page.items.length === 0)
    return { kind: "fault", detail: "no order of Sitoo's list can be read" };
  return { kind: "page", heads: page.items, next, ended: count === 0 || left === 0, left };
};
