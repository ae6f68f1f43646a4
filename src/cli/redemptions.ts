import type { Command } from "commander";
import { reversedAnswer } from "./admin_answers.ts";
import { callAdmin } from "./admin_call.ts";
import { gatewayAccess } from "./gateway_access.ts";
import { printJson, printLine } from "./output.ts";
import { Refusal } from "./refusal.ts";
import { reversalText } from "./trace_text.ts";
import { addGatewayWhere, type WhereOptions } from "./where.ts";

type Options = WhereOptions & {
  readonly reverse: string;
  readonly reason: string;
  readonly instrument?: string;
};

/** `promotion:b-1` or `bonus_check:a-1`; ids may hold colons themselves. */
const instrumentOf = (typed: string): { readonly kind: string; readonly id: string } => {
  const [, kind, id] = /^(promotion|bonus_check):(.+)$/.exec(typed) ?? [];
  if (kind === undefined || id === undefined)
    throw new Refusal(
      2,
      `"${typed}" is no instrument: write promotion:ID or bonus_check:ID, as \`trace\` shows them`,
    );
  return { kind, id };
};

/** `redemptions T --reverse`: a person gives back what a till redeemed. */
export const addRedemptions = (program: Command): void => {
  const command = program
    .command("redemptions")
    .description("give back by hand what a till redeemed")
    .argument("<tenant>")
    .requiredOption("--reverse <redeem_id>", "of the till's answer, as `trace` shows it")
    .requiredOption("--reason <text>", "why, in 3 to 200 characters; kept, so name no customer")
    .option("--instrument <kind:id>", "one of several: promotion:ID or bonus_check:ID");
  addGatewayWhere(command).action(async (tenant: string, options: Options) => {
    const reason = options.reason.trim();
    if (reason.length < 3 || reason.length > 200)
      throw new Refusal(2, "--reason needs 3 to 200 characters: what happened at the till?");
    const instrument =
      options.instrument === undefined ? undefined : instrumentOf(options.instrument);
    const { redemptions } = await callAdmin(
      await gatewayAccess(options),
      {
        segments: [tenant, "redemptions", options.reverse, "reverse"],
        body: { reason, ...(instrument === undefined ? {} : { instrument }) },
      },
      reversedAnswer,
    );
    if (options.json === true) printJson({ redemptions });
    else for (const one of redemptions) printLine(reversalText(one));
    if (redemptions.some(({ outcome }) => outcome !== "given_back")) process.exitCode = 1;
  });
};
