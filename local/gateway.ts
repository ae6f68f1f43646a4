import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { localKeys } from "../src/cli/local_keys.ts";
import { migrateLocal } from "../src/cli/migrations.ts";
import { bundleBoth } from "./bundle.ts";
import { onboardDemo, type DemoCredentials } from "./demo.ts";
import { startServer, type LogLine, type Server } from "./servers.ts";

export type LocalOptions = {
  readonly stateDir: string;
  readonly port: number;
  readonly sandboxPort: number;
  /** Over what a local gateway has anyway. */
  readonly vars?: Readonly<Record<string, string>>;
  readonly onLog?: (line: LogLine) => void;
  readonly onStep?: (step: string) => void;
  /** Bundles made already; made now when absent. */
  readonly bundles?: { readonly gateway: string; readonly sandbox: string };
};

export type LocalGateway = {
  readonly gateway: Server;
  readonly sandbox: Server;
  readonly demo: DemoCredentials;
  readonly adminToken: string;
  readonly stop: () => Promise<void>;
};

/** The real bundle in workerd with local state, the sandbox beside it, tenant `demo` onboarded. */
export const startLocal = async (options: LocalOptions): Promise<LocalGateway> => {
  const { stateDir, onStep = () => undefined } = options;
  await mkdir(stateDir, { recursive: true });
  onStep("bundling the gateway and the sandbox");
  const [bundles, keys] = await Promise.all([options.bundles ?? bundleBoth(), localKeys(stateDir)]);
  onStep("starting both");
  const onLog = options.onLog === undefined ? {} : { onLog: options.onLog };
  const sandbox = await startServer({
    config: "sandbox/wrangler.toml",
    name: "sitoo-crm-edge-sandbox",
    bundleDir: bundles.sandbox,
    stateDir: join(stateDir, "sandbox"),
    port: options.sandboxPort,
    ...onLog,
  });
  const gateway = await startServer({
    config: "wrangler.toml",
    name: "sitoo-crm-edge",
    bundleDir: bundles.gateway,
    stateDir,
    port: options.port,
    vars: {
      CONFIG_KEY: keys.configKey,
      CONFIG_PUBLIC_KEY: keys.publicKey,
      ADMIN_TOKEN: keys.adminToken,
      ALLOW_LOCAL_UPSTREAMS: "1",
      // An applied change shows at the next call or the one after.
      CONFIG_TTL_MS: "1000",
      ...options.vars,
    },
    ...onLog,
  });
  onStep("onboarding tenant demo");
  const db = await gateway.miniflare.getD1Database("DB");
  await migrateLocal(db);
  const demo = await onboardDemo({
    db,
    publicKey: keys.publicKey,
    stateDir,
    gatewayUrl: gateway.url,
    sandboxUrl: sandbox.url,
    adminToken: keys.adminToken,
  });
  return {
    gateway,
    sandbox,
    demo,
    adminToken: keys.adminToken,
    stop: async () => {
      await Promise.all([gateway.miniflare.dispose(), sandbox.miniflare.dispose()]);
    },
  };
};
