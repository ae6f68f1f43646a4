import type { Command } from "commander";
import { callAdmin } from "./admin_call.ts";
import { follow } from "./follow.ts";
import { gatewayAccess } from "./gateway_access.ts";
import { printJson, printLine } from "./output.ts";
import { type ProofAnswer, proofAnswer } from "./proof_answers.ts";
import { comparingText, hasFindings, proofText } from "./proof_text.ts";
import { Refusal } from "./refusal.ts";
import { addGatewayWhere, type WhereOptions } from "./where.ts";

type Options = WhereOptions & { readonly day: string };

/** `proof T --day D`: Sitoo's closed orders of a day against every destination. */
export const addProof = (program: Command): void => {
  const command = program
    .command("proof")
    .description("compare a day's closed orders in Sitoo with what each CRM has got")
    .argument("<tenant>")
    .requiredOption("--day <day>", "day of sale, YYYY-MM-DD, where the market is");
  addGatewayWhere(command).action(async (tenant: string, options: Options) => {
    const { day } = options;
    if (!/^\d{4}-\d\d-\d\d$/.test(day))
      throw new Refusal(2, `"${day}" is no day such as 2026-11-23`);
    const access = await gatewayAccess(options);
    let since: number | undefined;
    const proof = await follow<ProofAnswer>({
      // The first asks for a new one, the others after that one.
      ask: async () => {
        const query = { day, ...(since === undefined ? {} : { since: String(since) }) };
        const answer = await callAdmin(access, { segments: [tenant, "proof"], query }, proofAnswer);
        since = answer.since;
        return answer;
      },
      isOver: ({ state }) => state === "done",
      drawn: comparingText,
      line: comparingText,
      left: `it goes on in the gateway: \`npm run tenant -- proof ${tenant} --day ${day}\` asks again`,
    });
    if (proof === undefined) return;
    if (options.json === true) printJson(proof);
    else printLine(proofText(proof));
    if (hasFindings(proof)) process.exitCode = 1;
  });
};
