import { describe, expect, it } from "vitest";
import { mailChannel, mailWorld, start } from "../../test/mail_world.ts";
import { channel, destination, tenantWith } from "../../test/tenant_fixture.ts";
import type { DeliveryResult } from "../crm/port.ts";
import type { Orders } from "../tenants/tenant.ts";
import { maskedAddress } from "./receipt_mail.ts";

const address = "xqzy@example.com";
const asked = "email-receipt";
const first = "ometria mail 1";
const [minute, hour, day] = [60_000, 3_600_000, 24 * 3_600_000];
const unclear: DeliveryResult = { kind: "retry", failure: { kind: "timed_out" } };

const world = (orders: Partial<Orders> = {}) => mailWorld([mailChannel("ometria")], orders);
/** With the order delivered, so that only mails take answers. */
const delivered = async (orders: Partial<Orders> = {}) => {
  const w = world(orders);
  await w.event("update", { stateChanged: "closed" });
  return w;
};

describe("a receipt that is asked for by e-mail", () => {
  it("is sent once to the order's address, beside the order's own delivery", async () => {
    const w = world();
    await w.event(asked);
    expect(w.crm("ometria").mailed).toMatchObject([
      { address, sale: { id: "sitoo-90316-1-4711" }, requestId: "order-4711-ometria-mail-1" },
    ]);
    expect(w.crm("ometria").sent).toHaveLength(1);
    expect(w.trace()?.deliveries).toMatchObject([
      { channel: "ometria", state: "delivered" },
      { channel: first, state: "delivered", attempt: 1, changedSince: false },
    ]);
  });

  it("is sent once for the same event, and once more for each new one", async () => {
    const w = world();
    await w.event(asked, { eventId: "same" });
    await w.event(asked, { eventId: "same" });
    expect(w.mailed("ometria")).toEqual([address]);
    w.state.order = { ...w.state.order, email: "other@example.com" };
    await w.event(asked);
    await Promise.all([w.note(asked), w.note(asked)]);
    await w.run();
    expect(w.mailed("ometria")).toEqual([
      address,
      ...Array.from({ length: 3 }, () => "other@example.com"),
    ]);
    expect(w.delivery("ometria mail 4")?.state).toBe("delivered");
  });

  it.each(["add", "update", "walk", "backfill", "replay", "ready-for-pickup"])(
    "is not by an event of type %s",
    async (type) => {
      const w = await delivered();
      await w.event(type, { stateChanged: "closed" });
      expect(w.mailed("ometria")).toEqual([]);
    },
  );

  it("goes to each destination that mails receipts, and by one channel of a CRM instance", async () => {
    const shared = { crmInstance: "ometria|one" };
    const w = mailWorld([
      mailChannel("ometria", shared),
      mailChannel("twin", shared),
      mailChannel("second"),
      channel("club"),
    ]);
    await w.event(asked);
    expect(["ometria", "twin", "second", "club"].map((id) => w.mailed(id).length)).toEqual([
      1, 0, 1, 0,
    ]);
  });

  it("is dropped where no destination mails receipts, also once one does", async () => {
    const w = mailWorld([channel("ometria")]);
    await w.event(asked);
    expect(w.trace()?.hops).toContainEqual(
      expect.objectContaining({
        hop: "mail",
        status: "skipped",
        note: "no destination mails receipts",
      }),
    );
    w.state.tenant = tenantWith([mailChannel("ometria")]);
    await w.event("update");
    expect(w.mailed("ometria")).toEqual([]);
    await w.event(asked);
    expect(w.mailed("ometria")).toEqual([address]);
  });

  it("while the order is being read, is for the next reading, and its address", async () => {
    const w = world();
    w.state.beforeRead = async () => {
      w.state.beforeRead = async () => {};
      await w.note(asked);
    };
    w.crm("ometria").mailAnswers.push(() => {
      w.state.order = { ...w.state.order, email: "other@example.com" };
      return Promise.resolve({ kind: "delivered" });
    });
    await w.event(asked);
    expect(w.crm("ometria").mailed.map((mail) => [mail.requestId, mail.address])).toEqual([
      ["order-4711-ometria-mail-1", address],
      ["order-4711-ometria-mail-2", "other@example.com"],
    ]);
  });

  it("is not another one when the order changes afterwards", async () => {
    const w = world();
    await w.event(asked);
    w.state.order = { ...w.state.order, email: "other@example.com" };
    await w.event("update");
    expect(w.mailed("ometria")).toHaveLength(1);
    expect(w.delivery("ometria")?.changedSince).toBe(true);
    expect(w.delivery(first)?.changedSince).toBe(false);
  });

  it("stands in the trace with the address masked, and nowhere in clear", async () => {
    const w = world();
    w.crm("ometria").mailAnswers.push(unclear);
    await w.event(asked);
    const mailHop = w.trace()?.hops.find(({ hop }) => hop === `deliver:${first}`);
    expect(mailHop).toMatchObject({ status: "dead", note: expect.stringMatching(/; to x…@e…$/) });
    const tables = ["orders", "events", "deliveries", "receipts", "hops", "outbox"];
    const rows = tables.map((name) => w.storage.exec(`SELECT * FROM journal_${name}`).toArray());
    const everything = [rows, w.trace(), [...w.letters.values()], w.state.logged];
    expect(JSON.stringify(everything)).not.toMatch(/xqzy|example\.com/i);
  });
});

