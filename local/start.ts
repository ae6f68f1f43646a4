import { styleText } from "node:util";
import { stateDirectory } from "../src/cli/local_keys.ts";
import { curlLines } from "./curl_lines.ts";
import { runCrons } from "./crons.ts";
import { startLocal } from "./gateway.ts";

const portOf = (name: string, missing: number): number => {
  const value = process.env[name] ?? "";
  if (value === "") return missing;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  console.error(
    `${name} is "${value}", which is no port. Give a number from 0 to 65535, or leave it out.`,
  );
  process.exit(2);
};

const dim = (text: string): string => styleText("dim", text);
const bold = (text: string): string => styleText("bold", text);
const verbose = process.env.VERBOSE === "1";

try {
  const local = await startLocal({
    stateDir: stateDirectory(),
    port: portOf("PORT", 8787),
    sandboxPort: portOf("SANDBOX_PORT", 8788),
    vars:
      process.env.CONFIG_TTL_MS === undefined ? {} : { CONFIG_TTL_MS: process.env.CONFIG_TTL_MS },
    onStep: (step) => console.error(dim(`… ${step}`)),
    onLog: (line) => {
      if (verbose || line.level === "error") console.error(line.message);
    },
  });
  const { gateway, sandbox, demo } = local;
  console.log(`
${bold("Gateway")}  ${gateway.url}/demo/voyado/v2        ${dim("contract: /openapi.json · health: /healthz")}
${bold("Events")}   ${gateway.url}/demo/events
${bold("Sandbox")}  ${sandbox.url}                     ${dim("Sitoo, Voyado and Ometria; requests: /_sandbox/voyado/demo/requests")}

${bold("Credentials of tenant demo")}
  spi     ${demo.spi}
  events  ${demo.events}
  admin   ${local.adminToken}

${bold("Try it")} ${dim("(paste; every line stands alone)")}
`);
  for (const { title, line } of curlLines({
    gateway: gateway.url,
    sandbox: sandbox.url,
    ...demo,
    admin: local.adminToken,
  })) {
    console.log(`${dim(`# ${title}`)}\n${line}\n`);
  }
  console.log(dim("Ctrl+C stops both. Logs of every call: VERBOSE=1 npm start"));
  const endCrons = runCrons(gateway.miniflare);
  const stop = (): void => {
    endCrons();
    local.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  const hint = /EADDRINUSE|Address already in use|ERR_ADDRESS_IN_USE/i.test(reason)
    ? "Another program has the port. Choose others: PORT=9000 SANDBOX_PORT=9001 npm start"
    : "Run npm ci once more; if it stays, remove the folder .state and start again.";
  console.error(`The gateway did not start: ${reason}\n${hint}`);
  process.exit(1);
}
