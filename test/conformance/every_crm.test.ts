import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { consent, customer, redeemResult, transaction } from "../../src/spi/contract_answers.ts";
import {
  accepted,
  eventually,
  foundNobody,
  foundOne,
  nextMobile,
  refused,
  unique,
  useGateway,
  type Fault,
  type SpiCall,
} from "./harness.ts";

/**
 * What a till may expect whichever CRM is behind it: the same calls, over the real bundle, against each
 * till channel of tenant `demo` and the simulator of its CRM. What one CRM alone can do is in its own file.
 */
const gateway = useGateway();

/** Seeded in every simulated CRM (sandbox/README.md). */
const astrid = { email: "astrid@example.com", mobile: "070-174 06 05" };
const crms = ["voyado", "omnium", "bloomreach", "rule"] as const;

const ended = <Value>(value: Value | undefined, what: string): Value => {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
};

describe.each(crms)("a till on %s", (crm) => {
  const till = (register = "till-1") => {
    const spi = gateway.till(undefined, crm);
    return (method: Parameters<typeof spi>[0], path: string, call: SpiCall = {}) =>
      spi(method, path, { register, store: "200", ...call });
  };
  const search = (key_type: string, key: string) =>
    till()("GET", "/customers", { query: { key_type, key } });
  const fault = (one: Fault, times?: number): Promise<unknown> =>
    gateway.crm(crm).fault(one, {}, times);
  afterEach(() => gateway.crm(crm).clearFaults());

  /** A customer of their own, as a till adds one. */
  const add = async () => {
    const form = {
      name_first: "Prov",
      name_last: "Exempel",
      email: `exempel-${unique()}@example.com`,
      mobile: nextMobile(),
    };
    const made = accepted(await till()("POST", "/customers", { body: form }), customer);
    return { ...form, id: made.customer_id };
  };
  /** Where the CRM shows an add only seconds later, an edit of who was just added is put off so long. */
  const edit = (path: string, body: object) =>
    eventually(async () => {
      const reply = await till()("PUT", path, { body });
      if (reply.status !== 503) return accepted(reply, customer);
      refused(reply, 503, /läggs till just nu/);
      return undefined;
    }, "the edit");
  /** Something that Astrid can use and that no test has used yet. */
  const usable = async () => {
    const card = foundOne(await search("email", astrid.email));
    const check = card.bonus_checks.find(({ redeemed }) => !redeemed);
    const promotion = card.promotions.find(({ redeemed }) => !redeemed);
    const body =
      check === undefined
        ? { promotions: [ended(promotion, "instrument").promotion_id] }
        : { bonus_checks: [check.bonus_check_id] };
    return { id: card.customer_id, body };
  };
  const isUsed = (reply: Awaited<ReturnType<ReturnType<typeof till>>>): boolean[] => {
    const { promotions, bonus_checks } = accepted(reply, redeemResult);
    return [...promotions, ...bonus_checks].map(({ redeemed }) => redeemed);
  };

  it("finds a member by e-mail and by phone, however it is typed, as one and the same", async () => {
    const card = foundOne(await search("email", " Astrid@Example.com "));
    expect(card).toMatchObject({ name_first: "Astrid", name_last: "Exempel" });
    expect(card.mobile).toBe("+46701740605");
    for (const typed of [astrid.mobile, "+46 70 174 06 05", "0701740605"])
      expect(foundOne(await search("mobile", typed)).customer_id).toBe(card.customer_id);
    const read = accepted(
      await till()("GET", `/customers/${encodeURIComponent(card.customer_id)}`),
      customer,
    );
    expect(read).toEqual(card);
  });

  it("finds nobody where nobody is, and refuses what is no key", async () => {
    foundNobody(await search("email", `nobody-${unique()}@example.com`));
    foundNobody(await search("mobile", nextMobile()));
    foundNobody(await search("email", "no address"));
    refused(await search("shoe_size", "43"), 400);
    refused(await till()("GET", "/customers/there-is-no-such-customer"), 404);
    refused(
      await till()("GET", "/customers", {
        query: { key_type: "email", key: astrid.email },
        authorization: "Basic eDp5",
      }),
      401,
    );
  });

  it("adds somebody once, finds them at once, and shows at once what is edited", async () => {
    const added = await add();
    for (const [by, key] of [
      ["email", added.email],
      ["mobile", added.mobile],
    ] as const)
      expect(foundOne(await search(by, key)).customer_id).toBe(added.id);
    const { id, ...form } = added;
    const again = accepted(await till()("POST", "/customers", { body: form }), customer);
    expect(again.customer_id).toBe(id);
    const path = `/customers/${encodeURIComponent(id)}`;
    await edit(path, { name_last: "Provsson" });
    const edited = accepted(await till()("GET", path), customer);
    expect(edited).toMatchObject({ name_first: "Prov", name_last: "Provsson", email: added.email });
    expect(foundOne(await search("email", added.email)).name_last).toBe("Provsson");
  });

  it("takes no consent for given that nobody gave, and keeps the one that was", async () => {
    const [offered] = accepted(await till()("GET", "/consents"), z.array(consent));
    const { consent_id } = ended(offered, "consent");
    const added = await add();
    const path = `/customers/${encodeURIComponent(added.id)}`;
    const before = accepted(await till()("GET", path), customer);
    expect(before.consents ?? []).toEqual([]);
    await edit(path, { consents: [consent_id] });
    await edit(path, { name_last: "Nyberg" });
    expect(accepted(await till()("GET", path), customer).consents).toEqual([consent_id]);
  });

  it("shows purchases as the contract says, newest first", async () => {
    const { customer_id } = foundOne(await search("email", astrid.email));
    const path = `/customers/${encodeURIComponent(customer_id)}/transactions`;
    const list = accepted(
      await till()("GET", path, { query: { num: "10" } }),
      z.array(transaction),
    );
    expect(list.length).toBeGreaterThan(0);
    const times = list.map(({ date }) => Date.parse(date));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  it("redeems once: a repeat gets the same answer, another till is refused, undo sets free", async () => {
    const { id, body } = await usable();
    const path = `/customers/${encodeURIComponent(id)}/redeem`;
    const first = await till()("POST", path, { body });
    expect(isUsed(first)).toEqual([true]);
    expect((await till()("POST", path, { body })).json).toEqual(first.json);
    refused(await till("till-2")("POST", path, { body }), 400, /används just nu|Redan använd/);
    expect(isUsed(await till()("DELETE", path, { body }))).toEqual([false]);
    expect(isUsed(await till("till-2")("POST", path, { body }))).toEqual([true]);
    expect(isUsed(await till("till-2")("DELETE", path, { body }))).toEqual([false]);
  });

  it("lets one of twenty tills have it", async () => {
    const { id, body } = await usable();
    const path = `/customers/${encodeURIComponent(id)}/redeem`;
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) => till(`rush-${n}`)("POST", path, { body })),
    );
    const winners = replies.flatMap(({ status }, n) => (status === 200 ? [n] : []));
    expect(winners).toHaveLength(1);
    for (const reply of replies) if (reply.status !== 200) refused(reply, 400);
    expect(isUsed(await till(`rush-${winners[0]}`)("DELETE", path, { body }))).toEqual([false]);
  });

  it.each<[string, Fault, number]>([
    ["down", { type: "status", status: 503 }, 503],
    ["busy", { type: "status", status: 429, headers: { "Retry-After": "1" } }, 503],
    ["closed to this key", { type: "status", status: 403 }, 502],
    ["out of its mind", { type: "garbage" }, 502],
    ["silent", { type: "hang", ms: 9_000 }, 504],
  ])("hears that the CRM is %s, and what to do", async (_, one, status) => {
    await fault(one);
    const reply = await till()("GET", "/customers", {
      query: { key_type: "email", key: `away-${unique()}@example.com` },
    });
    refused(reply, status);
    expect(reply.ms).toBeLessThan(9_000);
    await gateway.crm(crm).clearFaults();
    await eventually(
      async () => (await search("email", astrid.email)).status === 200,
      "the CRM is used again",
    );
  });
});
