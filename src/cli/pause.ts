import { Argument, type Command } from "commander";
import { type PauseAnswer, pausesAnswer, resumedAnswer } from "./admin_answers.ts";
import { callAdmin } from "./admin_call.ts";
import { gatewayAccess } from "./gateway_access.ts";
import { momentOf, printJson, printLine, printNote } from "./output.ts";
import { Refusal } from "./refusal.ts";
import { addGatewayWhere, type WhereOptions } from "./where.ts";

type Options = WhereOptions & { readonly channel?: string };

const choices = ["redeem", "orders", "all"];

const pauseText = ({ what, channel, since }: PauseAnswer): string =>
  `${what} of ${channel ?? "every channel"}: paused since ${momentOf(since)}`;

const segmentsOf = (tenant: string): readonly string[] => [tenant, "pauses"];

/** `pause T redeem|orders|all`: holds tills' redeems or deliveries back; without a word it lists what is held back. */
export const addPause = (program: Command): void => {
  const command = program
    .command("pause")
    .description("hold redeems or deliveries of orders back, within 30 s; nothing is lost")
    .argument("<tenant>")
    .addArgument(new Argument("[what]", "left out: shows what is paused").choices(choices))
    .option("--channel <channel>", "of one channel alone");
  addGatewayWhere(command).action(
    async (tenant: string, what: string | undefined, options: Options) => {
      const { channel } = options;
      if (what === undefined && channel !== undefined)
        throw new Refusal(2, "--channel goes with redeem, orders or all");
      const access = await gatewayAccess(options);
      const body = { what, ...(channel === undefined ? {} : { channel }) };
      const { pauses } = await callAdmin(
        access,
        { segments: segmentsOf(tenant), ...(what === undefined ? {} : { body }) },
        pausesAnswer,
      );
      if (options.json === true) return printJson({ pauses });
      if (pauses.length === 0) return printNote("nothing is paused");
      for (const pause of pauses) printLine(pauseText(pause));
    },
  );
};

/** `resume T …`: lets go on. What another pause still holds back is told, and 1 when nothing has changed. */
export const addResume = (program: Command): void => {
  const command = program
    .command("resume")
    .description("let go on what `pause` holds back")
    .argument("<tenant>")
    .addArgument(new Argument("[what]", "left out: all").choices(choices))
    .option("--channel <channel>", "what was paused for one channel alone");
  addGatewayWhere(command).action(
    async (tenant: string, what: string | undefined, options: Options) => {
      const { channel } = options;
      const access = await gatewayAccess(options);
      const query = {
        ...(what === undefined ? {} : { what }),
        ...(channel === undefined ? {} : { channel }),
      };
      const { resumed, pauses } = await callAdmin(
        access,
        { segments: segmentsOf(tenant), query, method: "DELETE" },
        resumedAnswer,
      );
      if (resumed === 0) process.exitCode = 1;
      if (options.json === true) return printJson({ resumed, pauses });
      printNote(resumed === 0 ? "nothing of that was paused" : "goes on within 30 s");
      for (const pause of pauses) printLine(`still ${pauseText(pause)}`);
    },
  );
};
