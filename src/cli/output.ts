import Table from "cli-table3";
import type { Diagnostic } from "./diagnostic.ts";
import { renderDiagnostics } from "./diagnostic.ts";

/** Standard output is the result, standard error what goes with it: a pipe gets the result alone. */
export const printLine = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

export const printJson = (value: unknown): void => printLine(JSON.stringify(value, null, 2));

export const printNote = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** Text from elsewhere, which must not steer the terminal. */
export const plain = (text: string): string => text.replaceAll(/\p{Cc}+/gu, " ");

/** Columns without frames, so that lines can be cut and searched. */
export const tableOf = (
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string => {
  const chars = Object.fromEntries(
    [
      "top",
      "top-mid",
      "top-left",
      "top-right",
      "bottom",
      "bottom-mid",
      "bottom-left",
      "bottom-right",
      "left",
      "left-mid",
      "mid",
      "mid-mid",
      "right",
      "right-mid",
    ].map((part) => [part, ""]),
  );
  const table = new Table({
    head: [...head],
    chars: { ...chars, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const row of rows)
    table.push(row.map((cell) => (typeof cell === "string" ? plain(cell) : cell)));
  return table.toString().replaceAll(/ +$/gm, "");
};

export const printTable = (...table: Parameters<typeof tableOf>): void =>
  printLine(tableOf(...table));

/** A moment as people compare them; in UTC, as tenants have time zones of their own. */
export const momentOf = (epochMs: number): string =>
  new Date(epochMs)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");

/** The findings as JSON, with nothing of the text around them. */
export const diagnosticJson = ({ source: _, length: __, ...item }: Diagnostic) => item;

/** Findings to standard error. */
export const noteDiagnostics = (items: readonly Diagnostic[]): void => {
  if (items.length > 0) process.stderr.write(renderDiagnostics(items));
};
