import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type DeadLetter,
  getDeadLetter,
  insertDeadLetters,
  listDeadLetters,
  markReplayed,
  orderDeadLetter,
} from "./dead_letters.ts";
import { migrateLocal } from "../cli/migrations.ts";

const created = 1_782_900_000_000;
const order = { tenant: "acme", account: 90316, site: 1, orderId: 4711 };
const letter = (change: Partial<DeadLetter> = {}): DeadLetter => ({
  id: "order-4711-a",
  ...order,
  kind: "refused",
  reason: "no such store",
  field: "storeExternalId",
  receiptNumber: "R1",
  destination: "club",
  payload: { orderId: 4711 },
  createdAt: created,
  ...change,
});

describe("dead letters in D1", () => {
  let runtime: Miniflare;
  let db: D1Database;

  beforeAll(async () => {
    runtime = new Miniflare(
      convertV4MiniflareOptions({
        modules: true,
        script: "export default {}",
        compatibilityDate: "2026-10-01",
        d1Databases: { DB: "dead-letters" },
      }),
    );
    db = await runtime.getD1Database("DB");
    await migrateLocal(db);
  });
  afterAll(() => runtime.dispose());

  it("are stored once, and read back whole", async () => {
    await insertDeadLetters(db, [letter()]);
    await insertDeadLetters(db, [letter()]);
    expect(await listDeadLetters(db, "acme")).toEqual([
      { ...letter(), expiresAt: created + 90 * 24 * 3_600_000 },
    ]);
    expect(await listDeadLetters(db, "other")).toEqual([]);
    expect(await getDeadLetter(db, "other", "order-4711-a")).toBe(undefined);
  });

  it("leave the list when replayed, and are back when they die again", async () => {
    expect(await markReplayed(db, "acme", "order-4711-a", created + 5)).toBe(true);
    expect(await markReplayed(db, "acme", "none", created)).toBe(false);
    expect(await listDeadLetters(db, "acme")).toEqual([]);
    expect(await listDeadLetters(db, "acme", { replayed: true })).toMatchObject([
      { replayedAt: created + 5 },
    ]);
    // The outbox pushing its first copy once more changes nothing.
    await insertDeadLetters(db, [letter()]);
    expect(await listDeadLetters(db, "acme")).toEqual([]);
    await insertDeadLetters(db, [letter({ reason: "again", createdAt: created + 10 })]);
    expect(await getDeadLetter(db, "acme", "order-4711-a")).toMatchObject({ reason: "again" });
    expect(await listDeadLetters(db, "acme")).toHaveLength(1);
  });

  it("come newest first, in pages", async () => {
    await insertDeadLetters(
      db,
      [1, 2, 3].map((n) => letter({ id: `p-${n}`, tenant: "pages", createdAt: created + n })),
    );
    const first = await listDeadLetters(db, "pages", { limit: 2 });
    expect(first.map(({ id }) => id)).toEqual(["p-3", "p-2"]);
    const next = await listDeadLetters(db, "pages", { before: first[1]?.createdAt ?? 0 });
    expect(next.map(({ id }) => id)).toEqual(["p-1"]);
  });

  it("without order or field are fine", async () => {
    const bare: DeadLetter = {
      id: "event-1",
      tenant: "bare",
      kind: "event_unreadable",
      reason: "no form",
      payload: {},
      createdAt: created,
    };
    await insertDeadLetters(db, [bare]);
    expect(await listDeadLetters(db, "bare")).toMatchObject([bare]);
  });
});

describe("the name of an order's dead letter", () => {
  it("is one per cause and destination", async () => {
    const name = async (kind: "refused" | "gave_up", destination: string) =>
      (await orderDeadLetter(order, { kind, reason: String(Math.random()), destination }, created))
        .id;
    expect(await name("refused", "a")).toBe(await name("refused", "a"));
    expect(
      new Set([await name("refused", "a"), await name("gave_up", "a"), await name("refused", "b")])
        .size,
    ).toBe(3);
  });
});
