import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../../local/servers.ts";
import { bundlesOfRun } from "../bundles_of_run.ts";

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
  const own = await mkdtemp(join(tmpdir(), "sandbox-"));
  const { url, miniflare } = await startServer({
    config: "sandbox/wrangler.toml",
    name: "sitoo-crm-edge-sandbox",
    bundleDir: (await bundlesOfRun()).sandbox,
    stateDir: directory ?? own,
    port: 0,
  });
  return {
    url,
    close: async () => {
      await miniflare.dispose();
      await rm(own, { recursive: true, force: true });
    },
  };
}

export async function answer(url: string, init: RequestInit): Promise<Answer> {
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
  const ometriaHeaders = {
    "x-ometria-auth": "sandbox-ometria-key",
    accept: "application/json",
    "content-type": "application/json",
  };
  return {
    send,
    voyado: send(voyadoHeaders, `/voyado/${name}`),
    sitoo: send(sitooHeaders, `/sitoo/${name}/v2/accounts/90316/sites/1`),
    sitooAccount: send(sitooHeaders, `/sitoo/${name}/v2/accounts/90316`),
    controlVoyado: send({}, `/_sandbox/voyado/${name}`),
    controlSitoo: send({}, `/_sandbox/sitoo/${name}`),
    ometria: send(ometriaHeaders, `/ometria/${name}/v2`),
    controlOmetria: send({}, `/_sandbox/ometria/${name}`),
    control: send({}, "/_sandbox"),
  };
}

export const ASTRID = "11111111-1111-4111-8111-111111111111";
export const BERTIL = "22222222-2222-4222-8222-222222222222";
export const voucherId = (number: number): string =>
  `a0000001-0000-4000-8000-${String(number).padStart(12, "0")}`;
export const promotionId = (number: number): string =>
  `b0000001-0000-4000-8000-${String(number).padStart(12, "0")}`;
