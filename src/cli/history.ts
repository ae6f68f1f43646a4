import type { Command } from "commander";
import { history, versionOf } from "../tenants/store.ts";
import { noSuchTenant } from "./named_tenant.ts";
import { momentOf, printJson, printTable } from "./output.ts";
import { withPlatform } from "./platform.ts";
import { whenFree } from "./when_free.ts";
import { addWhere, type WhereOptions } from "./where.ts";

/** `history T`: every version, newest first. */
export const addHistory = (program: Command): void => {
  const command = program
    .command("history")
    .description("list the versions of a tenant")
    .argument("<tenant>");
  addWhere(command).action(async (name: string, options: WhereOptions) => {
    const { versions, current } = await withPlatform(options, async ({ db }) => ({
      versions: await whenFree(() => history(db, name)),
      current: await whenFree(() => versionOf(db, name)),
    }));
    if (current.version === 0 || current.removed) throw noSuchTenant(name);
    if (options.json === true)
      return printJson(
        versions.map(({ createdAt, ...entry }) => ({
          ...entry,
          created: new Date(createdAt).toISOString(),
          current: entry.version === current.version,
        })),
      );
    printTable(
      ["", "version", "made", "contents", "note"],
      versions.map((entry) => [
        entry.version === current.version ? "*" : "",
        entry.version,
        momentOf(entry.createdAt),
        entry.sha256.slice(0, 8),
        entry.note,
      ]),
    );
  });
};
