import { withInheritance } from "./inheritance.ts";
import { isObject, type Json, type Path, pathText } from "./json.ts";
import { tenantFile } from "./schema.ts";
import type { Keyring } from "./secrets.ts";
import type { StoredTenant } from "./stored_tenant.ts";
import type { Tenant } from "./tenant.ts";
import { tenantFromFile } from "./tenant_from_file.ts";

/**
 * The stored form of a tenant file: JSON, checked, as written (not yet merged),
 * with every secret replaced by a SealedSecret. Defaults are not written into it.
 */
export type SealedSecret = {
  /** secrets.ts */
  readonly $sealed: string;
  /** Eight hexadecimal digits that change when the secret does (document_seal.ts). */
  readonly $fingerprint: string;
};

export const isSealed = (value: unknown): value is SealedSecret =>
  isObject(value) && typeof value["$sealed"] === "string";

/** @param path of the secret within the document, as pathText writes it. */
export type OpenSecret = (path: string, sealed: string) => Promise<string>;

const opened = async (
  root: Json,
  value: Json | undefined,
  path: Path,
  open: OpenSecret,
): Promise<Json> => {
  if (value === undefined || value === null) return null;
  if (isSealed(value)) return open(pathText(root, path), value.$sealed);
  if (Array.isArray(value))
    return Promise.all(value.map((item, index) => opened(root, item, [...path, index], open)));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(async ([key, item]): Promise<[string, Json]> => [
    key,
    await opened(root, item, [...path, key], open),
  ]);
  return Object.fromEntries(await Promise.all(entries));
};

/**
 * Opens the secrets of a stored document and merges what is inherited.
 * Rejects when the document does not fit this version or a secret does not open:
 * `apply` lets neither pass, so that is a fault of the deployment, not of a request.
 */
export const resolveTenant = async (
  document: string,
  version: number,
  openSecret: OpenSecret,
): Promise<Tenant> => {
  const sealed: Json = JSON.parse(document);
  const clear = await opened(sealed, sealed, [], openSecret);
  if (!isObject(clear)) throw new Error("the stored document is no tenant file");
  const file = tenantFile.safeParse(withInheritance(clear));
  // Only places are named: zod's own message could quote a value.
  if (!file.success)
    throw new Error(
      `the stored document does not fit: ${file.error.issues.map((issue) => issue.path.join(".")).join(", ")}`,
    );
  return tenantFromFile(file.data, version);
};

/** The same for a row of the store; a document stored under another tenant's name is refused. */
export const resolveStored = async (stored: StoredTenant, keyring: Keyring): Promise<Tenant> => {
  const tenant = await resolveTenant(stored.document, stored.version, (path, sealed) =>
    keyring.open({ tenant: stored.name, path }, sealed),
  );
  if (tenant.name !== stored.name) throw new Error("the stored document is another tenant's");
  return tenant;
};
