import type { Path } from "./json.ts";

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
