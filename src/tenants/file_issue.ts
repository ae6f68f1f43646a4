import * as z from "zod/mini";
import type { Path } from "./json.ts";
import { nearMiss } from "./near_miss.ts";

/** One thing to mend in a tenant file, in words for the integrator. Never holds a secret's value. */
export type FileIssue = {
  readonly severity: "error" | "warning";
  /** Where; a path that is not in the file stands for its nearest existing parent. */
  readonly path: Path;
  /** Whether the key itself is meant, or the value. */
  readonly at: "key" | "value";
  readonly what: string;
  readonly why?: string;
  readonly mend?: string;
};

export const error = (path: Path, what: string, more: Partial<FileIssue> = {}): FileIssue => ({
  severity: "error",
  path,
  at: "value",
  what,
  ...more,
});

const didYouMean = (word: string, known: readonly string[]): string => {
  const near = nearMiss(word, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  return known.length === 0 ? "add it, or take the name away" : `use one of: ${known.join(", ")}`;
};

export const unknownName = (
  path: Path,
  kind: string,
  name: string,
  known: readonly string[],
): FileIssue => error(path, `there is no ${kind} "${name}"`, { mend: didYouMean(name, known) });

const text = z.string();
export const isText = (value: unknown): value is string => text.safeParse(value).success;
