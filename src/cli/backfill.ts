import type { Command } from "commander";
import { callAdmin } from "./admin_call.ts";
import { type BackfillAnswer, backfillsAnswer } from "./backfill_answers.ts";
import { barText, listText, progressText, resultText, totalsText } from "./backfill_text.ts";
import { follow } from "./follow.ts";
import { type GatewayAccess, gatewayAccess } from "./gateway_access.ts";
import { printJson, printLine, printNote } from "./output.ts";
import { Refusal } from "./refusal.ts";
import { addGatewayWhere, type WhereOptions } from "./where.ts";

type Options = WhereOptions & {
  readonly from?: string;
  readonly to?: string;
  readonly channel?: string;
  readonly dryRun?: boolean;
  readonly list?: boolean;
  /** true: written without an id. */
  readonly stop?: string | true;
  readonly resume?: string | true;
};

type Items = readonly BackfillAnswer[];

const usage =
  "say from when history is to be brought, by --from YYYY-MM-DD; or --list, --stop, --resume";

const listed = async (access: GatewayAccess, tenant: string): Promise<Items> =>
  (await callAdmin(access, { segments: [tenant, "backfills"] }, backfillsAnswer)).items;

/** The id that was written, or the newest one in such a state. */
const idOf = async (
  access: GatewayAccess,
  tenant: string,
  written: string | true,
  states: readonly BackfillAnswer["state"][],
): Promise<string> => {
  if (written !== true) return written;
  const found = (await listed(access, tenant)).find(({ state }) => states.includes(state));
  if (found === undefined)
    throw new Refusal(1, `there is no backfill that is ${states.join(" or ")}`);
  return found.id;
};

const isOver = (items: Items): boolean =>
  items.every(({ state }) => state === "done" || state === "stopped");

const barWidth = 24;

const watch = async (
  access: GatewayAccess,
  tenant: string,
  id: string,
  options: Options,
): Promise<void> => {
  const items = await follow<Items>({
    ask: async () =>
      (await callAdmin(access, { segments: [tenant, "backfills", id] }, backfillsAnswer)).items,
    isOver,
    drawn: (all) => all.map((one) => barText(one, barWidth)).join("\n"),
    line: (all) => all.map(progressText).join("\n"),
    left: `it goes on in the gateway: \`npm run tenant -- backfill ${tenant} --list\` shows it, \`--resume ${id}\` watches it again, \`--stop ${id}\` stops it`,
  });
  if (items === undefined) return;
  if (options.json === true) printJson({ id, items });
  else {
    for (const one of items) printLine(resultText(one));
    if (items.some(({ dryRun }) => dryRun)) printLine(`\n${totalsText(items)}`);
  }
  // Somebody stopped it meanwhile.
  if (items.some(({ state }) => state === "stopped")) process.exitCode = 1;
};

const begin = async (access: GatewayAccess, tenant: string, options: Options): Promise<void> => {
  const { from, to, channel, dryRun } = options;
  if (from === undefined) throw new Refusal(2, usage);
  const wrong = [from, to].find((day) => day !== undefined && !/^\d{4}-\d\d-\d\d$/.test(day));
  if (wrong !== undefined) throw new Refusal(2, `"${wrong}" is no day such as 2026-11-23`);
  const { items } = await callAdmin(
    access,
    {
      segments: [tenant, "backfills"],
      body: {
        from,
        ...(to === undefined ? {} : { to }),
        ...(channel === undefined ? {} : { channel }),
        ...(dryRun === true ? { dryRun } : {}),
      },
    },
    backfillsAnswer,
  );
  const id = items[0]?.id ?? "";
  printNote(`backfill ${id} of ${tenant}${dryRun === true ? ", counting alone" : ""}`);
  return watch(access, tenant, id, options);
};

const post = async (
  access: GatewayAccess,
  tenant: string,
  id: string,
  verb: "stop" | "resume",
): Promise<Items> =>
  (
    await callAdmin(
      access,
      { segments: [tenant, "backfills", id, verb], body: {} },
      backfillsAnswer,
    )
  ).items;

/** `backfill T`: history into the CRMs. It runs in the gateway; the command only watches. */
export const addBackfill = (program: Command): void => {
  const command = program
    .command("backfill")
    .description("bring orders of the past to the CRMs, or count them; watch, stop and resume it")
    .argument("<tenant>")
    .option("--from <day>", "first day of sale, YYYY-MM-DD, where the market is")
    .option("--to <day>", "last day; up to now when left out")
    .option("--channel <channel>", "the only destination, such as one that came later")
    .option("--dry-run", "count orders and totals by day, store and currency, and bring nothing")
    .option("--list", "show every backfill and how far it is")
    .option("--stop [id]", "stop one: the newest that runs")
    .option("--resume [id]", "go on with one and watch it: the newest that was stopped, or runs");
  addGatewayWhere(command).action(async (tenant: string, options: Options) => {
    const { from, to, channel, dryRun, list, stop, resume } = options;
    const asked = [from, list, stop, resume].filter((one) => one !== undefined);
    if (asked.length !== 1) throw new Refusal(2, usage);
    if (from === undefined && [to, channel, dryRun].some((one) => one !== undefined))
      throw new Refusal(2, "--to, --channel and --dry-run belong to --from");
    const access = await gatewayAccess(options);
    if (stop !== undefined) {
      const id = await idOf(access, tenant, stop, ["running", "waiting"]);
      const items = await post(access, tenant, id, "stop");
      if (options.json === true) return printJson({ id, items });
      return printLine(
        `stopped ${id}; what is on its way arrives. \`npm run tenant -- backfill ${tenant} --resume ${id}\` goes on`,
      );
    }
    if (resume !== undefined) {
      const id = await idOf(access, tenant, resume, ["stopped", "running", "waiting", "finishing"]);
      await post(access, tenant, id, "resume");
      return watch(access, tenant, id, options);
    }
    if (list !== true) return begin(access, tenant, options);
    const items = await listed(access, tenant);
    if (options.json === true) return printJson({ items });
    if (items.length === 0) return printNote("there is no backfill");
    printLine(listText(items));
  });
};
