import type { Command } from "commander";
import { type Applied, applyDocument } from "./apply_document.ts";
import { diagnosticJson, noteDiagnostics, printJson, printLine, printNote } from "./output.ts";
import { readVariables } from "./placeholders.ts";
import { type Platform, withPlatform } from "./platform.ts";
import { Refusal } from "./refusal.ts";
import { type CheckedSource, checkSources, readSources } from "./tenant_source.ts";
import { isLocalUrl } from "../tenants/schema_values.ts";
import type { JsonObject } from "../tenants/json.ts";
import { addWhere, type WhereOptions } from "./where.ts";

type Options = WhereOptions & {
  readonly dryRun?: boolean;
  readonly secrets?: string;
  readonly allowLiteralSecrets?: boolean;
  readonly note?: string;
};

type Done = Extract<Applied, { kind: "applied" }>;

const resultJson = ({ tenant, version, changed, credentials }: Done) => ({
  tenant,
  version,
  changed,
  ...(Object.keys(credentials).length > 0 ? { credentials } : {}),
});

const printResult = (done: Done, dryRun: boolean): void => {
  if (!done.changed) return printLine(`${done.tenant}: version ${done.version}, nothing to change`);
  printLine(
    `${done.tenant}: ${dryRun ? `would become version ${done.version}` : `version ${done.version}`}`,
  );
  for (const line of done.difference) printLine(`  ${line}`);
  for (const [kind, made] of Object.entries(done.credentials))
    printLine(
      `\n  ${kind} credential, shown this once:\n    username ${made.username}\n    password ${made.password}`,
    );
};

/** A gateway on Cloudflare cannot call this machine. */
const refuseLocalAddresses = (tenant: string, file: JsonObject): void => {
  const local = JSON.stringify(file)
    .match(/https?:\/\/[^"\\]+/g)
    ?.find(isLocalUrl);
  if (local !== undefined)
    throw new Refusal(1, `${tenant}: ${local} is on this machine; a remote gateway cannot call it`);
};

type Ready = { readonly tenant: string; readonly clear: JsonObject };

const readyToApply = (checked: readonly CheckedSource[]): readonly Ready[] =>
  checked.flatMap(({ tenant, clear }) =>
    tenant === undefined || clear === undefined ? [] : [{ tenant, clear }],
  );

const applyAll = async (
  ready: readonly Ready[],
  platform: Platform,
  options: Options,
): Promise<{ readonly done: readonly Done[]; readonly conflicts: readonly string[] }> => {
  const done: Done[] = [];
  const conflicts: string[] = [];
  for (const { tenant, clear } of ready) {
    const applied = await applyDocument({
      db: platform.db,
      publicKey: platform.publicKey,
      tenant,
      file: clear,
      ...(options.note === undefined ? {} : { note: options.note }),
      dryRun: options.dryRun === true,
      now: Date.now(),
    });
    if (applied.kind === "conflict") conflicts.push(tenant);
    else {
      done.push(applied);
      // Told at once: credentials must not be lost to a failure of the next tenant.
      if (options.json !== true) printResult(applied, options.dryRun === true);
    }
  }
  return { done, conflicts };
};

/** `apply FILE|DIR`: checks all, then stores each as a new version. */
export const addApply = (program: Command): void => {
  const command = program
    .command("apply")
    .description("check tenant files and store each as a new version")
    .argument("<file|dir>", "a tenant file, or a directory of them")
    .option("--dry-run", "show what would change, and change nothing")
    .option("--secrets <file>", "KEY=VALUE lines for ${NAME}, over the environment")
    .option("--allow-literal-secrets", "let secrets stand in the file in clear")
    .option("--note <text>", "kept with the version");
  addWhere(command).action(async (typed: string, options: Options) => {
    const sources = await readSources(typed);
    const checked = checkSources(sources, {
      variables: await readVariables(options.secrets),
      missing: "error",
      allowLiteral: options.allowLiteralSecrets === true,
    });
    const findings = checked.flatMap((entry) => entry.diagnostics);
    noteDiagnostics(findings);
    if (findings.some((item) => item.severity === "error")) {
      if (options.json === true) printJson({ findings: findings.map(diagnosticJson) });
      printNote("nothing was applied");
      process.exitCode = 1;
      return;
    }
    const ready = readyToApply(checked);
    if (options.remote === true)
      for (const { tenant, clear } of ready) refuseLocalAddresses(tenant, clear);
    const { done, conflicts } = await withPlatform(options, (platform) =>
      applyAll(ready, platform, options),
    );
    if (options.json === true) {
      const results = done.map(resultJson);
      // One file gives one object, a directory always a list.
      const single = sources.length === 1 && sources[0]?.name === typed;
      printJson(single && results.length === 1 ? results[0] : results);
    }
    if (conflicts.length > 0)
      throw new Refusal(
        1,
        `${conflicts.join(", ")}: somebody else applied meanwhile, nothing was changed there; look at the history and apply again`,
      );
  });
};
