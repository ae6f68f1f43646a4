import { readFile } from "node:fs/promises";
import path from "node:path";
import { Refusal } from "./refusal.ts";

/** What a command needs of the deployment's configuration. */
export type StorageConfig = {
  readonly compatibilityDate: string;
  readonly accountId?: string;
  readonly databaseName: string;
  readonly databaseId: string;
  readonly namespaceId: string;
  /** Empty until a pair was made. */
  readonly publicKey: string;
};

type Table = { readonly name: string; readonly values: Map<string, string> };

/**
 * Tables and their values in double quotes, which is all that our wrangler.toml has for us.
 * Wrangler's own reader takes longer to load than a command takes to run.
 */
const readTables = (toml: string): readonly Table[] => {
  const tables: Table[] = [{ name: "", values: new Map() }];
  for (const line of toml.split(/\r?\n/)) {
    const name = /^\s*\[\[?\s*([\w.-]+)\s*\]\]?\s*(#.*)?$/.exec(line)?.[1];
    if (name !== undefined) tables.push({ name, values: new Map() });
    const [, key, value] = /^\s*([\w-]+)\s*=\s*"([^"\\]*)"\s*(?:#.*)?$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) tables.at(-1)?.values.set(key, value);
  }
  return tables;
};

/** @throws Refusal when the file lacks the database or the namespace. */
export const storageConfig = (toml: string): StorageConfig => {
  const tables = readTables(toml);
  const bound = (name: string, binding: string) =>
    tables.find((table) => table.name === name && table.values.get("binding") === binding)?.values;
  const top = tables[0]?.values;
  const database = bound("d1_databases", "DB");
  const databaseId = database?.get("database_id");
  const namespaceId = bound("kv_namespaces", "CONFIG")?.get("id");
  if (databaseId === undefined || namespaceId === undefined)
    throw new Refusal(2, "wrangler.toml lacks the D1 database DB or the KV namespace CONFIG");
  const accountId = top?.get("account_id");
  return {
    compatibilityDate: top?.get("compatibility_date") ?? "",
    ...(accountId === undefined ? {} : { accountId }),
    databaseName: database?.get("database_name") ?? "",
    databaseId,
    namespaceId,
    publicKey: tables.find((table) => table.name === "vars")?.values.get("CONFIG_PUBLIC_KEY") ?? "",
  };
};

export const readStorageConfig = async (): Promise<StorageConfig> => {
  const place = path.resolve(import.meta.dirname, "../../wrangler.toml");
  return storageConfig(await readFile(place, "utf8"));
};
