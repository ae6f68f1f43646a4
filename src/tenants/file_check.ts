import * as z from "zod/mini";
import type { FileIssue } from "./file_issue.ts";
import { lineage, withInheritance } from "./inheritance.ts";
import { isObject, type Json, type JsonObject, type Path, valueAt } from "./json.ts";
import { nearMiss } from "./near_miss.ts";
import { referenceFaults } from "./references.ts";
import { knownBlocks, tenantFile, type TenantFile } from "./schema.ts";
import { isSecretAt, keysAt, schemaAt } from "./schema_walk.ts";

/** The file as far as it is the gateway's: other programs' blocks, which may hold anything, are left behind. */
export const ownBlocks = (file: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(file).filter(([key]) => knownBlocks.includes(key)));

const typeWords: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a block of keys",
  record: "a block of keys",
};

const wordFor = (value: unknown): string => {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "a block of keys";
  if (typeof value === "boolean") return String(value);
  return typeof value === "number" ? "a number" : "text";
};

/** For the faults that the schema has no words of its own for: zod/mini brings no language. */
const english = z.locales.en().localeError;

type ZodIssue = z.core.$ZodIssue;

/** Of a union, the branch that the value was meant to be: the one whose type fits. */
const flatten = (issue: ZodIssue, parents: Path = []): readonly ZodIssue[] => {
  const path = [
    ...parents,
    ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step)),
  ];
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [{ ...issue, path }];
  const fits = issue.errors.find(
    (branch) =>
      !branch.some(
        (inner) =>
          inner.path.length === 0 &&
          (inner.code === "invalid_type" || inner.code === "invalid_value"),
      ),
  );
  return fits === undefined ? [{ ...issue, path }] : fits.flatMap((inner) => flatten(inner, path));
};

const stepsOf = (issue: ZodIssue): Path =>
  issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));

/** What the schema says that a value is for. */
const about = (path: Path): Pick<FileIssue, "why"> => {
  const description = schemaAt(path)?.description;
  const key = path.findLast((step) => typeof step === "string");
  return description === undefined ? {} : { why: `${key ?? "file"}: ${description}` };
};

const missing = (path: Path): FileIssue => ({
  severity: "error",
  path,
  at: "value",
  what: `"${String(path.at(-1) ?? "")}" is missing`,
  ...about(path),
});

const unknownKeys = (path: Path, keys: readonly string[]): readonly FileIssue[] =>
  keys.map((key) => {
    const known = keysAt(path);
    const near = nearMiss(key, known);
    return {
      severity: "error",
      path: [...path, key],
      at: "key",
      what: `unknown key "${key}"`,
      why: "a misspelt setting would be ignored without a word",
      mend: near === undefined ? `known here: ${known.join(", ")}` : `did you mean "${near}"?`,
    };
  });

/** How a value of the wrong type becomes one of the right type. */
const retyped = (path: Path, expected: string, value: unknown): string | undefined => {
  if (value === null) return "fill it in, or take the key away";
  if (expected.includes("true or false")) return "write true or false, without quotes";
  const single =
    typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  if (!single || isSecretAt(path)) return single ? "put it in quotes" : undefined;
  if (expected.includes("text")) return `put it in quotes: "${value}"`;
  if (expected.includes("number") && String(value).trim() !== "" && Number.isFinite(Number(value)))
    return `write ${value} without quotes`;
  return expected === "a list" ? `put it in brackets: [${value}]` : undefined;
};

const wrongType = (path: Path, expected: string, value: unknown): FileIssue => {
  const mend = retyped(path, expected, value);
  return {
    severity: "error",
    path,
    at: "value",
    what:
      value === null
        ? `"${String(path.at(-1) ?? "")}" has no value`
        : `expected ${expected}, found ${wordFor(value)}`,
    ...about(path),
    ...(mend === undefined ? {} : { mend }),
  };
};

