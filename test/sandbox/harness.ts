import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";

const ROOT = fileURLToPath(new URL("../../", import.meta.url).href);

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed body; tests name the shape they expect. */
  json: <T>() => T;
}

export interface Sandbox {
  url: string;
  close: () => Promise<void>;
}

/** The sandbox Worker as it is deployed: bundled, and run by workerd. State lives in `directory` or is thrown away. */
export async function startSandbox(directory?: string): Promise<Sandbox> {
  const out = await mkdtemp(join(tmpdir(), "sandbox-"));
  await build({
    entryPoints: [join(ROOT, "sandbox/index.ts")],
    bundle: true,
    format: "esm",
    outfile: join(out, "index.js"),
    external: ["cloudflare:*"],
    conditions: ["workerd", "worker"],
    target: "es2024",
    logLevel: "error",
  });
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, "sandbox/wrangler.toml"));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      resourcePersistencePath: directory ?? join(out, "state"),
      workers: [
        {
          ...workerOptions,
          name: "sitoo-crm-edge-sandbox",
          modules: [{ type: "ESModule", path: join(out, "index.js") }],
          modulesRoot: out,
        },
      ],
    }),
  );
  const url = String(await miniflare.ready).replace(/\/$/, "");
  return {
    url,
    close: async () => {
      await miniflare.dispose();
      await rm(out, { recursive: true, force: true });
    },
  };
}

async function answer(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(20_000) });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: <T>() => JSON.parse(text) as T,
  };
}

export type Calls = ReturnType<typeof callsOf>;

/** Calls to one Voyado instance, one Sitoo instance and their controls, with what a right request carries. */
export function callsOf(sandbox: Sandbox, name: string) {
  const send =
    (headers: Record<string, string>, base: string) =>
    (
      method: string,
      path: string,
      body?: unknown,
      extra: Record<string, string | undefined> = {},
    ) => {
      const merged = Object.entries({ ...headers, ...extra }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      return answer(`${sandbox.url}${base}${path}`, {
        method,
        headers: merged,
        ...(body === undefined
          ? {}
          : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
    };
  const voyadoHeaders = {
    apikey: "sandbox-voyado-key",
    "user-agent": "SandboxTest/1.0",
    "content-type": "application/json",
  };
  const sitooHeaders = { authorization: `Basic ${btoa("90316-1:sandbox-sitoo-password")}` };
  return {
    voyado: send(voyadoHeaders, `/voyado/${name}`),
    sitoo: send(sitooHeaders, `/sitoo/${name}/v2/accounts/90316/sites/1`),
    sitooAccount: send(sitooHeaders, `/sitoo/${name}/v2/accounts/90316`),
    controlVoyado: send({}, `/_sandbox/voyado/${name}`),
    controlSitoo: send({}, `/_sandbox/sitoo/${name}`),
    control: send({}, "/_sandbox"),
  };
}

export const ASTRID = "11111111-1111-4111-8111-111111111111";
export const BERTIL = "22222222-2222-4222-8222-222222222222";
export const voucherId = (number: number): string =>
  `a0000001-0000-4000-8000-${String(number).padStart(12, "0")}`;
export const promotionId = (number: number): string =>
  `b0000001-0000-4000-8000-${String(number).padStart(12, "0")}`;
