import { addCustomer, unique, type Instance } from "../conformance/harness.ts";
import * as z from "zod";

/** An order that was made, and what the CRM must know of it. */
export type Sold = {
  readonly id: number;
  /** With tax, minus for what came back. */
  readonly total: string;
  /** Whose it is: a member by id, a person of whom only the e-mail is known, or nobody. */
  readonly of: { readonly contact: string } | { readonly email: string } | undefined;
  readonly events: readonly unknown[];
};

const made = z.object({
  order: z.object({ orderid: z.number(), moneytotal_gross_all: z.string() }),
  refund: z.optional(z.object({ orderid: z.number(), moneytotal_gross_all: z.string() })),
  events: z.array(
    z.looseObject({ event_id: z.string(), data: z.looseObject({ order_id: z.number() }) }),
  ),
});

const baskets = [
  [{ sku: "S3" }],
  [{ sku: "T4", quantity: 2 }, { sku: "BAG" }],
  [{ sku: "A1", discount: 290 }, { sku: "C5" }],
  [{ sku: "J2" }, { sku: "B6" }, { sku: "S3", quantity: 3 }],
];
const sellers = 8;

/**
 * Sales in Sitoo of which no event has left yet: members, newcomers, strangers, returns, exchanges.
 * @param at Unix seconds; now when absent.
 */
export const shopDay = async (
  sitoo: Instance,
  voyado: Instance,
  count: number,
  at?: number,
): Promise<readonly Sold[]> => {
  const members: { readonly id: string; readonly email: string }[] = [];
  for (let n = 0; n < Math.max(5, count / 50); n += 1) members.push(await addCustomer(voyado));
  // Some orders of each newcomer, who so is created by whichever comes first.
  const newcomers = Array.from(
    { length: Math.ceil(count / 30) },
    () => `ny-${unique()}@example.com`,
  );
  const when = at === undefined ? {} : { at };
  const sold: Sold[] = [];

  const one = async (n: number): Promise<void> => {
    const member = members[n % members.length];
    const newcomer = newcomers[Math.floor(n / 10) % newcomers.length] ?? "";
    const [person, of] =
      n % 20 === 19 || member === undefined
        ? [{}, undefined]
        : n % 10 === 4
          ? [{ email: newcomer, nameFirst: "Ny", nameLast: "Exempel" }, { email: newcomer }]
          : n % 10 === 7
            ? [{ email: member.email }, { contact: member.id }]
            : [{ customerId: member.id }, { contact: member.id }];
    const items = baskets[n % baskets.length];
    const sale = { ...person, items, ...when };
    const answer = made.parse(await sitoo.control("POST", "/sell", sale));
    keep(answer, of);
    // Of every tenth order something comes back, of some of these something else is taken instead.
    if (n % 10 !== 2) return;
    const back = { refundOf: answer.order.orderid, ...person, ...when };
    const newItems = n % 20 === 2 ? { newItems: [{ sku: "T4" }, { sku: "A1" }] } : {};
    keep(made.parse(await sitoo.control("POST", "/sell", { ...back, ...newItems })), of);
  };
  const keep = ({ order, refund, events }: z.infer<typeof made>, of: Sold["of"]): void => {
    for (const row of [order, ...(refund === undefined ? [] : [refund])])
      sold.push({
        id: row.orderid,
        total: row.moneytotal_gross_all,
        of,
        events: events.filter(({ data }) => data.order_id === row.orderid),
      });
  };

  let next = 0;
  const seller = async (): Promise<void> => {
    while (sold.length < count) await one(next++);
  };
  await Promise.all(Array.from({ length: sellers }, seller));
  return sold;
};
