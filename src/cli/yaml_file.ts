import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from "yaml";
import type { FileIssue } from "../tenants/file_issue.ts";
import type { Json, Path } from "../tenants/json.ts";
import { knownBlocks } from "../tenants/schema.ts";
import { type SchemaNode, schemaAt } from "../tenants/schema_walk.ts";

/** Offsets into the text; `to` is behind the last character. */
export type Span = { readonly from: number; readonly to: number };

/** A fault of the text itself, before anything is known of its meaning. */
export type TextIssue = Omit<FileIssue, "path" | "at"> & { readonly span: Span };

export type YamlFile = {
  readonly text: string;
  readonly lines: LineCounter;
  /** Absent when the text cannot be read as YAML. */
  readonly value?: Json;
  readonly issues: readonly TextIssue[];
  /** Where a path stands; its nearest existing parent when it does not. */
  locate(path: Path, at: "key" | "value"): Span;
};

const mends: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "indent with spaces",
  BAD_INDENT: "line it up with the keys beside it",
  DUPLICATE_KEY: "keep one of them",
  BLOCK_AS_IMPLICIT_KEY: "look for a missing line break, indent or quote before it",
  MULTIPLE_DOCS: 'one file holds one tenant: take the "---" away',
};

/** `{api_id: ${X}}`: the braces end the flow mapping that they stand in. */
const unquotedPlaceholder = /[{[][^}\n]*:\s*\$\{/;

const spanOf = (node: unknown): Span | undefined => {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range === undefined || range === null
    ? undefined
    : { from: range[0] ?? 0, to: range[1] ?? 0 };
};

const resolveAlias = (node: unknown, document: Document): unknown =>
  isAlias(node) ? node.resolve(document) : node;

/** The pair of a key, also where a merge (`<<: *anchor`) brings it in. */
const pairOf = (map: YAMLMap, key: string, document: Document, depth = 0): Pair | undefined => {
  const own = map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  if (own !== undefined || depth > 20) return own;
  for (const pair of map.items) {
    if (!isScalar(pair.key) || pair.key.source !== "<<") continue;
    const merged = resolveAlias(pair.value, document);
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const from = resolveAlias(source, document);
      const found = isMap(from) ? pairOf(from, key, document, depth + 1) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
};

const locateIn = (document: Document, path: Path, at: "key" | "value"): Span => {
  let node: unknown = document.contents;
  let key: unknown;
  let best: Span = { from: 0, to: 0 };
  for (const step of path) {
    const holder = resolveAlias(node, document);
    if (isMap(holder)) {
      const pair = pairOf(holder, String(step), document);
      // Not there: its parent's key is what can be pointed at.
      if (pair === undefined) return best;
      ({ key, value: node } = pair);
    } else if (isSeq(holder)) {
      if (holder.items[Number(step)] === undefined) return best;
      node = holder.items[Number(step)];
      key = undefined;
    } else return best;
    best = spanOf(key) ?? firstOf(node) ?? best;
  }
  const value = resolveAlias(node, document);
  return at === "value" && isScalar(value) ? (spanOf(node) ?? best) : best;
};

/** A list element is pointed at by what it begins with. */
const firstOf = (node: unknown): Span | undefined => {
  if (isMap(node)) return spanOf(node.items[0]?.key) ?? spanOf(node);
  const span = spanOf(node);
  return span;
};

type Ancestors = readonly (Document | Node | Pair)[];

const pathTo = (key: number | "key" | "value" | null, ancestors: Ancestors): Path => {
  const steps: (string | number)[] = [];
  ancestors.forEach((ancestor, index) => {
    if (isPair(ancestor)) steps.push(isScalar(ancestor.key) ? String(ancestor.key.value) : "");
    else if (isSeq(ancestor)) {
      const next: unknown = ancestors[index + 1];
      const position = next === undefined ? Number(key) : ancestor.items.indexOf(next);
      steps.push(position);
    }
  });
  return steps;
};

const allows = (node: SchemaNode | undefined, type: string): boolean =>
  node?.type === type || (node?.anyOf ?? []).some((branch) => allows(branch, type));

/** Words that YAML 1.1 programs, Sitoo's among them for all we know, read as true and false. */
const oldBoolean = /^(y|n|yes|no|on|off)$/i;

/** Values that do not say what they seem to say, because they are not in quotes. */
const quoteFaults = (document: Document): readonly TextIssue[] => {
  const issues: TextIssue[] = [];
  visit(document, {
    Scalar(key, node, ancestors) {
      const span = spanOf(node);
      const source = node.source ?? "";
      if (node.type !== "PLAIN" || span === undefined) return;
      const path = pathTo(key, ancestors);
      const [block] = path;
      if (typeof block !== "string" || !(knownBlocks.includes(block) || block.startsWith("x-")))
        return;
      const schema = key === "key" ? undefined : schemaAt(path);
      if (typeof node.value === "string" && oldBoolean.test(source) && !allows(schema, "boolean")) {
        const last = String(path.at(-1));
        const display = last === "title" || last.startsWith("display_");
        issues.push({
          severity: display ? "warning" : "error",
          span,
          what: `${source} without quotes`,
          why: `many programs read it as ${/^(n|no|off)$/i.test(source) ? "false" : "true"}`,
          mend: `write "${source}"`,
        });
      }
      const isId = allows(schema, "string") && allows(schema, "integer");
      if (typeof node.value === "number" && isId && String(node.value) !== source)
        issues.push({
          severity: "error",
          span,
          what: `${source} without quotes is read as ${node.value}`,
          why: "an id is compared as it is written",
          mend: `write "${source}"`,
        });
    },
  });
  return issues;
};

/** Reads YAML 1.2 with merge keys; JSON is YAML too. */
export const readYaml = (text: string): YamlFile => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const syntax = document.errors.map((error): TextIssue => {
    const [from, to] = error.pos;
    const { line } = lines.linePos(from);
    const lineText = text.split("\n")[line - 1] ?? "";
    const mend = unquotedPlaceholder.test(lineText)
      ? 'inside { } or [ ] write "${NAME}" in quotes'
      : mends[error.code];
    return {
      severity: "error",
      span: { from, to },
      what: error.message.charAt(0).toLowerCase() + error.message.slice(1),
      ...(mend === undefined ? {} : { mend }),
    };
  });
  // Keys that stand twice leave a file that can be looked at further; other faults do not.
  const readable = document.errors.every((error) => error.code === "DUPLICATE_KEY");
  const base = {
    text,
    lines,
    locate: (path: Path, at: "key" | "value") => locateIn(document, path, at),
  };
  if (!readable) return { ...base, issues: syntax };
  try {
    // toJS gives what JSON can hold: the core schema of YAML 1.2 has no other values.
    return {
      ...base,
      value: document.toJS() as Json,
      issues: [...syntax, ...quoteFaults(document)],
    };
  } catch (fault) {
    const what = fault instanceof Error ? fault.message : "cannot be read";
    return { ...base, issues: [...syntax, { severity: "error", span: { from: 0, to: 0 }, what }] };
  }
};
