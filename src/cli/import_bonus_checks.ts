import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { createLogUpdate } from "log-update";
import * as z from "zod";
import { callAdmin } from "./admin_call.ts";
import { type BonusLine, readBonusFile } from "./bonus_file.ts";
import { type GatewayAccess, gatewayAccess } from "./gateway_access.ts";
import { printJson, printLine, printNote, printTable } from "./output.ts";
import { Refusal } from "./refusal.ts";
import { addGatewayWhere, type WhereOptions } from "./where.ts";

type Options = WhereOptions & { readonly channel: string; readonly dryRun?: boolean };

const outcomes = [
  "written",
  "unchanged",
  "would_write",
  "not_found",
  "refused",
  "try_later",
] as const;
const answer = z.object({
  items: z.array(
    z.object({
      row: z.number(),
      outcome: z.enum(outcomes),
      added: z.number().optional(),
      changed: z.number().optional(),
      why: z.string().optional(),
      retry_after_ms: z.number().optional(),
    }),
  ),
});
type Item = z.infer<typeof answer>["items"][number];

/** Each line is a few calls to the CRM, and an answer has a minute. */
const linesAtOnce = 5;
const mostTries = 5;
const waitMs = 10_000;
const longestWaitMs = 120_000;
/** Who is not found counts as an error at the CRM, and many of them block the account for the tills too. */
const unknownFrom = 40;
const mostUnknown = 0.6;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Some lines, each until it has an answer or was tried often enough. */
const bring = async (
  access: GatewayAccess,
  tenant: string,
  lines: readonly BonusLine[],
  { channel, dryRun = false }: Options,
): Promise<Item[]> => {
  const done = new Map<number, Item>();
  for (let tries = 1; ; tries += 1) {
    const left = lines.filter(({ row }) => (done.get(row)?.outcome ?? "try_later") === "try_later");
    if (left.length === 0) break;
    const segments = [tenant, "channels", channel, "bonus-checks"];
    const { items } = await callAdmin(
      access,
      { segments, body: { rows: left, dry_run: dryRun } },
      answer,
    );
    for (const item of items) done.set(item.row, item);
    const later = items.filter(({ outcome }) => outcome === "try_later");
    if (later.length === 0 || tries >= mostTries) break;
    const told = later.map(({ retry_after_ms: ms = waitMs }) => ms);
    await pause(Math.min(longestWaitMs, Math.max(...told)));
  }
  return [...done.values()];
};

const count = (items: readonly Item[], outcome: Item["outcome"]): number =>
  items.filter((one) => one.outcome === outcome).length;

const barText = (done: number, of: number): string => {
  const full = of === 0 ? 24 : Math.round((done / of) * 24);
  return `${"█".repeat(full)}${"░".repeat(24 - full)} ${done} of ${of} lines`;
};

/** `import-bonus-checks T FILE`: subscribers with their bonus checks, out of a spreadsheet. */
export const addImportBonusChecks = (program: Command): void => {
  const command = program
    .command("import-bonus-checks")
    .description("bring bonus checks to customers, out of a file (.xlsx, .xls, .csv, .txt)")
    .argument("<tenant>")
    .argument("<file>", "heads: email or mobile, id, value, name, description, valid_until")
    .option("--channel <channel>", "the channel whose CRM keeps the checks", "rule")
    .option("--dry-run", "read the file and look for each customer, and write nothing");
  addGatewayWhere(command).action(async (tenant: string, file: string, options: Options) => {
    const bytes = await readFile(file).catch(() => {
      throw new Refusal(2, `${file}: there is no such file`);
    });
    const { lines, faults } = readBonusFile(file, bytes);
    const access = await gatewayAccess(options);
    const items: Item[] = [];
    const draw = process.stderr.isTTY ? createLogUpdate(process.stderr) : undefined;
    let stopped = false;
    for (let from = 0; from < lines.length && !stopped; from += linesAtOnce) {
      items.push(...(await bring(access, tenant, lines.slice(from, from + linesAtOnce), options)));
      draw?.(barText(items.length, lines.length));
      stopped =
        items.length >= unknownFrom && count(items, "not_found") > items.length * mostUnknown;
    }
    draw?.done();
    const wrong = [
      ...faults,
      ...items
        .filter(({ outcome }) => ["not_found", "refused", "try_later"].includes(outcome))
        .map(({ row, outcome, why }) => ({ row, why: why ?? outcome.replace("_", " ") })),
    ].toSorted((one, other) => one.row - other.row);
    const totals = Object.fromEntries(outcomes.map((outcome) => [outcome, count(items, outcome)]));
    if (options.json === true)
      printJson({ lines: lines.length + faults.length, sent: items.length, ...totals, wrong });
    else {
      const said = outcomes.flatMap((outcome) =>
        count(items, outcome) === 0
          ? []
          : [`${count(items, outcome)} ${outcome.replace("_", " ")}`],
      );
      printLine(`${items.length} of ${lines.length + faults.length} lines: ${said.join(", ")}`);
      if (wrong.length > 0)
        printTable(
          ["line", "why"],
          wrong.map(({ row, why }) => [row, why]),
        );
      if (options.dryRun === true) printNote("nothing was written: --dry-run");
    }
    if (stopped)
      throw new Refusal(
        1,
        "most customers of this file are not in the CRM; stopped, because each search that finds nobody counts towards a block of the account",
      );
    if (wrong.length > 0) process.exitCode = 1;
  });
};
