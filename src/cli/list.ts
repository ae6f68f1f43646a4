import type { Command } from "commander";
import { listTenants } from "../tenants/store.ts";
import { momentOf, printJson, printNote, printTable } from "./output.ts";
import { withPlatform } from "./platform.ts";
import { whenFree } from "./when_free.ts";
import { addWhere, type WhereOptions } from "./where.ts";

/** `list`: every tenant. */
export const addList = (program: Command): void => {
  addWhere(program.command("list").description("list the tenants")).action(
    async (options: WhereOptions) => {
      const tenants = await withPlatform(options, ({ db }) => whenFree(() => listTenants(db)));
      if (options.json === true)
        return printJson(
          tenants.map(({ name, version, updatedAt }) => ({
            tenant: name,
            version,
            updated: new Date(updatedAt).toISOString(),
          })),
        );
      if (tenants.length === 0) return printNote("there is no tenant yet: apply a tenant file");
      printTable(
        ["tenant", "version", "updated"],
        tenants.map(({ name, version, updatedAt }) => [name, version, momentOf(updatedAt)]),
      );
    },
  );
};
