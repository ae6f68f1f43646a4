import { type Command, Option } from "commander";

export type WhereOptions = {
  readonly local?: boolean;
  readonly remote?: boolean;
  readonly json?: boolean;
};

/** The options that every command on stored tenants has. */
export const addWhere = (command: Command): Command =>
  command
    .addOption(
      new Option(
        "--local",
        "the state of `npm start`: STATE_DIR, or .state here (default)",
      ).conflicts("remote"),
    )
    .addOption(new Option("--remote", "the database named in wrangler.toml"))
    .option("--json", "print JSON");
