import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { customer, redeemResult } from "../../src/spi/contract_answers.ts";
import {
  accepted,
  addCustomer,
  astrid,
  basic,
  effectOf,
  foundNobody,
  foundOne,
  refused,
  send,
  useGateway,
  voucherId,
  type Onboarded,
} from "./harness.ts";

const gateway = useGateway();
let one: Onboarded;
let other: Onboarded;
beforeAll(async () => {
  one = await gateway.onboardByCommand("acme");
  other = await gateway.onboard("bolaget", { market: { locale: "en-GB" } });
});
const search = (tenant: Onboarded, key: string) =>
  gateway.till(tenant)("GET", "/customers", { query: { key_type: "email", key } });

describe("two tenants never see each other", () => {
  it("a credential of one is 401 on the other, on both surfaces", async () => {
    for (const [mine, theirs] of [
      [one, other],
      [other, one],
    ] as const) {
      refused(await gateway.till({ ...theirs, spi: mine.spi })("GET", "/consents"), 401);
      const posted = await gateway.events([], { ...theirs, events: mine.events });
      expect(posted.status).toBe(401);
      const crossed = await gateway.events([], { ...mine, events: mine.spi });
      expect(crossed.status).toBe(401);
    }
    expect((await gateway.till(one)("GET", "/consents")).status).toBe(200);
    expect((await gateway.events([], one)).status).toBe(200);
  });

  it("a customer of one is nobody at the other", async () => {
    const form = { name: "Nils Exempel", email: "nils-acme@example.com" };
    const made = accepted(await gateway.till(one)("POST", "/customers", { body: form }), customer);
    expect(foundOne(await search(one, form.email)).customer_id).toBe(made.customer_id);
    foundNobody(await search(other, form.email));
    refused(await gateway.till(other)("GET", `/customers/${made.customer_id}`), 404);
  });

  it("the same form at both makes a customer at each", async () => {
    const form = { name: "Nils Exempel", email: "nils-both@example.com" };
    const [first, second] = await Promise.all(
      [one, other].map(async (tenant) =>
        accepted(await gateway.till(tenant)("POST", "/customers", { body: form }), customer),
      ),
    );
    expect(first?.customer_id).not.toBe(second?.customer_id);
  });

  it("the same ids in two CRMs are two ledgers", async () => {
    const body = { bonus_checks: [voucherId(1)] };
    const path = `/customers/${astrid}/redeem`;
    const mine = accepted(
      await gateway.till(one)("POST", path, { body, register: "till-1" }),
      redeemResult,
    );
    expect(await effectOf(gateway.voyado("bolaget"), voucherId(1))).toMatchObject({ redeemed: 0 });
    accepted(await gateway.till(other)("POST", path, { body, register: "till-2" }), redeemResult);
    // A redeem_id of one opens nothing at the other.
    accepted(
      await gateway.till(other)("DELETE", `/redeem/${mine.redeem_id}`, { register: "till-1" }),
      redeemResult,
    );
    for (const name of ["acme", "bolaget"])
      expect(await effectOf(gateway.voyado(name), voucherId(1))).toEqual({
        redeemed: 1,
        reactivated: 0,
      });
  });

  it("dead letters of one are not listed for the other", async () => {
    await gateway.events(["nonsense"], one);
    const list = async (name: string) =>
      z
        .object({ items: z.array(z.unknown()) })
        .parse((await gateway.admin(`/tenants/${name}/dead-letters`)).json).items;
    expect((await list("acme")).length).toBeGreaterThan(0);
    expect(await list("bolaget")).toEqual([]);
  });

  it("each reads its own language", async () => {
    refused(
      await gateway.till(one)("GET", "/customers", {
        query: { key_type: "mobile", key: "+46701740607" },
      }),
      400,
      /flera kunder/i,
    );
    refused(
      await gateway.till(other)("GET", "/customers", {
        query: { key_type: "mobile", key: "+46701740607" },
      }),
      400,
      /several customers/i,
    );
  });
});

describe("two channels of one CRM share customers and ledgers", () => {
  it("what one used is used at the other", async () => {
    const both = await gateway.onboard("two-channels", {
      edit: (document) => {
        const { channels } = document.crm as { channels: unknown[] };
        channels.push({ id: "outlet", extends: "voyado", title: "Outlet" });
      },
    });
    const { id, vouchers } = await addCustomer(gateway.voyado("two-channels"), { vouchers: [{}] });
    const body = { bonus_checks: vouchers };
    accepted(
      await gateway.till(both)("POST", `/customers/${id}/redeem`, {
        body,
        register: "till-1",
        store: "200",
      }),
      redeemResult,
    );
    const second = await gateway.till(both, "outlet")("POST", `/customers/${id}/redeem`, {
      body,
      register: "till-2",
      store: "300",
    });
    refused(second, 400, /i butik 200/);
    const card = accepted(await gateway.till(both, "outlet")("GET", `/customers/${id}`), customer);
    expect(card.bonus_checks).toMatchObject([{ redeemed: true }]);
    expect(await effectOf(gateway.voyado("two-channels"), vouchers[0] ?? "")).toMatchObject({
      redeemed: 1,
    });
  });
});

describe("a change", () => {
  it("shows at the next call, and keeps the credentials", async () => {
    const before = await gateway.onboard("changing");
    foundOne(await search(before, "astrid@example.com"));
    const again = await gateway.onboard("changing", {
      channel: { client_settings: { search_types: ["member_number"] } },
    });
    expect(again.spi).toBe("");
    refused(await search(before, "astrid@example.com"), 400, /key_type/);
  });

  it("a tenant that is not there yet is 404 for tills, and works once it is", async () => {
    const { gateway: server } = gateway.running();
    const ask = (spi: string) =>
      send(`${server.url}/late/voyado/v2/consents`, { headers: { Authorization: basic(spi) } });
    refused(await ask("late:x"), 404);
    const late = await gateway.onboard("late");
    expect((await gateway.events([], late)).status).toBe(200);
    await expect.poll(async () => (await ask(late.spi)).status, { timeout: 4_000 }).toBe(200);
  });
});
