import { describe, expect, it } from "vitest";
import { sqliteStorage, type SqliteStorage } from "../../test/sqlite_storage.ts";
import { createJournalStore } from "./journal_store.ts";
import { createMailsTable } from "./mails_table.ts";
import { backfillType, emailReceiptType, type OrderMessage, replayType } from "./order_message.ts";

const storeOn = (storage: SqliteStorage) =>
  createJournalStore(storage, (work) => storage.transaction(work));
const message = (type: string, eventId: string): OrderMessage => ({
  tenant: "acme",
  account: 90316,
  site: 1,
  orderId: 4711,
  eventId,
  type,
  at: 1,
  receivedAt: 1,
});

const withoutMails = (storage: SqliteStorage): void => {
  storage.exec("ALTER TABLE journal_orders DROP COLUMN mails_asked");
  storage.exec("ALTER TABLE journal_orders DROP COLUMN mails_taken");
};

describe("a journal that slept through an update", () => {
  /** The tables of the first version, as it made them, with an order that waits. */
  const asleep = () => {
    const storage = sqliteStorage();
    const now = storeOn(storage);
    storage.transaction(() => now.createTables());
    now.noteEvent(message("update", "e-1"), 5);
    storage.exec("ALTER TABLE journal_orders DROP COLUMN live");
    storage.exec("ALTER TABLE journal_orders DROP COLUMN backfill");
    withoutMails(storage);
    storage.exec("DROP TABLE journal_receipts");
    storage.exec("DROP TABLE journal_meta");
    return storage;
  };

  it("goes on with its orders, which no backfill has asked for", () => {
    const store = storeOn(asleep());
    expect(store.exists()).toBe(true);
    expect(store.order(4711)).toMatchObject({ live: 1, backfill: 0, wanted: 1 });
    expect(store.dueOrders(5)).toHaveLength(1);
  });

  it("takes new events first thing", () => {
    const storage = asleep();
    const store = storeOn(storage);
    storage.transaction(() => {
      store.createTables();
      store.noteEvent(message(backfillType, "e-2"), 6);
    });
    expect(store.order(4711)).toMatchObject({ live: 1, backfill: 1, wanted: 2 });
  });

  it("is brought up to date once", () => {
    const storage = asleep();
    storeOn(storage).exists();
    const again = storeOn(storage);
    again.exists();
    const before = storage.statements();
    again.exists();
    expect(storage.statements()).toBe(before);
    expect(storage.exec("SELECT version FROM journal_meta").toArray()).toEqual([{ version: 5 }]);
  });

  it("asks for no mail of what was asked for before it knew mails, and keeps all rows", () => {
    const storage = sqliteStorage();
    const before = storeOn(storage);
    storage.transaction(() => before.createTables());
    before.noteEvent(message(emailReceiptType, "e-1"), 5);
    const old = {
      order_id: 4711,
      channel: "club",
      state: "delivered",
      reason: "",
      hash: "h",
    } as const;
    const times = { attempt: 1, since: 5, next_at: 5, delivered_at: 6, updated_at: 6 };
    before.writeDelivery({ ...old, changed_hash: null, ...times });
    withoutMails(storage);
    storage.exec("UPDATE journal_meta SET version = 4");
    const store = storeOn(storage);
    const mails = createMailsTable(storage);
    expect(store.exists()).toBe(true);
    const row = store.order(4711);
    if (row === undefined) throw new Error("the order is there");
    expect(mails.take(row)).toEqual([]);
    expect(store.deliveries(4711)).toMatchObject([old]);
    expect(store.events(4711)).toHaveLength(1);
    mails.ask(4711);
    expect(mails.take(store.order(4711) ?? row)).toEqual([1]);
    expect(mails.take(store.order(4711) ?? row)).toEqual([]);
  });

  it("is as before when the first write is rolled back", () => {
    const storage = asleep();
    const store = storeOn(storage);
    expect(() =>
      storage.transaction(() => {
        store.createTables();
        throw new Error("full");
      }),
    ).toThrow("full");
    expect(store.exists()).toBe(true);
    expect(store.order(4711)?.live).toBe(1);
  });
});

describe("what a backfill alone wants", () => {
  const noted = (...types: readonly string[]) => {
    const storage = sqliteStorage();
    const store = storeOn(storage);
    storage.transaction(() => store.createTables());
    for (const [index, type] of types.entries()) store.noteEvent(message(type, `e-${index}`), 5);
    return store;
  };

  it.each([
    [[backfillType], 0, 1],
    [["update"], 1, 0],
    [[replayType], 1, 0],
    // A live event for the same order makes it live.
    [[backfillType, "update"], 1, 1],
    [["update", backfillType], 1, 1],
  ])("%j", (types, live, backfill) => {
    expect(noted(...types).order(4711)).toMatchObject({ live, backfill });
  });

  it("is not live for what was done with the order long ago", () => {
    const store = noted("update");
    const row = store.order(4711);
    if (row === undefined) throw new Error("the order is there");
    store.finishOrder(row, { state: "settled", note: "" }, 6);
    store.noteEvent(message(backfillType, "late"), 7);
    expect(store.order(4711)).toMatchObject({ live: 0, backfill: 1 });
  });
});
