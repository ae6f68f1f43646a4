import { type Command, Option } from "commander";
import {
  allReplayedAnswer,
  type DeadLetterAnswer,
  deadLettersAnswer,
  replayedAnswer,
} from "./admin_answers.ts";
import { callAdmin } from "./admin_call.ts";
import { type GatewayAccess, gatewayAccess } from "./gateway_access.ts";
import { momentOf, printJson, printLine, printNote, tableOf } from "./output.ts";
import { Refusal } from "./refusal.ts";
import { addGatewayWhere, type WhereOptions } from "./where.ts";

type Options = WhereOptions & {
  /** true: written without an id. */
  readonly replay?: string | true;
  readonly all?: boolean;
  readonly replayed?: boolean;
};

const orderOf = ({ account, site, orderId }: DeadLetterAnswer): string =>
  account === undefined || site === undefined || orderId === undefined
    ? ""
    : `${account}/${site}/${orderId}`;

/** One line each, newest first. */
export const deadLettersText = (items: readonly DeadLetterAnswer[]): string =>
  tableOf(
    ["id", "when", "kind", "order", "receipt", "destination", "reason"],
    items.map((item) => [
      item.id,
      momentOf(item.createdAt),
      `${item.kind}${item.replayedAt === undefined ? "" : " (replayed)"}`,
      orderOf(item),
      item.receiptNumber ?? "",
      item.destination ?? "",
      `${item.reason}${item.field === undefined ? "" : ` (${item.field})`}`,
    ]),
  );

const list = async (access: GatewayAccess, tenant: string, options: Options): Promise<void> => {
  const { items, more } = await callAdmin(
    access,
    {
      segments: [tenant, "dead-letters"],
      ...(options.replayed === true ? { query: { replayed: "1" } } : {}),
    },
    deadLettersAnswer,
  );
  if (options.json === true) return printJson({ items, more });
  if (items.length === 0) return printNote("there is no dead letter");
  printLine(deadLettersText(items));
  if (more)
    printNote(`these are the newest ${items.length}; older ones show once these are replayed`);
};

const replayAll = async (
  access: GatewayAccess,
  tenant: string,
  options: Options,
): Promise<void> => {
  const replayed: string[] = [];
  // The gateway takes one batch at a time; what it took is open no longer.
  for (;;) {
    const done = await callAdmin(
      access,
      { segments: [tenant, "dead-letters", "replay"], body: {} },
      allReplayedAnswer,
    );
    replayed.push(...done.replayed);
    if (!done.more || done.replayed.length === 0) break;
  }
  if (options.json === true) return printJson({ replayed });
  printLine(
    replayed.length === 0
      ? "there is nothing that can be replayed unseen"
      : `replayed ${replayed.length}; what fails again comes back here`,
  );
};

/** `dead-letters T`: what was given up; with `--replay` or `--all` it is tried again. */
export const addDeadLetters = (program: Command): void => {
  const command = program
    .command("dead-letters")
    .description("list what could not be done, or try it again")
    .argument("<tenant>")
    .option("--replay [id]", "try the order of one again")
    .option("--all", "try all again, but for those that need a look first (docs/admin.md)")
    .addOption(
      new Option("--replayed", "list those that were replayed as well").conflicts([
        "replay",
        "all",
      ]),
    );
  addGatewayWhere(command).action(async (tenant: string, options: Options) => {
    const { replay, all } = options;
    if (replay === true && all !== true)
      throw new Refusal(2, "--replay needs the id of a dead letter, or --all for all of them");
    if (typeof replay === "string" && all === true)
      throw new Refusal(2, "give --replay ID or --all, not both");
    const access = await gatewayAccess(options);
    if (all === true) return replayAll(access, tenant, options);
    if (typeof replay !== "string") return list(access, tenant, options);
    const done = await callAdmin(
      access,
      { segments: [tenant, "dead-letters", replay, "replay"], body: {} },
      replayedAnswer,
    );
    if (options.json === true) return printJson({ replayed: [done.replayed] });
    printLine("replayed; if it fails again it comes back here");
  });
};
