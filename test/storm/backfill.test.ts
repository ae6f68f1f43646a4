import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { accepted, eventually, useGateway, type Onboarded } from "../conformance/harness.ts";
import { audit } from "./audit.ts";
import { shopDay, type Sold } from "./shop_day.ts";

const gateway = useGateway();

const orders = Number(process.env.ORDERS ?? 300);
/** Copies of one day's orders, as many as it takes. */
const sellable = Math.min(orders, 200);
const copiesAtOnce = 5_000;
const kills = [0.25, 0.5, 0.75];
const withinMs = 120_000 + orders * 100;
/** Before the backfill begins: what is sold in the same second is not history yet. Unix seconds. */
const soldAt = Math.floor(Date.now() / 1_000) - 600;

const views = z.object({
  items: z.tuple([
    z.looseObject({
      id: z.string(),
      state: z.string(),
      found: z.number(),
      handed: z.number(),
      onTheirWay: z.number(),
      perSecond: z.nullable(z.number()),
    }),
  ]),
});
const order = z.looseObject({
  orderid: z.number(),
  additionaldata: z.record(z.string(), z.string()),
});

/** Orders of that day that no event will ever tell of: everything before today is history. */
const history = async (): Promise<readonly Sold[]> => {
  const [sitoo, voyado] = [gateway.sitoo("history"), gateway.voyado("history")];
  await voyado.profile({ rateLimitPerSecond: 0 });
  const sold = [...(await shopDay(sitoo, voyado, sellable, soldAt))];
  const first = await Promise.all(
    sold.map(async ({ id }) => order.parse(await sitoo.control("GET", `/orders/${id}`))),
  );
  let next = Math.max(...sold.map(({ id }) => id)) + 1;
  const copies: z.infer<typeof order>[] = [];
  for (let n = 0; sold.length < orders; n += 1) {
    const [from, of] = [first[n % first.length], sold[n % first.length]];
    if (from === undefined || of === undefined) throw new Error("a day without orders");
    const orderid = next++;
    const data = { ...from.additionaldata, "pos-receiptid": `R${orderid}` };
    copies.push({ ...from, orderid, additionaldata: data });
    sold.push({ ...of, id: orderid, events: [] });
  }
  for (let from = 0; from < copies.length; from += copiesAtOnce)
    await sitoo.control("POST", "/orders", copies.slice(from, from + copiesAtOnce));
  return sold;
};

describe("a backfill", () => {
  let tenant: Onboarded;
  let sold: readonly Sold[];
  const day = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm" });
  beforeAll(
    async () => {
      tenant = await gateway.onboard("history", {
        edit: (document) => {
          document.orders = {
            // As fast as it goes: the lane's usual twenty calls a second would be ten orders.
            deliver_to: [{ channel: "voyado", missing_customer: "create", rate: 1_000 }],
          };
        },
      });
      sold = await history();
    },
    120_000 + orders * 20,
  );

  it(
    `of ${orders} orders, killed ${kills.length} times, brings each of them once`,
    async () => {
      const path = `/tenants/${tenant.name}/backfills`;
      const began = Date.now();
      const { id } = accepted(
        await gateway.adminPost(path, { from: day.format(soldAt * 1_000) }),
        views,
      ).items[0];
      const show = async () => accepted(await gateway.admin(`${path}/${id}`), views).items[0];
      for (const share of kills) {
        await eventually(
          async () => (await show()).found >= orders * share,
          `${share * 100} % of the orders are found`,
          withinMs,
        );
        await gateway.restart();
        // What the cron does within 15 minutes, should the alarms be lost as well.
        await gateway.scheduled("*/15 * * * *");
      }
      const done = await eventually(
        async () => {
          const one = await show();
          return one.state === "done" && one;
        },
        "the backfill is done",
        withinMs,
      );
      const seconds = (Date.now() - began) / 1_000;
      const found = await audit(gateway.voyado(tenant.name), sold);
      console.log(
        `${orders} orders in ${seconds.toFixed(1)} s, ${(orders / seconds).toFixed(0)} a second; ${found.repeats} receipts sent again`,
      );
      expect(found.faults.slice(0, 20)).toEqual([]);
      expect(done).toMatchObject({ found: sold.length, onTheirWay: 0 });
      // On the wire when it was killed: at most what one lane sends at once, each time.
      expect(found.repeats).toBeLessThanOrEqual(kills.length * 6);
    },
    withinMs * 2,
  );
});
