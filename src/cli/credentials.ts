import { type Command, Option } from "commander";
import { hashPassword, newCredential } from "../tenants/credentials.ts";
import { parseDuration } from "../tenants/schema_values.ts";
import { listCredentials, loadStored, rotateCredential } from "../tenants/store.ts";
import type { CredentialKind } from "../tenants/stored_tenant.ts";
import { credentialKinds } from "../tenants/stored_tenant.ts";
import { noSuchTenant } from "./named_tenant.ts";
import { momentOf, printJson, printLine, printTable } from "./output.ts";
import { type Platform, withPlatform } from "./platform.ts";
import { Refusal } from "./refusal.ts";
import { whenFree } from "./when_free.ts";
import { addWhere, type WhereOptions } from "./where.ts";

type Options = WhereOptions & { readonly rotate?: CredentialKind; readonly overlap: string };

const overlapMs = (typed: string): number => {
  const found = typed === "0" ? 0 : parseDuration(typed);
  if (found === undefined || found > 30 * 86_400_000)
    throw new Refusal(
      2,
      `--overlap ${typed} is no duration up to 30d, such as 24h; 0 ends the old one at once`,
    );
  return found;
};

const rotate = async (
  { db }: Platform,
  name: string,
  kind: CredentialKind,
  options: Options,
): Promise<void> => {
  const made = newCredential(name, kind);
  const hash = await hashPassword(made.password);
  const now = Date.now();
  const oldUntil = now + overlapMs(options.overlap);
  await whenFree(() =>
    rotateCredential(db, name, { kind, username: made.username, sha256: hash }, oldUntil, now),
  );
  const { username, password } = made;
  if (options.json === true)
    return printJson({
      tenant: name,
      credentials: { [kind]: { username, password } },
      old_until: new Date(oldUntil).toISOString(),
    });
  printLine(
    `${kind} credential of ${name}, shown this once:\n  username ${username}\n  password ${password}`,
  );
  printLine(`the old one works until ${momentOf(oldUntil)}`);
};

/** `credentials T`: lists them; with `--rotate` makes a new one. */
export const addCredentials = (program: Command): void => {
  const command = program
    .command("credentials")
    .description("list a tenant's credentials, or make a new one")
    .argument("<tenant>")
    .addOption(new Option("--rotate <kind>", "make a new one").choices(credentialKinds))
    .option("--overlap <duration>", "how long the old one works on", "24h");
  addWhere(command).action(async (name: string, options: Options) => {
    overlapMs(options.overlap);
    await withPlatform(options, async (platform) => {
      if ((await whenFree(() => loadStored(platform.db, name))) === undefined)
        throw noSuchTenant(name);
      if (options.rotate !== undefined) return rotate(platform, name, options.rotate, options);
      const credentials = await whenFree(() => listCredentials(platform.db, name));
      if (options.json === true) return printJson({ tenant: name, credentials });
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
  });
};
