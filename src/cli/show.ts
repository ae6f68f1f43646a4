import type { Command } from "commander";
import { stringify } from "yaml";
import { isSealed } from "../tenants/document.ts";
import { isObject, type Json } from "../tenants/json.ts";
import { listCredentials, loadStored } from "../tenants/store.ts";
import { momentOf, printJson, printLine, printTable } from "./output.ts";
import { withPlatform } from "./platform.ts";
import { noSuchTenant } from "./named_tenant.ts";
import { whenFree } from "./when_free.ts";
import { addWhere, type WhereOptions } from "./where.ts";

/** A document as it may be shown: each secret as its fingerprint. */
export const showable = (value: Json): Json => {
  if (isSealed(value)) return `•••• ${value.$fingerprint}`;
  if (Array.isArray(value)) return value.map(showable);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, showable(item)]));
};

/** `show T`: the stored file, secrets as fingerprints, and the credentials without their passwords. */
export const addShow = (program: Command): void => {
  const command = program
    .command("show")
    .description("show what is stored of a tenant")
    .argument("<tenant>");
  addWhere(command).action(async (name: string, options: WhereOptions) => {
    const { stored, credentials } = await withPlatform(options, async ({ db }) => ({
      stored: await whenFree(() => loadStored(db, name)),
      credentials: await whenFree(() => listCredentials(db, name)),
    }));
    if (stored === undefined) throw noSuchTenant(name);
    const document = showable(JSON.parse(stored.document) as Json);
    if (options.json === true)
      return printJson({ tenant: name, version: stored.version, document, credentials });
    printLine(`# ${name}, version ${stored.version}`);
    printLine(stringify(document).trimEnd());
    printLine("");
    printTable(
      ["credential", "username", "made", "ends", "last used"],
      credentials.map((entry) => [
        entry.kind,
        entry.username,
        momentOf(entry.createdAt),
        entry.expiresAt === null ? "-" : momentOf(entry.expiresAt),
        entry.lastUsedDay ?? "-",
      ]),
    );
  });
};
