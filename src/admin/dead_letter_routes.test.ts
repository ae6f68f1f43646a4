import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { OrderMessage } from "../orders/order_message.ts";
import type { DeadLetterKind, StoredDeadLetter } from "../tenants/dead_letters.ts";
import { createAdminApp } from "./admin_app.ts";
import { addDeadLetterRoutes } from "./dead_letter_routes.ts";

const letter = (n: number, change: Partial<StoredDeadLetter> = {}): StoredDeadLetter => ({
  id: `letter-${n}`,
  tenant: "acme",
  kind: "refused",
  reason: "no such store",
  account: 90316,
  site: 1,
  orderId: n,
  payload: {},
  createdAt: n,
  expiresAt: n + 1,
  ...change,
});
const { orderId: _, ...nameless } = letter(1);

/** The routes on letters in memory, paged as the database pages them. */
const world = (letters: readonly StoredDeadLetter[], queueTakes = true) => {
  const replayed = new Set<string>();
  const queued: OrderMessage[] = [];
  const app = createAdminApp();
  addDeadLetterRoutes(app, {
    deadLetters: (_tenant, page = {}) =>
      Promise.resolve(
        letters
          .filter(({ id, createdAt }) => !replayed.has(id) && createdAt < (page.before ?? Infinity))
          .toSorted((a, b) => b.createdAt - a.createdAt || a.id.localeCompare(b.id))
          .slice(0, page.limit ?? 100),
      ),
    deadLetter: (_tenant, id) => Promise.resolve(letters.find((one) => one.id === id)),
    markReplayed: (_tenant, id) => {
      replayed.add(id);
      return Promise.resolve(true);
    },
    enqueue: (messages) => {
      if (queueTakes) queued.push(...messages);
      return Promise.resolve(queueTakes);
    },
    now: () => 5_000_000,
  });
  const replayAll = async () => {
    const response = await app.request("/tenants/acme/dead-letters/replay", { method: "POST" });
    const answer = z.object({ replayed: z.array(z.string()), more: z.boolean() });
    return { status: response.status, answer: answer.safeParse(await response.json()).data };
  };
  return { app, replayed, queued, replayAll };
};

describe("the list", () => {
  it.each([
    [100, 100, false],
    [101, 100, true],
  ])("of %i letters shows %i, and says whether there are more", async (there, shown, more) => {
    const { app } = world(Array.from({ length: there }, (__, n) => letter(n + 1)));
    const response = await app.request("/tenants/acme/dead-letters");
    const answer = z
      .object({ items: z.array(z.object({ id: z.string() })), more: z.boolean() })
      .parse(await response.json());
    expect(answer.items).toHaveLength(shown);
    expect(answer.items[0]?.id).toBe(`letter-${there}`);
    expect(answer.more).toBe(more);
  });
});

describe("replaying all", () => {
  it("takes the orders, and leaves what names none or needs a look first", async () => {
    const kinds: readonly DeadLetterKind[] = ["unclear", "redemption_lost", "redemption_attention"];
    const { queued, replayAll } = world([
      letter(7),
      { ...nameless, id: "nameless" },
      ...kinds.map((kind, n) => letter(10 + n, { kind })),
    ]);
    expect((await replayAll()).answer).toEqual({ replayed: ["letter-7"], more: false });
    expect(queued).toEqual([
      {
        tenant: "acme",
        account: 90316,
        site: 1,
        orderId: 7,
        eventId: "replay-letter-7-5000000",
        type: "replay",
        at: 5_000_000,
        receivedAt: 5_000_000,
      },
    ]);
  });

  it("works through as many as there are, a batch of the queue at a time, each once", async () => {
    const { queued, replayAll } = world(Array.from({ length: 250 }, (__, n) => letter(n + 1)));
    const sizes: number[] = [];
    for (let more = true; more;) {
      const { answer } = await replayAll();
      sizes.push(answer?.replayed.length ?? -1);
      more = answer?.more ?? false;
    }
    expect(sizes).toEqual([100, 100, 50]);
    expect(new Set(queued.map(({ orderId }) => orderId)).size).toBe(250);
    expect(queued).toHaveLength(250);
  });

  it("finds what lies behind a thousand that name no order, many of one millisecond", async () => {
    const noise = Array.from({ length: 2_500 }, (__, n) => ({
      ...nameless,
      id: `noise-${n}`,
      createdAt: 9_000 + Math.floor(n / 600),
    }));
    // Cut off by the first page, from others of its millisecond.
    const cut = letter(3, { id: "the-last", createdAt: 9_002 });
    const { replayAll } = world([letter(4), cut, ...noise]);
    const { answer } = await replayAll();
    expect(answer).toEqual({ replayed: ["the-last", "letter-4"], more: false });
  });

  it("leaves all open when the queue does not take them", async () => {
    const { replayed, replayAll } = world([letter(7)], false);
    expect((await replayAll()).status).toBe(503);
    expect(replayed.size).toBe(0);
  });
});

describe("replaying one", () => {
  const replay = async (destination: string) => {
    const { app, queued } = world([letter(7, { kind: "unclear", destination })]);
    const path = "/tenants/acme/dead-letters/letter-7/replay";
    expect((await app.request(path, { method: "POST" })).status).toBe(200);
    return queued;
  };

  it("asks for the order with all that was refused of it", async () => {
    const [message] = await replay("club");
    expect(message).toMatchObject({ type: "replay", orderId: 7 });
    expect(message).not.toHaveProperty("channels");
  });

  it("asks for a mail by its name, and for nothing else of its order", async () => {
    expect(await replay("ometria mail 2")).toMatchObject([
      { type: "replay", orderId: 7, channels: ["ometria mail 2"] },
    ]);
  });
});
