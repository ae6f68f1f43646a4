import type { Command } from "commander";
import { generateKeyPair } from "../tenants/secrets.ts";
import { printJson, printLine } from "./output.ts";

/** `keys`: a pair for a deployment. The local gateway makes its own. */
export const addKeys = (program: Command): void => {
  program
    .command("keys")
    .description(
      "make the key pair of a deployment: secrets are sealed to one half, the Worker holds the other",
    )
    .option("--json", "print JSON")
    .action(async (options: { readonly json?: boolean }) => {
      const { privateKey, publicKey } = await generateKeyPair();
      if (options.json === true)
        return printJson({ CONFIG_KEY: privateKey, CONFIG_PUBLIC_KEY: publicKey });
      printLine(`CONFIG_PUBLIC_KEY, into wrangler.toml under [vars]:

  CONFIG_PUBLIC_KEY = "${publicKey}"

CONFIG_KEY, shown this once, into the Worker (wrangler secret put CONFIG_KEY):

  ${privateKey}

To rotate: put "NEW,OLD" there (newest first, a comma between), change CONFIG_PUBLIC_KEY,
apply every tenant file again, then put NEW alone.`);
    });
};
