import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { toBase64Url } from "../tenants/base64url.ts";
import { generateKeyPair } from "../tenants/secrets.ts";
import { Refusal } from "./refusal.ts";

const shape = z.object({ configKey: z.string(), publicKey: z.string(), adminToken: z.string() });

/** Keys of the local gateway: private and public half of CONFIG_KEY, and ADMIN_TOKEN. */
export type LocalKeys = z.output<typeof shape>;

/** Where local state is kept: `STATE_DIR`, or `.state` in the current directory. */
export const stateDirectory = (): string => path.resolve(process.env["STATE_DIR"] || ".state");

const keysFile = (stateDir: string): string => path.join(stateDir, "keys.json");

const read = async (file: string): Promise<LocalKeys | undefined> => {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    throw new Refusal(
      2,
      `${file} does not hold the local keys; remove it together with the state beside it`,
    );
  }
};

/** The keys in a state directory; undefined when nothing has been started or applied there. */
export const knownLocalKeys = (stateDir: string): Promise<LocalKeys | undefined> =>
  read(keysFile(stateDir));

/** The keys in `keys.json` of the state directory (mode 0600); made when there are none. */
export const localKeys = async (stateDir: string): Promise<LocalKeys> => {
  const file = keysFile(stateDir);
  const known = await read(file);
  if (known !== undefined) return known;
  const pair = await generateKeyPair();
  const made: LocalKeys = {
    configKey: pair.privateKey,
    publicKey: pair.publicKey,
    adminToken: toBase64Url(crypto.getRandomValues(new Uint8Array(32))),
  };
  await mkdir(stateDir, { recursive: true });
  const draft = `${file}.${process.pid}.${Date.now()}`;
  await writeFile(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  try {
    // A link is made whole or not at all: of two processes, the second takes the keys of the first.
    await link(draft, file);
    return made;
  } catch (fault) {
    const other = await read(file);
    if (other === undefined) throw fault;
    return other;
  } finally {
    await rm(draft, { force: true });
  }
};