describe("an order that is no sale when its receipt is asked for", () => {
  it("has it sent once it is closed", async () => {
    const w = world();
    w.state.order = { ...w.state.order, orderstateid: 0 };
    await w.event(asked);
    expect(w.mailed("ometria")).toEqual([]);
    w.state.order = { ...w.state.order, orderstateid: 10 };
    await w.event("update", { stateChanged: "closed" });
    expect(w.mailed("ometria")).toEqual([address]);
  });

  it.each([
    [{ orderstateid: 20 }, "cancelled"],
    [{ orderstateid: -1 }, "abandoned"],
    [{ ordertypeid: 110 }, "parked"],
    [{ ordertypeid: 100 }, "booking"],
  ])("has none: %o", async (change, note) => {
    const w = world();
    const closed = w.state.order;
    w.state.order = { ...closed, ...change };
    await w.event(asked);
    w.state.order = closed;
    await w.event("update");
    expect(w.mailed("ometria")).toEqual([]);
    expect(w.trace()?.hops).toContainEqual(expect.objectContaining({ hop: "mail", note }));
  });

  it("is not mailed any more when it is cancelled while the mail waits", async () => {
    const w = await delivered();
    w.roads.set("ometria", { pausedSince: start });
    await w.event(asked);
    w.state.order = { ...w.state.order, orderstateid: 20 };
    await w.event("update", { stateChanged: "cancelled" });
    w.roads.clear();
    await w.run(start + day);
    expect(w.mailed("ometria")).toEqual([]);
    expect(w.delivery(first)).toMatchObject({ state: "skipped", reason: "cancelled" });
  });
});

