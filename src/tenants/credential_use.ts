import { noteCredentialUse } from "./store.ts";

const rememberedUses = 5_000;

/**
 * Notes the day of a credential's last use, so that one that nobody uses can be taken away.
 * An isolate writes each once a day, behind the answer; a till call never waits for it.
 */
export const createCredentialUse = (db: D1Database, now: () => number) => {
  const noted = new Set<string>();
  return async (tenant: string, username: string): Promise<void> => {
    const day = new Date(now()).toISOString().slice(0, 10);
    const key = `${day} ${tenant} ${username}`;
    if (noted.has(key)) return;
    if (noted.size >= rememberedUses) noted.clear();
    noted.add(key);
    // Not noting it costs nobody anything, and tomorrow is another day.
    await noteCredentialUse(db, tenant, username, day).catch(() => undefined);
  };
};
