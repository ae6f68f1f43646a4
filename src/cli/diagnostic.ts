import type { FileIssue } from "../tenants/file_issue.ts";
import { nearMiss } from "../tenants/near_miss.ts";
import type { TextIssue, YamlFile } from "./yaml_file.ts";

/** One finding in one file, as a compiler would tell it. */
export type Diagnostic = {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly severity: "error" | "warning";
  readonly what: string;
  readonly why?: string;
  readonly mend?: string;
  /** The line, with what may be a secret made unreadable, and how many characters are meant. */
  readonly source: string;
  readonly length: number;
};

const keyAndValue = /((?:^|[\s{,])["']?)([\w-]+)(["']?\s*:)([^#,}\]]+)/g;
const secretWord = /key|password|secret|token/i;
const secretKeys = ["api_key", "orders_api_key", "api_password"];

/**
 * Hides values beside keys that are a secret's, sound like one or nearly spell one,
 * letter by letter, so that columns stay true.
 */
export const masked = (line: string): string =>
  line.replaceAll(keyAndValue, (whole, before: string, key: string, colon: string, value: string) =>
    /^\s*["']?\$\{/.test(value) ||
    !(secretWord.test(key) || nearMiss(key, secretKeys) !== undefined)
      ? whole
      : before + key + colon + value.replaceAll(/[^\s"'[{&*|>]/g, "•"),
  );

const at = (
  file: string,
  yaml: YamlFile,
  span: { readonly from: number; readonly to: number },
  said: Pick<Diagnostic, "severity" | "what" | "why" | "mend">,
): Diagnostic => {
  const { line, col } = yaml.lines.linePos(span.from);
  const source = (yaml.text.split("\n")[Math.max(line, 1) - 1] ?? "").replace(/\r$/, "");
  const column = Math.max(col, 1);
  return {
    file,
    line: Math.max(line, 1),
    column,
    ...said,
    source: masked(source),
    length: Math.max(1, Math.min(span.to - span.from, source.length - column + 1)),
  };
};

const said = (issue: TextIssue | FileIssue) => ({
  severity: issue.severity,
  what: issue.what,
  ...(issue.why === undefined ? {} : { why: issue.why }),
  ...(issue.mend === undefined ? {} : { mend: issue.mend }),
});

/** Brings issues to their place in the text; sorted, each told once. */
export const diagnosticsOf = (
  file: string,
  yaml: YamlFile,
  issues: readonly FileIssue[],
): readonly Diagnostic[] => {
  const all = [
    ...yaml.issues.map((issue) => at(file, yaml, issue.span, said(issue))),
    ...issues.map((issue) => at(file, yaml, yaml.locate(issue.path, issue.at), said(issue))),
  ].toSorted((a, b) => a.line - b.line || a.column - b.column);
  return all.filter(
    (item, index) =>
      all.findIndex(
        (other) =>
          other.line === item.line && other.column === item.column && other.what === item.what,
      ) === index,
  );
};

/** The finding in lines for a terminal. */
export const renderDiagnostic = (item: Diagnostic): string => {
  const margin = String(item.line).length;
  const blank = " ".repeat(margin);
  const shown = item.source.replaceAll("\t", " ");
  const lines = [
    `${item.file}:${item.line}:${item.column}: ${item.severity}: ${item.what}`,
    ` ${item.line} | ${shown}`,
    ` ${blank} | ${" ".repeat(item.column - 1)}${"^".repeat(item.length)}`,
  ];
  if (item.why !== undefined) lines.push(` ${blank} = why: ${item.why}`);
  if (item.mend !== undefined) lines.push(` ${blank} = fix: ${item.mend}`);
  return lines.join("\n");
};

const count = (number: number, word: string): string =>
  `${number} ${word}${number === 1 ? "" : "s"}`;

/** All findings, and what they come to. */
export const renderDiagnostics = (items: readonly Diagnostic[]): string => {
  if (items.length === 0) return "";
  const errors = items.filter((item) => item.severity === "error").length;
  const warnings = items.length - errors;
  const total = [
    ...(errors > 0 ? [count(errors, "error")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ].join(", ");
  return `${items.map(renderDiagnostic).join("\n\n")}\n\n${total}\n`;
};