describe("what is withheld", () => {
  it.each<[string, Partial<Orders>]>([
    ["shadow", { mode: "shadow" }],
    ["orders are off", { mode: "off" }],
    ["ignored store", { ignore: { stores: ["200"], registers: [], staff: [] } }],
    ["store is not live", { liveStores: ["999"] }],
    ["before live_from", { liveFrom: "2027-01-01" }],
  ])("is not mailed, and not later either: %s", async (reason, orders) => {
    const w = world(orders);
    await w.event(asked);
    expect(w.mailed("ometria")).toEqual([]);
    expect(w.trace()?.hops.some(({ note }) => note === reason)).toBe(true);
    w.state.tenant = tenantWith([mailChannel("ometria")]);
    await w.event("update");
    await w.event("replay");
    expect(w.mailed("ometria")).toEqual([]);
    await w.event(asked);
    expect(w.mailed("ometria")).toEqual([address]);
  });

  it("is not the receipt of a sale from before live_from that is asked for since", async () => {
    const w = world({ liveFrom: new Date(start).toISOString().slice(0, 10) });
    w.state.order = { ...w.state.order, orderdate: start / 1000 - 90 * 24 * 3600 };
    await w.event(asked);
    expect(w.delivery("ometria")).toMatchObject({ state: "skipped", reason: "before live_from" });
    expect(w.mailed("ometria")).toEqual([address]);
  });

  it("by a pause is sent after it, and the order not read for it meanwhile", async () => {
    const w = await delivered();
    w.roads.set("ometria", { pausedSince: start });
    await w.event(asked);
    await w.run(start + day);
    expect([w.mailed("ometria"), w.state.reads]).toEqual([[], 2]);
    expect(w.delivery(first)).toMatchObject({ state: "pending", reason: "orders are paused" });
    w.roads.clear();
    await w.run(start + day + 10 * minute);
    expect(w.mailed("ometria")).toEqual([address]);
  });

  it("by a lane that has not begun goes when it said, without an attempt", async () => {
    const w = await delivered();
    const busy = { kind: "not_yet", why: "busy", at: start + minute } as const;
    w.roads.set("ometria", { deliver: async () => busy, room: async () => undefined });
    await w.event(asked);
    expect(w.delivery(first)).toMatchObject({ state: "pending", attempt: 0, nextAt: busy.at });
    w.roads.clear();
    await w.run(start + minute);
    expect(w.delivery(first)).toMatchObject({ state: "delivered", attempt: 1 });
  });

  it("waits no more for a destination that is gone, or mails none any more", async () => {
    for (const channels of [[channel("ometria")], [mailChannel("second")]]) {
      const w = await delivered();
      w.crm("ometria").mailAnswers.push({ kind: "retry", failure: { kind: "rate_limited" } });
      await w.event(asked);
      w.state.tenant = tenantWith(channels, {
        deliverTo: channels.map(({ id }) => destination(id)),
      });
      await w.run(start + 10_000);
      expect(w.delivery(first)).toMatchObject({
        state: "skipped",
        reason: "no longer a destination",
      });
    }
  });
});

