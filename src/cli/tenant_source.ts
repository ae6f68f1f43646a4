import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { checkFile, ownBlocks } from "../tenants/file_check.ts";
import { isObject, type JsonObject, valueAt } from "../tenants/json.ts";
import { type Diagnostic, diagnosticsOf } from "./diagnostic.ts";
import { fillIn, type FillInOptions, type Variables } from "./placeholders.ts";
import { Refusal } from "./refusal.ts";
import { readYaml } from "./yaml_file.ts";

/** A tenant file as text; `name` is what messages call it. */
export type TenantSource = { readonly name: string; readonly text: string };

const isTenantFile = (name: string): boolean =>
  /\.(ya?ml|json)$/.test(name) && !name.startsWith(".");

/** npm runs scripts in the package's folder; what was typed is meant from where it was typed. */
const asTyped = async (typed: string): Promise<string> => {
  const candidates = [path.resolve(typed), path.resolve(process.env["INIT_CWD"] ?? ".", typed)];
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => undefined);
    if (found !== undefined) return candidate;
  }
  throw new Refusal(2, `${typed}: there is no such file or directory`);
};

/** The file, or every .yaml, .yml and .json file directly in the directory. */
export const readSources = async (typed: string): Promise<readonly TenantSource[]> => {
  const place = await asTyped(typed);
  if (!(await stat(place)).isDirectory())
    return [{ name: typed, text: await readFile(place, "utf8") }];
  const names = (await readdir(place)).filter(isTenantFile).toSorted();
  if (names.length === 0) throw new Refusal(2, `${typed}: there is no tenant file in it`);
  return Promise.all(
    names.map(async (name) => ({
      name: path.join(typed, name),
      text: await readFile(path.join(place, name), "utf8"),
    })),
  );
};

export type CheckedSource = {
  readonly source: TenantSource;
  readonly diagnostics: readonly Diagnostic[];
  /** The tenant's name where the file says one. */
  readonly tenant?: string;
  /** The gateway's own blocks, secrets in clear; absent when there is an error. */
  readonly clear?: JsonObject;
  /** Names in `${…}` that have no value. */
  readonly missing: readonly string[];
};

export type CheckOptions = FillInOptions & { readonly variables: Variables };

/** Everything that can be said of one file without asking anybody. */
export const checkSource = (source: TenantSource, options: CheckOptions): CheckedSource => {
  const yaml = readYaml(source.text);
  if (yaml.value === undefined)
    return { source, diagnostics: diagnosticsOf(source.name, yaml, []), missing: [] };
  const raw = isObject(yaml.value) ? yaml.value : undefined;
  const filled = raw === undefined ? undefined : fillIn(ownBlocks(raw), options.variables, options);
  const { issues } = checkFile(
    raw === undefined || filled === undefined ? yaml.value : { ...raw, ...filled.file },
  );
  const diagnostics = diagnosticsOf(source.name, yaml, [...(filled?.issues ?? []), ...issues]);
  const tenant = valueAt(raw, ["tenant"]);
  return {
    source,
    diagnostics,
    missing: filled?.missing ?? [],
    ...(typeof tenant === "string" ? { tenant } : {}),
    ...(filled === undefined || diagnostics.some((item) => item.severity === "error")
      ? {}
      : { clear: filled.file }),
  };
};

/** All files of one call: also that no two are of one tenant. */
export const checkSources = (
  sources: readonly TenantSource[],
  options: CheckOptions,
): readonly CheckedSource[] => {
  const checked = sources.map((source) => checkSource(source, options));
  return checked.map((entry, index) => {
    const first = checked.find(
      (other) => other.tenant !== undefined && other.tenant === entry.tenant,
    );
    if (first === undefined || checked.indexOf(first) === index) return entry;
    const { clear: _, ...rest } = entry;
    const yaml = readYaml(entry.source.text);
    const twice = diagnosticsOf(entry.source.name, { ...yaml, issues: [] }, [
      {
        severity: "error",
        path: ["tenant"],
        at: "value",
        what: `tenant "${entry.tenant ?? ""}" is in ${first.source.name} too`,
        mend: "keep one file for each tenant",
      },
    ]);
    return { ...rest, diagnostics: [...entry.diagnostics, ...twice] };
  });
};
