import { execFile } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { projectDir } from "../../local/bundle.ts";
import { redeemResult } from "../../src/spi/contract_answers.ts";
import {
  accepted,
  addCustomer,
  effectOf,
  eventually,
  foundOne,
  refused,
  send,
  useGateway,
  type Onboarded,
} from "./harness.ts";

const gateway = useGateway();
let quiet: Onboarded;
let german: Onboarded;
beforeAll(async () => {
  quiet = await gateway.onboard("quiet");
  german = await gateway.onboard("german", { market: { locale: "de-DE" } });
});

type Ended = { readonly code: number; readonly out: string; readonly err: string };
/** The command as an operator runs it. */
const tenant = (...args: readonly string[]) =>
  new Promise<Ended>((resolve) => {
    execFile(
      process.execPath,
      [join(projectDir, "src/cli/tenant.ts"), ...args],
      {
        cwd: projectDir,
        env: { PATH: process.env["PATH"] ?? "", STATE_DIR: gateway.running().stateDir },
      },
      (fault, out, err) => {
        const code = typeof fault?.code === "number" ? fault.code : fault === null ? 0 : -1;
        resolve({ code, out, err });
      },
    );
  });
const call = (method: string, path: string, body?: unknown) =>
  send(`${gateway.running().gateway.url}/admin/tenants${path}`, {
    method,
    headers: { Authorization: `Bearer ${gateway.running().adminToken}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const pauses = z.object({
  resumed: z.number().optional(),
  pauses: z.array(
    z.object({ what: z.string(), channel: z.string().optional(), since: z.number() }),
  ),
});
const trace = z.looseObject({
  state: z.string(),
  deliveries: z.array(
    z.looseObject({
      channel: z.string(),
      state: z.string(),
      reason: z.string(),
      attempt: z.number(),
    }),
  ),
});
const journalOf = async (orderId: number, name: string) =>
  trace.safeParse((await gateway.admin(`/tenants/${name}/orders/90316/1/${orderId}`)).json).data;
const redeem = (of: Onboarded, id: string, voucher: string | undefined) =>
  gateway.till(of)("POST", `/customers/${id}/redeem`, {
    register: "till-1",
    body: { bonus_checks: [voucher] },
  });

describe("redeeming that is paused", () => {
  it("is refused in words that a cashier understands, while cards and undo go on, until it is resumed", async () => {
    const voyado = gateway.voyado("quiet");
    const member = await addCustomer(voyado, { vouchers: [{}, {}] });
    const [used = "", free = ""] = member.vouchers;
    accepted(await redeem(quiet, member.id, used), redeemResult);

    const paused = await tenant("pause", "quiet", "redeem", "--channel", "voyado");
    expect([paused.code, paused.err]).toEqual([0, ""]);
    expect(paused.out).toMatch(/^redeem of voyado: paused since \d{4}-/);
    const refusal = await redeem(quiet, member.id, free);
    refused(refusal, 503, /Inlösen är avstängd just nu/);
    expect(refusal.headers.get("retry-after")).toBe("60");
    expect(await effectOf(voyado, free)).toMatchObject({ redeemed: 0 });

    const card = foundOne(
      await gateway.till(quiet)("GET", "/customers", {
        query: { key_type: "email", key: member.email },
      }),
    );
    expect(card.bonus_checks?.map(({ bonus_check_id }) => bonus_check_id)).toContain(free);
    const undone = await gateway.till(quiet)("DELETE", `/customers/${member.id}/redeem`, {
      register: "till-1",
      body: { bonus_checks: [used] },
    });
    accepted(undone, redeemResult);
    expect(await effectOf(voyado, used)).toEqual({ redeemed: 1, reactivated: 1 });

    const resumed = await tenant("resume", "quiet", "redeem");
    expect([resumed.code, resumed.out]).toEqual([0, ""]);
    accepted(await redeem(quiet, member.id, free), redeemResult);
  });

  it("is so in the language of the market, and for no other tenant", async () => {
    const member = await addCustomer(gateway.voyado("german"), { vouchers: [{}] });
    const [voucher] = member.vouchers;
    accepted(await call("POST", "/german/pauses", { what: "all" }), pauses);
    refused(await redeem(german, member.id, voucher), 503, /Das Einlösen ist zurzeit abgeschaltet/);
    const other = await addCustomer(gateway.voyado("quiet"), { vouchers: [{}] });
    accepted(await redeem(quiet, other.id, other.vouchers[0]), redeemResult);
    accepted(await call("DELETE", "/german/pauses"), pauses);
    accepted(await redeem(german, member.id, voucher), redeemResult);
  });

  it("leaves redeeming alone when only orders are paused", async () => {
    const member = await addCustomer(gateway.voyado("german"), { vouchers: [{}] });
    accepted(await call("POST", "/german/pauses", { what: "orders" }), pauses);
    accepted(await redeem(german, member.id, member.vouchers[0]), redeemResult);
    accepted(await call("DELETE", "/german/pauses"), pauses);
  });
});

describe("orders that are paused", () => {
  it("are taken and settled, and wait without an attempt; then they arrive, once", async () => {
    const voyado = gateway.voyado("quiet");
    const member = await addCustomer(voyado, { vouchers: [{}] });
    const redeemed = accepted(await redeem(quiet, member.id, member.vouchers[0]), redeemResult);
    accepted(await call("POST", "/quiet/pauses", { what: "orders" }), pauses);
    const sale = await gateway
      .sitoo("quiet")
      .sell({ customerId: member.id, items: [{ sku: "A1" }], bonusCheckIds: member.vouchers });
    const { orderid } = sale.order;
    expect((await gateway.events(sale.events, quiet)).status).toBe(200);
    const waiting = await eventually(async () => {
      const journal = await journalOf(orderid, "quiet");
      return journal?.state === "settled" && journal;
    }, "the journal of a paused order");
    expect(waiting.deliveries).toContainEqual(
      expect.objectContaining({
        channel: "voyado",
        state: "pending",
        reason: "orders are paused",
        attempt: 0,
      }),
    );
    const settled = await gateway.admin(`/tenants/quiet/redemptions/${redeemed.redeem_id}`);
    expect(settled.text).toContain(`90316/1/${orderid}`);
    const lanes = await gateway.admin("/tenants/quiet/lanes");
    expect(lanes.json).toMatchObject({
      items: [{ channel: "voyado", pausedSince: expect.any(Number), breaker: { state: "closed" } }],
    });

    accepted(await call("DELETE", "/quiet/pauses?what=orders"), pauses);
    const receipts = () =>
      voyado
        .state()
        .then((state) =>
          state.receipts.filter(
            ({ uniqueReceiptId }) => uniqueReceiptId === `sitoo-90316-1-${orderid}`,
          ),
        );
    await eventually(async () => (await receipts()).length > 0, "the receipt", 25_000);
    expect(await receipts()).toMatchObject([{ contactId: member.id, repeats: [] }]);
    const { json } = await gateway.admin("/tenants/quiet/dead-letters");
    expect(json).toEqual({ items: [], more: false });
  }, 60_000);
});

describe("the operations", () => {
  it("list what is paused, and say what is still held back", async () => {
    const none = await tenant("pause", "quiet");
    expect([none.code, none.out, none.err]).toEqual([0, "", "nothing is paused\n"]);
    accepted(await call("POST", "/quiet/pauses", { what: "all" }), pauses);
    const listed = accepted(await call("GET", "/quiet/pauses"), pauses).pauses;
    expect(listed.map(({ what, channel }) => [what, channel])).toEqual([
      ["orders", undefined],
      ["redeem", undefined],
    ]);
    const json = await tenant("pause", "quiet", "--json");
    expect(JSON.parse(json.out)).toEqual({ pauses: listed });

    const held = await tenant("resume", "quiet", "orders", "--channel", "voyado");
    expect(held.code).toBe(1);
    expect(held.err).toContain("nothing of that was paused");
    expect(held.out).toContain("still orders of every channel: paused since");
    const all = await tenant("resume", "quiet");
    expect([all.code, all.out]).toEqual([0, ""]);
    expect(accepted(await call("GET", "/quiet/pauses"), pauses).pauses).toEqual([]);
  });

  it("refuse what is no pause", async () => {
    for (const body of [{}, { what: "cards" }, "text", { what: "redeem", channel: "" }])
      refused(await call("POST", "/quiet/pauses", body), 400);
    refused(await call("POST", "/quiet/pauses", { what: "redeem", channel: "no-such" }), 404);
    refused(await call("POST", "/no-such-tenant/pauses", { what: "redeem" }), 404);
    refused(await call("DELETE", "/quiet/pauses?what=cards"), 400);
    expect((await tenant("pause", "quiet", "cards")).code).toBe(2);
    const { gateway: server } = gateway.running();
    const unknown = await send(`${server.url}/admin/tenants/quiet/pauses`, { method: "DELETE" });
    refused(unknown, 401);
  });
});
