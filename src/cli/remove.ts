import type { Command } from "commander";
import { removeTenant } from "../tenants/store.ts";
import { noSuchTenant } from "./named_tenant.ts";
import { printJson, printLine } from "./output.ts";
import { withPlatform } from "./platform.ts";
import { Refusal } from "./refusal.ts";
import { tenantCopyKey } from "../tenants/tenant_copy.ts";
import { whenFree } from "./when_free.ts";
import { addWhere, type WhereOptions } from "./where.ts";

type Options = WhereOptions & { readonly yes?: boolean };

/** `remove T`: takes a tenant away with its versions, credentials and dead letters. */
export const addRemove = (program: Command): void => {
  const command = program
    .command("remove")
    .description("remove a tenant with its versions, credentials and dead letters")
    .argument("<tenant>")
    .option("--yes", "needed with --remote: there is no way back");
  addWhere(command).action(async (name: string, options: Options) => {
    if (options.remote === true && options.yes !== true)
      throw new Refusal(2, `removing ${name} cannot be undone; add --yes`);
    const removed = await withPlatform(options, async ({ db, kv }) => {
      const done = await whenFree(() => removeTenant(db, name, Date.now()));
      // Also when the row was gone already: an earlier removal may have stopped before this.
      await whenFree(() => kv.delete(tenantCopyKey(name)));
      return done;
    });
    if (!removed) throw noSuchTenant(name);
    if (options.json === true) return printJson({ tenant: name, removed: true });
    printLine(`${name} is removed; running gateways notice within 5 minutes`);
  });
};