describe("trouble with the mail", () => {
  it.each<[string, DeliveryResult]>([
    ["no answer in time", unclear],
    [
      "broken off after it was sent",
      { kind: "retry", failure: { kind: "unavailable", sent: true, detail: "reset" } },
    ],
    [
      "an answer that cannot be read",
      { kind: "retry", failure: { kind: "unreadable", detail: "" } },
    ],
  ])("%s: perhaps sent, so never again by itself", async (_, answer) => {
    const w = await delivered();
    w.crm("ometria").mailAnswers.push(answer);
    await w.event(asked);
    expect(w.kinds()).toEqual([["unclear", first]]);
    await w.event("update");
    w.state.order = { ...w.state.order, email: "other@example.com" };
    await w.event("update");
    await w.event("replay");
    await w.run(start + 8 * day);
    expect(w.mailed("ometria")).toEqual([address]);
    expect(w.delivery(first)?.state).toBe("refused");
  });

  it.each<[string, DeliveryResult]>([
    ["busy", { kind: "retry", failure: { kind: "rate_limited", retryAfterMs: 5_000 } }],
    ["not reached", { kind: "retry", failure: { kind: "unavailable", sent: false, detail: "" } }],
    ["a wrong key", { kind: "retry", failure: { kind: "set_up_fault", detail: "403" } }],
  ])("%s: surely not sent, so tried again", async (_, answer) => {
    const w = await delivered();
    w.crm("ometria").mailAnswers.push(answer, answer);
    await w.event(asked);
    await w.run(start + 5 * minute);
    expect(w.mailed("ometria")).toHaveLength(3);
    expect(w.delivery(first)).toMatchObject({ state: "delivered", attempt: 3 });
    expect(w.kinds()).toEqual([]);
  });

  it("for a week is a person's", async () => {
    const w = await delivered();
    w.roads.set("ometria", {
      deliver: async () => ({ kind: "later", note: "set_up_fault: 403" }),
    });
    await w.event(asked);
    await w.run(start + 8 * day);
    expect(w.kinds()).toEqual([["gave_up", first]]);
  });

  it("that the CRM refuses is a dead letter, which a person may replay", async () => {
    const w = await delivered();
    w.crm("ometria").mailAnswers.push({ kind: "refused", reason: "no such template" });
    await w.event(asked);
    expect([...w.letters.values()]).toMatchObject([
      { kind: "refused", reason: "no such template", destination: first, receiptNumber: "4711" },
    ]);
    await w.event("replay", { channels: [first] });
    expect(w.mailed("ometria")).toHaveLength(2);
    expect(w.delivery(first)?.state).toBe("delivered");
    await w.event("replay", { channels: [first] });
    expect(w.mailed("ometria")).toHaveLength(2);
  });

  it("is replayed alone, and nothing else with it", async () => {
    const w = mailWorld([mailChannel("ometria"), channel("club")]);
    w.crm("club").answers.push({ kind: "refused", reason: "no such store" });
    w.crm("ometria").mailAnswers.push(unclear, unclear);
    await w.event(asked);
    await w.event(asked);
    await w.event("replay", { channels: ["ometria mail 2"] });
    expect(w.mailed("ometria")).toHaveLength(3);
    expect(w.crm("club").sent).toHaveLength(1);
    await w.event("replay");
    expect(w.mailed("ometria")).toHaveLength(3);
    expect(w.crm("club").sent).toHaveLength(2);
  });

  it("holds up neither the order nor another mail", async () => {
    const w = mailWorld([mailChannel("ometria"), mailChannel("second")]);
    w.crm("ometria").mailAnswers.push(unclear);
    await w.event(asked);
    expect(w.delivery("ometria")?.state).toBe("delivered");
    expect(w.mailed("second")).toEqual([address]);
  });

  it("at a CRM that mails none after all is a dead letter", async () => {
    const w = await delivered();
    Object.assign(w.crm("ometria"), { mailReceipt: undefined });
    await w.event(asked);
    expect([...w.letters.values()]).toMatchObject([
      { kind: "refused", reason: "this CRM mails no receipts", destination: first },
    ]);
  });

  it("by a crash while it is sent is unclear, and not sent again", async () => {
    const w = await delivered();
    w.crm("ometria").mailAnswers.push(() => new Promise(() => {}));
    await w.note(asked);
    w.state.alarmAt = undefined;
    void w.journal().alarm();
    while (w.mailed("ometria").length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(w.delivery(first)?.state).toBe("delivering");
    w.restart();
    await w.journal().alarm();
    expect(w.mailed("ometria")).toHaveLength(1);
    expect(w.kinds()).toEqual([["unclear", first]]);
  });

  it.each([
    ["after it had said that it sends", true, "refused", [["unclear", first]]],
    ["before", false, "pending", []],
  ] as const)("by a lane that is lost %s", async (_, begun, state, kinds) => {
    const w = await delivered();
    w.roads.set("ometria", {
      deliver: async (_sale, intend) => {
        if (begun) await intend(undefined);
        throw new Error("the object was reset");
      },
    });
    await w.event(asked);
    expect(w.delivery(first)?.state).toBe(state);
    expect(w.kinds()).toEqual(kinds);
  });
});

describe("an order without an e-mail address", () => {
  const without = async () => {
    const w = await delivered();
    w.state.order = { ...w.state.order, email: "" };
    await w.event(asked);
    return w;
  };

  it("is read again for a while, since Sitoo may show it late", async () => {
    const w = await without();
    w.state.order = { ...w.state.order, email: "late@example.com" };
    await w.run(start + 10_000);
    expect(w.mailed("ometria")).toEqual(["late@example.com"]);
  });

  it("and then is a dead letter that names the field", async () => {
    const w = await without();
    await w.run(start + hour);
    expect(w.mailed("ometria")).toEqual([]);
    expect([...w.letters.values()]).toMatchObject([
      { kind: "customer", field: "email", destination: first },
    ]);
    expect(w.delivery(first)?.attempt).toBe(5);
  });
});

describe("a masked address", () => {
  it.each([
    ["anna.bengtsson@example.com", "a…@e…"],
    ['"odd@local"@example.co.uk', '"…@e…'],
    ["a@b.c.", "a…@b…"],
    ["nothing", "n…@n…"],
    ["", "…@…"],
  ])("%s", (written, masked) => {
    expect(maskedAddress(written)).toBe(masked);
  });
});

describe("reassigning an order of which a receipt was mailed", () => {
  it("knows that a mail is no CRM", async () => {
    const w = world();
    await w.event(asked);
    w.crm("ometria").people.set("customer_id:c-2", "c-2");
    const came = await w.journal().reassign({
      orderId: 4711,
      customer: "c-2",
      reason: "scanned the wrong card",
      dryRun: true,
      requestId: "r",
    });
    expect(came).toMatchObject({ kind: "planned", channel: "ometria" });
  });
});
