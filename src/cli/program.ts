import { Command } from "commander";
import { addApply } from "./apply.ts";
import { addBackfill } from "./backfill.ts";
import { addCheck } from "./check.ts";
import { addCredentials } from "./credentials.ts";
import { addDeadLetters } from "./dead_letters.ts";
import { addHistory } from "./history.ts";
import { addImportBonusChecks } from "./import_bonus_checks.ts";
import { addKeys } from "./keys.ts";
import { addList } from "./list.ts";
import { addPause, addResume } from "./pause.ts";
import { addProof } from "./proof.ts";
import { addReassign } from "./reassign.ts";
import { addRedemptions } from "./redemptions.ts";
import { addRemove } from "./remove.ts";
import { addRollback } from "./rollback.ts";
import { addShow } from "./show.ts";
import { addTrace } from "./trace.ts";

/** Each adds one command; a new one is a file and a line here. */
const commands = [
  addCheck,
  addApply,
  addList,
  addShow,
  addHistory,
  addRollback,
  addRemove,
  addCredentials,
  addKeys,
  addTrace,
  addDeadLetters,
  addRedemptions,
  addPause,
  addResume,
  addReassign,
  addBackfill,
  addProof,
  addImportBonusChecks,
];

/** `npm run tenant --`, as commander knows it. Ends by throwing, never by leaving the process. */
export const createProgram = (): Command => {
  const program = new Command("tenant")
    .usage("<command> [options]")
    .description(
      "Onboards retailers, and looks after them: tenant files in, versions and credentials out; traces, dead letters, repairs.",
    )
    .exitOverride()
    .showSuggestionAfterError()
    .helpCommand(false)
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 a finding or a refusal, 2 usage or environment.",
    );
  for (const add of commands) add(program);
  for (const command of program.commands) command.exitOverride().showSuggestionAfterError();
  return program;
};
