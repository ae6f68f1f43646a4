import { type Command, Option } from "commander";

export type WhereOptions = {
  readonly local?: boolean;
  readonly remote?: boolean;
  readonly json?: boolean;
};

const addPlace = (command: Command, local: string, remote: string): Command =>
  command
    .addOption(new Option("--local", `${local} (default)`).conflicts("remote"))
    .addOption(new Option("--remote", remote))
    .option("--json", "print JSON");

/** The options that every command on stored tenants has. */
export const addWhere = (command: Command): Command =>
  addPlace(
    command,
    "the state of `npm start`: STATE_DIR, or .state here",
    "the database named in wrangler.toml",
  );

/** The same for what only a running gateway can tell or do. */
export const addGatewayWhere = (command: Command): Command =>
  addPlace(
    command,
    "the running gateway of `npm start`, by STATE_DIR or .state here",
    "the gateway at GATEWAY_URL, with ADMIN_TOKEN from the environment",
  );
