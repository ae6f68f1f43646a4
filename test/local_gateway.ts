import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocal, type LocalGateway } from "../local/gateway.ts";
import type { LogLine } from "../local/servers.ts";
import { bundlesOfRun } from "./bundles_of_run.ts";

export type TestGateway = LocalGateway & {
  readonly stateDir: string;
  readonly logs: LogLine[];
  /** Killed, and started again on the same state; the sandbox keeps its address. */
  readonly restart: () => Promise<TestGateway>;
};

/** The real bundle with the sandbox on free ports and state of its own, gone after `stop`. */
export const startGateway = async (
  vars: Readonly<Record<string, string>> = {},
  bundles: () => ReturnType<typeof bundlesOfRun> = bundlesOfRun,
): Promise<TestGateway> => {
  const stateDir = await mkdtemp(join(tmpdir(), "sitoo-crm-edge-"));
  const logs: LogLine[] = [];
  const made = await bundles();
  const start = async (sandboxPort: number): Promise<TestGateway> => {
    const local = await startLocal({
      stateDir,
      port: 0,
      sandboxPort,
      vars: { CONFIG_TTL_MS: "0", ...vars },
      onLog: (line) => logs.push(line),
      bundles: made,
    });
    return {
      ...local,
      stateDir,
      logs,
      restart: async () => {
        // The gateway first: it must not see the others go away.
        await local.gateway.miniflare.dispose();
        await local.sandbox.miniflare.dispose();
        return start(Number(new URL(local.sandbox.url).port));
      },
      stop: async () => {
        await local.stop();
        await rm(stateDir, { recursive: true, force: true });
      },
    };
  };
  return start(0);
};
