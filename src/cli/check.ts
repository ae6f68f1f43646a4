import type { Command } from "commander";
import { renderDiagnostics } from "./diagnostic.ts";
import { diagnosticJson, printJson, printLine } from "./output.ts";
import { readVariables } from "./placeholders.ts";
import { checkSources, readSources } from "./tenant_source.ts";

type Options = {
  readonly secrets?: string;
  readonly allowLiteralSecrets?: boolean;
  readonly json?: boolean;
};

/** `check FILE|DIR`: says everything that is wrong, asks nobody. */
export const addCheck = (program: Command): void => {
  program
    .command("check")
    .description("look for faults in tenant files, without applying them")
    .argument("<file|dir>", "a tenant file, or a directory of them")
    .option("--secrets <file>", "KEY=VALUE lines for ${NAME}, over the environment")
    .option("--allow-literal-secrets", "let secrets stand in the file in clear")
    .option("--json", "print JSON")
    .action(async (typed: string, options: Options) => {
      const checked = checkSources(await readSources(typed), {
        variables: await readVariables(options.secrets),
        missing: "allowed",
        allowLiteral: options.allowLiteralSecrets === true,
      });
      const all = checked.flatMap((entry) => entry.diagnostics);
      const failed = all.some((item) => item.severity === "error");
      if (options.json === true)
        printJson({
          ok: !failed,
          files: checked.map((entry) => ({
            file: entry.source.name,
            tenant: entry.tenant ?? null,
            missing_variables: entry.missing,
            findings: entry.diagnostics.map(diagnosticJson),
          })),
        });
      else {
        if (all.length > 0) printLine(renderDiagnostics(all));
        for (const entry of checked)
          if (entry.clear !== undefined) {
            printLine(`${entry.source.name}: tenant ${entry.tenant ?? ""} is in order`);
            if (entry.missing.length > 0)
              printLine(`  apply will need a value for ${entry.missing.join(", ")}`);
          }
      }
      if (failed) process.exitCode = 1;
    });
};
