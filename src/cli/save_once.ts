import { loadStored, type NewVersion, type Saved, saveVersion } from "../tenants/store.ts";
import { whenFree } from "./when_free.ts";

/**
 * Saves, again if the database was busy. A conflict with ourselves, whose first answer was lost, is none:
 * sealed texts are never twice the same, so an equal document is the one that we wrote.
 */
export const saveOnce = async (db: D1Database, next: NewVersion, now: number): Promise<Saved> => {
  const saved = await whenFree(() => saveVersion(db, next, now));
  if (saved.kind === "saved") return saved;
  const current = await whenFree(() => loadStored(db, next.name));
  return current?.document === next.document ? { kind: "saved", version: current.version } : saved;
};
