import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { applyDocument, type NewCredentials } from "../src/cli/apply_document.ts";
import { rotateCredential } from "../src/tenants/store.ts";
import { hashPassword, newCredential } from "../src/tenants/credentials.ts";
import { checkSources, readSources } from "../src/cli/tenant_source.ts";
import { projectDir } from "./bundle.ts";

/** What the sandbox accepts (sandbox/README.md); no secrets of anybody. */
const demoSecrets = {
  DEMO_SITOO_PASSWORD: "sandbox-sitoo-password",
  DEMO_VOYADO_KEY: "sandbox-voyado-key",
  DEMO_RULE_KEY: "sandbox-rule-key",
  DEMO_OMNIUM_ID: "sandbox-omnium-client",
  DEMO_OMNIUM_SECRET: "sandbox-omnium-secret",
  DEMO_BLOOMREACH_KEY: "sandbox-bloomreach-key",
  DEMO_BLOOMREACH_SECRET: "sandbox-bloomreach-secret",
  DEMO_BLOOMREACH_ID_KEY: "sandbox-bloomreach-id-key-0123456789",
  DEMO_OMETRIA_KEY: "sandbox-ometria-key",
  DEMO_OMETRIA_MAIL_KEY: "sandbox-ometria-mail-key",
};

export type DemoCredentials = { readonly spi: string; readonly events: string };

const envFile = (stateDir: string): string => join(stateDir, "demo.env");

const readEnv = async (stateDir: string): Promise<DemoCredentials | undefined> => {
  const text = await readFile(envFile(stateDir), "utf8").catch(() => "");
  const spi = /^export SPI='(.+)'$/m.exec(text)?.[1];
  const events = /^export EVENTS='(.+)'$/m.exec(text)?.[1];
  return spi === undefined || events === undefined ? undefined : { spi, events };
};

/**
 * Onboards tenant `demo` against the sandbox and leaves what its curl lines need in
 * `demo.env`, readable by its owner alone: a credential is known only when it is made.
 */
export const onboardDemo = async (options: {
  readonly db: D1Database;
  readonly publicKey: string;
  readonly stateDir: string;
  readonly gatewayUrl: string;
  readonly sandboxUrl: string;
  readonly adminToken: string;
}): Promise<DemoCredentials> => {
  const template = await readFile(join(projectDir, "local/demo.yaml"), "utf8");
  const file = join(options.stateDir, "demo.yaml");
  await writeFile(file, template.replaceAll("http://127.0.0.1:8788", options.sandboxUrl));
  const [checked] = checkSources(await readSources(file), {
    variables: demoSecrets,
    missing: "error",
    allowLiteral: false,
  });
  if (checked?.clear === undefined || checked.tenant === undefined) {
    throw new Error(`demo.yaml has errors: ${JSON.stringify(checked?.diagnostics ?? [])}`);
  }
  const now = Date.now();
  const applied = await applyDocument({
    db: options.db,
    publicKey: options.publicKey,
    tenant: checked.tenant,
    file: checked.clear,
    now,
  });
  if (applied.kind === "conflict")
    throw new Error("tenant demo is being applied by somebody else; start again");
  const known = await readEnv(options.stateDir);
  const made = applied.credentials;
  const credentials = {
    spi: textOf(made, "spi") ?? known?.spi ?? (await renewed(options.db, "spi", now)),
    events: textOf(made, "events") ?? known?.events ?? (await renewed(options.db, "events", now)),
  };
  const lines = [
    `export GATEWAY='${options.gatewayUrl}'`,
    `export SANDBOX='${options.sandboxUrl}'`,
    `export SPI='${credentials.spi}'`,
    `export EVENTS='${credentials.events}'`,
    `export ADMIN='${options.adminToken}'`,
    `export ADMIN_TOKEN='${options.adminToken}'`,
  ];
  await writeFile(envFile(options.stateDir), `${lines.join("\n")}\n`, { mode: 0o600 });
  await chmod(envFile(options.stateDir), 0o600);
  return credentials;
};

const textOf = (made: NewCredentials, kind: "spi" | "events"): string | undefined => {
  const credential = made[kind];
  return credential === undefined ? undefined : `${credential.username}:${credential.password}`;
};

/** The file with the credential is gone, so it is replaced. */
const renewed = async (db: D1Database, kind: "spi" | "events", now: number): Promise<string> => {
  const credential = newCredential("demo", kind);
  const sha256 = await hashPassword(credential.password);
  await rotateCredential(db, "demo", { kind, username: credential.username, sha256 }, 0, now);
  return `${credential.username}:${credential.password}`;
};
