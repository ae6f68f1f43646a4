import { CommanderError } from "commander";
import { printNote } from "./output.ts";
import { createProgram } from "./program.ts";
import { Refusal } from "./refusal.ts";

/** What a command ends with when it does not end well; no stack, which could quote a value. */
const exitCodeOf = (fault: unknown): number => {
  // Commander has told already what is wrong; --help comes this way too, with 0.
  if (fault instanceof CommanderError) return fault.exitCode === 0 ? 0 : 2;
  printNote(`error: ${fault instanceof Error ? fault.message : "something unexpected happened"}`);
  return fault instanceof Refusal ? fault.exitCode : 2;
};

// A reader that has enough, such as `head`, is no fault of ours.
process.stdout.on("error", (fault: NodeJS.ErrnoException) => {
  if (fault.code !== "EPIPE") throw fault;
  process.exit(process.exitCode ?? 0);
});

try {
  await createProgram().parseAsync();
} catch (fault) {
  process.exitCode = exitCodeOf(fault);
}
