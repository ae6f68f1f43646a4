import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocal, type LocalGateway } from "../local/gateway.ts";
import type { LogLine } from "../local/servers.ts";
import { bundlesOfRun } from "./bundles_of_run.ts";

export type TestGateway = LocalGateway & { readonly stateDir: string; readonly logs: LogLine[] };

/** The real bundle with the sandbox on free ports and state of its own, gone after `stop`. */
export const startGateway = async (
  vars: Readonly<Record<string, string>> = {},
  bundles: () => ReturnType<typeof bundlesOfRun> = bundlesOfRun,
): Promise<TestGateway> => {
  const stateDir = await mkdtemp(join(tmpdir(), "sitoo-crm-edge-"));
  const logs: LogLine[] = [];
  const local = await startLocal({
    stateDir,
    port: 0,
    sandboxPort: 0,
    vars: { CONFIG_TTL_MS: "0", ...vars },
    onLog: (line) => logs.push(line),
    bundles: await bundles(),
  });
  return {
    ...local,
    stateDir,
    logs,
    stop: async () => {
      await local.stop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
};
