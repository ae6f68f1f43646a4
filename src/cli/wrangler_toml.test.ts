import path from "node:path";
import { describe, expect, it } from "vitest";
import { readStorageConfig, storageConfig } from "./wrangler_toml.ts";

const toml = `account_id = "acc" # ours
compatibility_date = "2026-10-01"
[vars]
CONFIG_PUBLIC_KEY = "12345678.key"
[[d1_databases]]
binding = "OTHER"
database_id = "other"
[[d1_databases]]
binding = "DB"
database_name = "name"
database_id = "db"
[[kv_namespaces]]
binding = "CONFIG"
id = "kv"
`;

describe("wrangler.toml", () => {
  it("tells where the storage is", () => {
    expect(storageConfig(toml)).toEqual({
      compatibilityDate: "2026-10-01",
      accountId: "acc",
      databaseName: "name",
      databaseId: "db",
      namespaceId: "kv",
      publicKey: "12345678.key",
    });
  });

  it("is refused without the storage", () => {
    expect(() => storageConfig(toml.replace('"CONFIG"', '"KV"'))).toThrow("lacks");
  });

  it("is read as wrangler reads it", async () => {
    const { unstable_readConfig: read } = await import("wrangler");
    const own = await readStorageConfig();
    const theirs: unknown = read(
      { config: path.resolve(import.meta.dirname, "../../wrangler.toml") },
      { hideWarnings: true },
    );
    expect(theirs).toMatchObject({
      compatibility_date: own.compatibilityDate,
      d1_databases: [
        { binding: "DB", database_id: own.databaseId, database_name: own.databaseName },
      ],
      kv_namespaces: [{ binding: "CONFIG", id: own.namespaceId }],
      vars: { CONFIG_PUBLIC_KEY: own.publicKey },
    });
  });
});
