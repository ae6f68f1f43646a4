import * as z from "zod";
import { newGenerationMs } from "../../../src/redemption/machine/admission.ts";
import { addCustomer } from "../../conformance/harness.ts";
import {
  faultyPaths,
  ones,
  tills,
  type Act,
  type History,
  type One,
  type TillName,
} from "./acts.ts";
import { createStory, type Answer, type Call, type Order } from "./story.ts";
import { orderId, type TestRig } from "./rig.ts";

const answerSchema = z.object({
  redeem_id: z.string().optional(),
  promotions: z.array(z.object({ promotion_id: z.string(), redeemed: z.boolean() })).optional(),
  bonus_checks: z.array(z.object({ bonus_check_id: z.string(), redeemed: z.boolean() })).optional(),
});
const sold = z.object({ order: z.object({ orderid: z.number() }), events: z.array(z.unknown()) });
const goods = [{ sku: "A1" }, { sku: "S3", quantity: 2 }];

const isOpen = (order: Order): boolean => order.parked && order.left === undefined;

export type Customer = {
  readonly id: string;
  readonly ids: Readonly<Record<One, string>>;
};

/** Plays one history at tills, in the CRM and in Sitoo, and writes down who was told what. */
export const createPlayer = async (rig: TestRig, history: History) => {
  await rig.begin(history.ordersCarryIds);
  const spentVoucher = history.isSpent ? { reactivations: 3 } : {};
  const made = await addCustomer(rig.voyado, { vouchers: [spentVoucher, {}], promotions: [{}] });
  const [v = "", w = ""] = made.vouchers;
  const [p = ""] = made.promotions;
  const ids = { v, w, p };
  const customer: Customer = { id: made.id, ids };
  const oneOf = new Map<string, One>([
    [v, "v"],
    [w, "w"],
    [p, "p"],
  ]);
  const story = createStory(rig.now);
  const pending = new Set<Promise<unknown>>();
  const broken: unknown[] = [];
  const untold: (() => Promise<void>)[] = [];
  const lastId = new Map<TillName, string>();

  const bodyOf = (named: readonly One[]) => ({
    promotions: named.filter((one) => one === "p").map((one) => ids[one]),
    bonus_checks: named.filter((one) => one !== "p").map((one) => ids[one]),
  });
  const read = (status: number, text: string): Answer => {
    const body = answerSchema.safeParse(status === 200 ? JSON.parse(text) : {}).data ?? {};
    const redeemed = new Map<One, boolean>();
    for (const [id, isUsed] of [
      ...(body.promotions ?? []).map((one) => [one.promotion_id, one.redeemed] as const),
      ...(body.bonus_checks ?? []).map((one) => [one.bonus_check_id, one.redeemed] as const),
    ]) {
      const one = oneOf.get(id);
      if (one !== undefined) redeemed.set(one, isUsed);
    }
    return { ...story.moment(), status, redeemId: body.redeem_id, redeemed, text };
  };
  const shown = (answer: Answer): string =>
    answer.status === 200
      ? `${answer.redeemId?.split(".")[1]?.slice(0, 5) ?? ""} ${[...answer.redeemed].map(([one, used]) => `${one} ${used ? "used" : "free"}`).join(", ")}`
      : `${answer.status} ${/"message":"([^"]*)"/.exec(answer.text)?.[1] ?? answer.text.slice(0, 80)}`;

  const ask = async (
    call: Omit<Call, "sent">,
    method: "GET" | "POST" | "DELETE",
    path: string,
    body: object | undefined,
    hangUpAfterMs?: number,
  ): Promise<void> => {
    const asked: Call = { ...call, sent: story.moment() };
    story.calls.push(asked);
    const name = `${call.till}: ${call.kind} ${call.ones.join("")}`;
    story.say(
      `${name}${call.redeemId === undefined ? "" : ` by id ${call.redeemId.split(".")[1]?.slice(0, 5)}`}`,
    );
    const hangUp = hangUpAfterMs === undefined ? undefined : AbortSignal.timeout(hangUpAfterMs);
    try {
      const response = await rig.spi(method, path, tills[call.till], body, hangUp);
      asked.answer = read(response.status, await response.text());
    } catch (error) {
      if (hangUp?.aborted !== true) throw error;
      story.say(`${name} has hung up`);
      return;
    }
    story.say(`${name} hears ${shown(asked.answer)}`);
    if (call.kind === "redeem" && asked.answer.redeemId !== undefined)
      lastId.set(call.till, asked.answer.redeemId);
  };
  const start = async (work: Promise<void>, after: "answer" | number): Promise<void> => {
    const ended = work
      .catch((error: unknown) => broken.push(error))
      .finally(() => pending.delete(ended));
    pending.add(ended);
    if (after === "answer") await ended;
    else if (after > 0) await new Promise((resolve) => setTimeout(resolve, after));
  };
  const redeem = (till: TillName, named: readonly One[], hangUpAfterMs?: number): Promise<void> =>
    ask(
      { kind: "redeem", till, ones: named },
      "POST",
      `/customers/${made.id}/redeem`,
      bodyOf(named),
      hangUpAfterMs,
    );
  const undo = (act: Extract<Act, { act: "undo" }>): Promise<void> => {
    const call = { kind: "undo", till: act.till, ones: ones(act.set) } as const;
    const redeemId = act.by === "redeem_id" ? lastId.get(act.till) : undefined;
    return redeemId === undefined
      ? ask(call, "DELETE", `/customers/${made.id}/redeem`, bodyOf(ones(act.set)))
      : ask({ ...call, redeemId }, "DELETE", `/redeem/${redeemId}`, undefined);
  };

  const tell = async (order: Order, events: readonly unknown[]): Promise<void> => {
    const reply = await rig.events(events);
    if (reply.status !== 200) throw new Error(`events: ${reply.status} ${reply.text}`);
    order.told = true;
    story.say(`Sitoo tells of order ${order.number}`);
  };
  const sell = async (
    act: Omit<Extract<Act, { act: "sell" }>, "act">,
    source?: Order,
  ): Promise<void> => {
    const { order: sale, events } = sold.parse(
      await rig.sitoo.sell({
        storeId: tills[act.till]["Store-ID"],
        customerId: made.id,
        items: goods,
        state: act.state,
        bonusCheckIds: ones(act.set)
          .filter((one) => one !== "p")
          .map((one) => ids[one]),
        promotions: ones(act.set)
          .filter((one) => one === "p")
          .map((one) => ({ id: ids[one] })),
        ...(source === undefined
          ? {}
          : { additionaldata: { "pos-sourceorderid": `${source.number}` } }),
      }),
    );
    const order: Order = {
      id: orderId(sale),
      number: sale.orderid,
      till: act.till,
      set: act.set,
      closed: act.state === "closed",
      parked: act.state === "parked",
      made: story.moment(),
      told: false,
      ...(source === undefined ? {} : { source: source.id }),
    };
    story.orders.push(order);
    story.say(`${act.till} makes order ${sale.orderid} ${act.state} with ${act.set}`);
    if (act.event === "now" || act.event === "twice") await tell(order, events);
    if (act.event === "twice" || act.event === "later") untold.push(() => tell(order, events));
  };
  const leaveOpen = async (order: Order): Promise<void> => {
    // 20 is cancelled: what was parked is paid by another order, or left.
    await rig.sitoo.control("PATCH", `/orders/${order.number}`, { orderstateid: 20 });
    order.left = story.moment();
  };
  const refund = async (whole: boolean): Promise<void> => {
    const order = story.orders.findLast(
      (one) => one.closed && one.returned === undefined && one.told,
    );
    if (order === undefined) return;
    const items = whole ? {} : { items: [{ sku: "A1" }] };
    const { events } = sold.parse(
      await rig.sitoo.sell({ refundOf: order.number, customerId: made.id, ...items }),
    );
    story.say(`${whole ? "all" : "a part"} of order ${order.number} comes back`);
    await rig.events(events);
    if (whole) order.returned = story.moment();
  };
  const elsewhere = async (by: "web" | "staff", one: One): Promise<void> => {
    const path =
      by === "staff"
        ? `/api/v2/promotions/reward-vouchers/${ids[one]}/reactivate`
        : one === "p"
          ? `/api/v2/contacts/${made.id}/promotions/${ids[one]}/redeem`
          : `/api/v2/contacts/${made.id}/bonuschecks/${ids[one]}/redeem`;
    const before = story.moment();
    const reply = await rig.elsewhere(path, { redemptionChannel: "POS" });
    const done = reply.status === 200;
    story.elsewhere.push({ ...before, by, one, done });
    story.say(`${by} ${by === "web" ? "uses" : "give back"} ${one}: ${reply.status}`);
  };
  const operator = async (till: TillName): Promise<void> => {
    const redeemId = lastId.get(till);
    if (redeemId === undefined) return;
    const before = story.moment();
    const path = `/tenants/${rig.tenant.name}/redemptions/${redeemId}/reverse`;
    const reply = await rig.admin("POST", path, { reason: "the test gives it back" });
    // Without a clear answer it may have been done all the same.
    const done = reply.status === 200 || reply.status >= 500;
    story.elsewhere.push({ ...before, by: "operator", redeemId, done });
    story.say(`an operator gives back what ${till} redeemed last: ${reply.status}`);
  };
  const answered = async (): Promise<void> => {
    await Promise.all(pending);
    if (broken.length > 0) throw broken[0];
  };

  const perform = async (act: Act): Promise<void> => {
    switch (act.act) {
      case "redeem":
        return start(redeem(act.till, ones(act.set)), act.after);
      case "rush":
        for (const till of act.tills) await start(redeem(till, ones(act.set)), 0);
        return;
      case "hang up":
        return start(redeem(act.till, ones(act.set), act.afterMs), act.afterMs);
      case "undo":
        return start(undo(act), act.after);
      case "card":
        return start(
          ask({ kind: "card", till: "one", ones: [] }, "GET", `/customers/${made.id}`, undefined),
          act.after,
        );
      case "sell":
        return sell(act);
      case "pay parked": {
        const parked = story.orders.find(isOpen);
        if (parked === undefined) return;
        await leaveOpen(parked);
        return sell({ ...act, till: parked.till, set: parked.set, state: "closed" }, parked);
      }
      case "refund":
        return refund(act.whole);
      case "tell":
        for (const event of untold.splice(0)) await event();
        return;
      case "web":
      case "staff":
        return elsewhere(act.act, act.one);
      case "operator":
        return operator(act.till);
      case "lose":
        story.say("the ledger is lost");
        await rig.loseNow();
        return;
      case "lose at":
        story.say(`the ${act.loss.of} will be lost, ${act.loss.call} ${act.loss.when}`);
        await rig.loseAt(act.loss);
        return;
      case "fault": {
        const side = act.of === "orders" ? rig.sitoo : rig.voyado;
        story.say(`${act.of} will meet ${JSON.stringify(act.fault)}`);
        await side.fault(act.fault, { path: faultyPaths[act.of] }, 1);
        return;
      }
      case "wait":
        await new Promise((resolve) => setTimeout(resolve, act.ms));
        return;
      case "pass":
        await answered();
        story.say(`${act.ms / 1_000} s pass${act.late ? ", alarms are late" : ""}`);
        return rig.pass(act.ms, act.late);
    }
  };

  return {
    story,
    customer,
    async play(): Promise<void> {
      for (const act of history.acts) await perform(act);
      await answered();
    },
    /** Nothing goes wrong any more, carts are left, and time passes until nothing is to be done. */
    async end(): Promise<void> {
      story.say("nothing goes wrong any more, and time passes");
      await rig.loseAt(undefined);
      await Promise.all([rig.voyado.clearFaults(), rig.sitoo.clearFaults()]);
      for (const order of story.orders) if (isOpen(order)) await leaveOpen(order);
      await rig.runOut();
      // For an hour after staff gave something back the ledger still says what it knows (admission.ts).
      await rig.pass(newGenerationMs + 1_000, true);
    },
    /** A till that was never there before; it asks again while nobody knows, for a machine may stand still. */
    async redeemAtLast(one: One): Promise<void> {
      for (let tries = 0; tries < 5; tries++) {
        await redeem("last", [one]);
        if ((story.calls.at(-1)?.answer?.status ?? 500) < 500) return;
        await rig.rest();
      }
    },
  };
};
