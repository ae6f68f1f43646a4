import { readFile } from "node:fs/promises";
import path from "node:path";
import { isLocalUrl } from "../tenants/schema_values.ts";
import { knownLocalKeys, stateDirectory } from "./local_keys.ts";
import { Refusal } from "./refusal.ts";
import type { WhereOptions } from "./where.ts";

/** A running gateway, and what opens its operations API. */
export type GatewayAccess = {
  /** Without a trailing slash. */
  readonly url: string;
  readonly token: string;
  readonly remote: boolean;
};

/** Where `npm start` listens when nothing says otherwise. */
const usualUrl = "http://127.0.0.1:8787";

/** `demo.env` of `npm start`: `export NAME='value'` lines. */
const exported = (text: string, name: string): string | undefined =>
  new RegExp(`^export ${name}='([^'\\n]+)'$`, "m").exec(text)?.[1];

const localAccess = async (): Promise<GatewayAccess> => {
  const stateDir = stateDirectory();
  const text = await readFile(path.join(stateDir, "demo.env"), "utf8").catch(() => "");
  const token = exported(text, "ADMIN") ?? (await knownLocalKeys(stateDir))?.adminToken;
  if (token === undefined)
    throw new Refusal(
      2,
      `no local gateway has been started with its state in ${stateDir}; run \`npm start\`, set STATE_DIR to where its state is, or use --remote with GATEWAY_URL and ADMIN_TOKEN`,
    );
  return { url: exported(text, "GATEWAY") ?? usualUrl, token, remote: false };
};

const remoteAccess = (): GatewayAccess => {
  const url = process.env["GATEWAY_URL"] ?? "";
  const token = process.env["ADMIN_TOKEN"] ?? "";
  const missing = [
    ...(url === "" ? ["GATEWAY_URL"] : []),
    ...(token === "" ? ["ADMIN_TOKEN"] : []),
  ];
  if (missing.length > 0)
    throw new Refusal(
      2,
      `--remote needs ${missing.join(" and ")} in the environment: the gateway's address, such as https://crm.example.com, and the token that \`wrangler secret put ADMIN_TOKEN\` stored`,
    );
  const parsed = URL.parse(url);
  if (parsed === null || !["https:", "http:"].includes(parsed.protocol))
    throw new Refusal(2, "GATEWAY_URL is no address such as https://crm.example.com");
  if (parsed.protocol === "http:" && !isLocalUrl(url))
    throw new Refusal(2, "GATEWAY_URL must begin with https://: the token would travel in clear");
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Refusal(2, "ADMIN_TOKEN has characters that no token has; copy it again");
  return { url: `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, ""), token, remote: true };
};

/** Local ones are found by themselves: the environment names a gateway only with --remote. */
export const gatewayAccess = async (where: WhereOptions): Promise<GatewayAccess> =>
  where.remote === true ? remoteAccess() : localAccess();
