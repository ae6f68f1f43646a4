import { readFile } from "node:fs/promises";
import type { FileIssue } from "../tenants/file_issue.ts";
import { isObject, type Json, type JsonObject, type Path } from "../tenants/json.ts";
import { nearMiss } from "../tenants/near_miss.ts";
import { schemaAt } from "../tenants/schema_walk.ts";
import { Refusal } from "./refusal.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

/** Lines of `KEY=VALUE`; `#` begins a comment line, quotes around a value and `export` before it are taken off. */
export const parseSecretsFile = (text: string): Variables => {
  const found: Record<string, string> = {};
  text.split(/\r?\n/).forEach((line, index) => {
    if (/^\s*(#|$)/.test(line)) return;
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    // The line is not shown: it may be a secret.
    if (name === undefined || value === undefined)
      throw new Refusal(2, `--secrets: line ${index + 1} is not KEY=VALUE`);
    const quoted = /^"(.*)"$|^'(.*)'$/.exec(value);
    found[name] = quoted?.[1] ?? quoted?.[2] ?? value;
  });
  return found;
};

/** The environment, and over it the file of secrets. */
export const readVariables = async (file: string | undefined): Promise<Variables> => {
  if (file === undefined) return process.env;
  const text = await readFile(file, "utf8").catch(() => {
    throw new Refusal(2, `--secrets: cannot read ${file}`);
  });
  return { ...process.env, ...parseSecretsFile(text) };
};

export type FilledIn = {
  readonly file: JsonObject;
  readonly issues: readonly FileIssue[];
  /** Names that have no value; sorted. */
  readonly missing: readonly string[];
};

export type FillInOptions = {
  /** What a variable without a value is: an error to apply; to check, which may run elsewhere, nothing. */
  readonly missing: "error" | "allowed";
  readonly allowLiteral: boolean;
};

/** Puts values in place of `${NAME}`, in secret fields alone: elsewhere they would be stored in clear. */
export const fillIn = (
  file: JsonObject,
  variables: Variables,
  options: FillInOptions,
): FilledIn => {
  const issues: FileIssue[] = [];
  const missing = new Set<string>();
  const issue = (path: Path, what: string, why: string, mend: string) =>
    issues.push({ severity: "error", path, at: "value", what, why, mend });

  const filled = (value: string, path: Path): string => {
    const schema = schemaAt(path);
    const name = /^\$\{([A-Za-z_]\w*)\}$/.exec(value.trim())?.[1];
    if (schema?.secret !== true) {
      if (schema !== undefined && value.includes("${"))
        issue(
          path,
          "${…} cannot stand here",
          "only secrets are filled in at apply and stored encrypted",
          "write the value itself",
        );
      return value;
    }
    if (name === undefined) {
      if (!options.allowLiteral && schema.literal !== true && value !== "")
        issue(
          path,
          value.includes("${")
            ? "${NAME} must be the whole value"
            : "a secret stands here in clear",
          "files like this are shared and kept in version control",
          "write ${NAME} and set NAME in the environment or in --secrets FILE",
        );
      return value;
    }
    const found = variables[name];
    if (found !== undefined && found !== "") return found;
    missing.add(name);
    if (options.missing === "allowed") return value;
    const near = nearMiss(
      name,
      Object.keys(variables).filter((key) => variables[key] !== ""),
    );
    issue(
      path,
      `${name} is not set`,
      "secrets are read at apply from the environment or from --secrets FILE",
      near === undefined ? `set ${name}` : `set ${name}; did you mean \${${near}}?`,
    );
    return value;
  };

  const walk = (value: Json, path: Path): Json => {
    if (typeof value === "string") return filled(value, path);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    return isObject(value) ? walkObject(value, path) : value;
  };
  const walkObject = (value: JsonObject, path: Path): JsonObject =>
    Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]),
    );
  return { file: walkObject(file, []), issues, missing: [...missing].toSorted() };
};
