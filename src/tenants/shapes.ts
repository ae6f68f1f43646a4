import type { Shape } from "../model/shape.ts";
import { sha256, toHex } from "./base64url.ts";

/** The shape of a first-seen request: keys and types, never a value (`capture: shapes`). */
export type StoredShape = {
  readonly surface: string;
  readonly operation: string;
  readonly shape: unknown;
  /** Epoch milliseconds. */
  readonly firstSeen: number;
};

export type ShapeSeen = {
  readonly tenant: string;
  readonly surface: string;
  readonly operation: string;
  readonly shape: Shape;
};

const largest = 16_000;
const rememberedShapes = 5_000;

/**
 * Keeps each shape once. An isolate remembers what it has stored, so a till's thousandth
 * search writes nothing.
 */
export const createShapeRecorder = (db: D1Database, now: () => number) => {
  const seen = new Set<string>();
  return async ({ tenant, surface, operation, shape }: ShapeSeen): Promise<void> => {
    const text = JSON.stringify(shape);
    if (text.length > largest) return;
    const hash = toHex(await sha256(text));
    const key = `${tenant} ${surface} ${operation} ${hash}`;
    if (seen.has(key)) return;
    if (seen.size >= rememberedShapes) seen.clear();
    seen.add(key);
    await db
      .prepare(
        "INSERT OR IGNORE INTO shapes (tenant, surface, operation, shape_hash, shape, first_seen) VALUES (?, ?, ?, ?, ?, ?)",
      )
      .bind(tenant, surface, operation, hash, text, now())
      .run();
  };
};

export const listShapes = async (
  db: D1Database,
  tenant: string,
): Promise<readonly StoredShape[]> => {
  const { results } = await db
    .prepare(
      "SELECT surface, operation, shape, first_seen FROM shapes WHERE tenant = ? ORDER BY surface, operation, first_seen LIMIT 1000",
    )
    .bind(tenant)
    .all<{ surface: string; operation: string; shape: string; first_seen: number }>();
  return results.map((row): StoredShape => ({
    surface: row.surface,
    operation: row.operation,
    shape: JSON.parse(row.shape),
    firstSeen: row.first_seen,
  }));
};