const describeIssue = (issue: ZodIssue, root: unknown): readonly FileIssue[] => {
  const path = stepsOf(issue);
  const value = valueAt(root, path);
  const plain = (what: string, mend?: string): FileIssue => ({
    severity: "error",
    path,
    at: "value",
    what,
    ...(mend === undefined ? {} : { mend }),
  });
  switch (issue.code) {
    case "unrecognized_keys":
      return unknownKeys(path, issue.keys);
    case "invalid_type":
      if (value === undefined) return [missing(path)];
      return [wrongType(path, typeWords[issue.expected] ?? issue.expected, value)];
    case "invalid_union": {
      if (value === undefined) return [missing(path)];
      const wanted = issue.errors
        .flat()
        .filter((inner) => inner.path.length === 0)
        .map((inner) => {
          if (inner.code === "invalid_type") return typeWords[inner.expected] ?? inner.expected;
          return inner.code === "invalid_value" ? inner.values.map(String).join(" or ") : "";
        })
        .filter((words) => words !== "");
      return [wrongType(path, [...new Set(wanted)].join(" or "), value)];
    }
    case "invalid_value": {
      if (value === undefined) return [missing(path)];
      if (value === null) return [wrongType(path, "", value)];
      const allowed = issue.values.map(String);
      const near = typeof value === "string" ? nearMiss(value, allowed) : undefined;
      return [
        plain(
          isSecretAt(path)
            ? "is not one of the values that can stand here"
            : `${JSON.stringify(value)} is not one of: ${allowed.join(", ")}`,
          near === undefined ? undefined : `did you mean "${near}"?`,
        ),
      ];
    }
    case "invalid_key":
      return [
        {
          ...plain(
            `"${String(path.at(-1) ?? "")}" ${issue.issues[0]?.message ?? "cannot stand here"}`,
          ),
          at: "key",
        },
      ];
    default: {
      const key = path.findLast((step) => typeof step === "string");
      return [plain(`"${key ?? ""}" ${issue.message}`)];
    }
  }
};

/**
 * Says once what a channel has inherited a fault of: at the channel it was written in.
 * What is missing in a channel whose base is not there may be in that base.
 */
const withoutInherited = (issues: readonly FileIssue[], file: JsonObject): readonly FileIssue[] =>
  issues.filter((issue) => {
    const [crm, channels, index, ...rest] = issue.path;
    if (crm !== "crm" || channels !== "channels" || typeof index !== "number") return true;
    if (rest.length === 0 || valueAt(file, issue.path) !== undefined) return true;
    const [, ...ancestors] = lineage(file, index);
    const inherits = valueAt(file, ["crm", "channels", index, "extends"]) !== undefined;
    if (inherits && ancestors.length === 0) return false;
    return !ancestors.some((base) =>
      issues.some(
        (other) =>
          other.what === issue.what &&
          other.path[2] === base &&
          pathEquals(other.path.slice(3), rest),
      ),
    );
  });

const pathEquals = (a: Path, b: Path): boolean =>
  a.length === b.length && a.every((step, index) => step === b[index]);

/** A path that only an ancestor has is pointed at there. */
const whereWritten = (issue: FileIssue, file: JsonObject): FileIssue => {
  const [crm, channels, index, ...rest] = issue.path;
  if (crm !== "crm" || channels !== "channels" || typeof index !== "number") return issue;
  const owner = lineage(file, index).find(
    (position) => valueAt(file, ["crm", "channels", position, ...rest]) !== undefined,
  );
  return owner === undefined ? issue : { ...issue, path: ["crm", "channels", owner, ...rest] };
};

const foreignBlocks = (file: JsonObject): readonly FileIssue[] =>
  Object.keys(file)
    .filter((key) => !knownBlocks.includes(key) && !key.startsWith("x-"))
    .map((key) => {
      const near = nearMiss(key, knownBlocks);
      return {
        severity: "warning",
        path: [key],
        at: "key",
        what: `"${key}" is no block of a tenant file, and is left out`,
        mend:
          near === undefined
            ? 'nothing to do; "x-" before it silences this'
            : `did you mean "${near}"?`,
      } satisfies FileIssue;
    });

export type CheckedFile = {
  /** Absent when there is an error. */
  readonly file?: TenantFile;
  readonly issues: readonly FileIssue[];
};

/**
 * Checks a tenant file as parsed from YAML or JSON, secrets in clear or as `${NAME}`.
 * Finds everything at once, so that it is mended in one round.
 */
export const checkFile = (raw: Json): CheckedFile => {
  if (!isObject(raw))
    return {
      issues: [
        {
          severity: "error",
          path: [],
          at: "value",
          what: "this is no tenant file",
          mend: "begin with tenant: and its name",
        },
      ],
    };
  const file = raw;
  const expanded = withInheritance(ownBlocks(file));
  const parsed = tenantFile.safeParse(expanded, { error: english });
  const schemaIssues = parsed.success
    ? []
    : parsed.error.issues
        .flatMap((issue) => flatten(issue))
        .flatMap((issue) => describeIssue(issue, expanded));
  const found = [...schemaIssues, ...referenceFaults(file, expanded)];
  const issues = [
    ...withoutInherited(found, file).map((issue) => whereWritten(issue, file)),
    ...foreignBlocks(file),
  ];
  return parsed.success && !issues.some((issue) => issue.severity === "error")
    ? { file: parsed.data, issues }
    : { issues };
};
