const shapesKeptMs = 180 * 24 * 3_600_000;

/** Drops what has outlived its time in D1 (docs/storage.md). Run daily; safe to repeat. */
export const dropExpired = async (db: D1Database, now: number): Promise<void> => {
  await db.batch([
    db.prepare("DELETE FROM dead_letters WHERE expires_at <= ?1").bind(now),
    db.prepare("DELETE FROM shapes WHERE first_seen <= ?1").bind(now - shapesKeptMs),
    db.prepare("DELETE FROM credentials WHERE expires_at <= ?1").bind(now),
  ]);
};
