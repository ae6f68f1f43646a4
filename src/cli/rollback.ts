import type { Command } from "commander";
import { sha256, toHex } from "../tenants/base64url.ts";
import { documentIdentity, withSecretsOf } from "../tenants/document_seal.ts";
import type { Json, JsonObject } from "../tenants/json.ts";
import { loadStored, loadVersion, type Saved } from "../tenants/store.ts";
import { differenceOf } from "./difference.ts";
import { noSuchTenant } from "./named_tenant.ts";
import { printJson, printLine } from "./output.ts";
import { withPlatform } from "./platform.ts";
import { Refusal } from "./refusal.ts";
import { saveOnce } from "./save_once.ts";
import { whenFree } from "./when_free.ts";
import { addWhere, type WhereOptions } from "./where.ts";

type RolledBack =
  | Saved
  | { readonly kind: "unchanged"; readonly version: number }
  | { readonly kind: "no tenant" }
  | { readonly kind: "no version" };

/** Stores an earlier document as a new version, with the secrets of today. */
export const rollBack = async (
  db: D1Database,
  name: string,
  version: number,
  now: number,
): Promise<{ readonly result: RolledBack; readonly difference: readonly string[] }> => {
  const [stored, earlier] = await whenFree(() =>
    Promise.all([loadStored(db, name), loadVersion(db, name, version)]),
  );
  if (stored === undefined) return { result: { kind: "no tenant" }, difference: [] };
  if (earlier === undefined) return { result: { kind: "no version" }, difference: [] };
  const current = JSON.parse(stored.document) as Json;
  const document = withSecretsOf(JSON.parse(earlier) as JsonObject, current);
  const identity = documentIdentity(document);
  if (identity === documentIdentity(current))
    return { result: { kind: "unchanged", version: stored.version }, difference: [] };
  const result = await saveOnce(
    db,
    {
      name,
      expected: stored.version,
      document: JSON.stringify(document),
      sha256: toHex(await sha256(identity)),
      note: `rollback to ${version}`,
      credentials: [],
    },
    now,
  );
  return { result, difference: differenceOf(current, document) };
};

/** `rollback T V`: the settings of an earlier version again; secrets stay as they are now. */
export const addRollback = (program: Command): void => {
  const command = program
    .command("rollback")
    .description("store an earlier version as the newest; secrets stay those of today")
    .argument("<tenant>")
    .argument("<version>", "as `history` numbers them");
  addWhere(command).action(async (name: string, typed: string, options: WhereOptions) => {
    if (!/^[1-9]\d{0,8}$/.test(typed)) throw new Refusal(2, `"${typed}" is no version number`);
    const { result, difference } = await withPlatform(options, ({ db }) =>
      rollBack(db, name, Number(typed), Date.now()),
    );
    if (result.kind === "no tenant") throw noSuchTenant(name);
    if (result.kind === "no version")
      throw new Refusal(
        1,
        `${name} has no version ${typed}; \`npm run tenant -- history ${name}\` lists them`,
      );
    if (result.kind === "conflict")
      throw new Refusal(
        1,
        `${name}: somebody else applied meanwhile, nothing was changed; look at the history and try again`,
      );
    const changed = result.kind === "saved";
    if (options.json === true) return printJson({ tenant: name, version: result.version, changed });
    printLine(
      changed
        ? `${name}: version ${result.version}, with the settings of version ${typed}`
        : `${name}: version ${result.version} says the same, nothing to change`,
    );
    for (const line of difference) printLine(`  ${line}`);
  });
};
