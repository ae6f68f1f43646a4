import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { localKeys, stateDirectory } from "./local_keys.ts";
import { migrateLocal } from "./migrations.ts";
import { Refusal } from "./refusal.ts";
import { whenFree } from "./when_free.ts";
import { readStorageConfig, type StorageConfig } from "./wrangler_toml.ts";

/** What commands work on. */
export type Platform = {
  readonly db: D1Database;
  readonly kv: Pick<KVNamespace, "delete">;
  /** What secrets are sealed to. */
  readonly publicKey: string;
};

export type Where = { readonly remote?: boolean };

type Opened = { readonly platform: Platform; readonly close: () => Promise<unknown> };

/** The same files as the running gateway's, by the same ids; a second workerd without a Worker in it. */
const openLocal = async (config: StorageConfig): Promise<Opened> => {
  const stateDir = stateDirectory();
  const { publicKey } = await localKeys(stateDir);
  // Loaded late, as wrangler below: `check` and `keys` do without.
  const { convertV4MiniflareOptions, Miniflare } = await import("miniflare");
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      // Nothing here asks where a request came from, and a closed network must not hold up a command.
      cf: false,
      modules: true,
      script: "export default {}",
      compatibilityDate: config.compatibilityDate,
      d1Databases: { DB: config.databaseId },
      kvNamespaces: { CONFIG: config.namespaceId },
      resourcePersistencePath: path.join(stateDir, "v3"),
      // Of a locked database workerd prints a stack; whenFree deals with it.
      handleStructuredLogs: () => {},
    }),
  );
  return {
    platform: {
      db: await miniflare.getD1Database("DB"),
      // Miniflare's own type of a namespace differs in what nobody here uses.
      kv: { delete: async (key: string) => (await miniflare.getKVNamespace("CONFIG")).delete(key) },
      publicKey,
    },
    close: () => miniflare.dispose(),
  };
};

const isPlaceholder = (id: string): boolean => /^[0-]*$/.test(id);

/** A configuration of the storage alone: a command runs no Worker, and wrangler warns of what it cannot run. */
const storageAlone = (config: StorageConfig) => ({
  name: "sitoo-crm-edge-tenant",
  compatibility_date: config.compatibilityDate,
  ...(config.accountId === undefined ? {} : { account_id: config.accountId }),
  d1_databases: [
    {
      binding: "DB",
      database_name: config.databaseName,
      database_id: config.databaseId,
      remote: true,
    },
  ],
  kv_namespaces: [{ binding: "CONFIG", id: config.namespaceId, remote: true }],
});

const openRemote = async (config: StorageConfig): Promise<Opened> => {
  if (isPlaceholder(config.databaseId) || isPlaceholder(config.namespaceId))
    throw new Refusal(
      2,
      "wrangler.toml still has placeholder ids: make the database and the namespace (wrangler d1 create, wrangler kv namespace create) and put their ids there",
    );
  if (config.publicKey === "")
    throw new Refusal(
      2,
      "CONFIG_PUBLIC_KEY in wrangler.toml is empty: `npm run tenant -- keys` makes a pair and says where each half goes",
    );
  const folder = await mkdtemp(path.join(tmpdir(), "sitoo-crm-edge-"));
  const dropFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const configPath = path.join(folder, "wrangler.json");
    await writeFile(configPath, JSON.stringify(storageAlone(config)));
    process.env["WRANGLER_LOG"] ??= "error";
    process.env["WRANGLER_SEND_METRICS"] ??= "false";
    const { getPlatformProxy } = await import("wrangler");
    const proxy = await getPlatformProxy<{ DB: D1Database; CONFIG: KVNamespace }>({
      configPath,
      persist: false,
      remoteBindings: true,
    });
    return {
      platform: { db: proxy.env.DB, kv: proxy.env.CONFIG, publicKey: config.publicKey },
      close: async () => {
        await proxy.dispose();
        await dropFolder();
      },
    };
  } catch (fault) {
    await dropFolder();
    const reason = fault instanceof Error ? fault.message : String(fault);
    throw new Refusal(2, `cannot open the remote storage: ${reason}`);
  }
};

/**
 * Opens the storage, works on it, closes it. Locally the state that `npm start` uses, also while it runs;
 * the database is brought up to date first.
 */
export const withPlatform = async <Value>(
  where: Where,
  work: (platform: Platform) => Promise<Value>,
): Promise<Value> => {
  const config = await readStorageConfig();
  const remote = where.remote === true;
  const { platform, close } = await (remote ? openRemote(config) : openLocal(config));
  try {
    if (!remote) await whenFree(() => migrateLocal(platform.db));
    return await work(platform);
  } finally {
    await close();
  }
};
