import { isSealed } from "../tenants/document.ts";
import { isObject, type Json, pathText, type Path } from "../tenants/json.ts";

/** Every single value of a document by its path, as it may be shown. */
const leaves = (
  root: Json,
  value: Json,
  path: Path,
  found: Map<string, string>,
): Map<string, string> => {
  if (isSealed(value)) found.set(pathText(root, path), `•••• ${value.$fingerprint}`);
  else if (Array.isArray(value) && value.some((item) => isObject(item)))
    value.forEach((item, index) => leaves(root, item, [...path, index], found));
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) leaves(root, item, [...path, key], found);
  else found.set(pathText(root, path), JSON.stringify(value));
  return found;
};

/**
 * What changes between two stored documents, a line each: `+` new, `-` gone, `~` changed.
 * A secret shows as four dots and its fingerprint.
 */
export const differenceOf = (before: Json | undefined, after: Json): readonly string[] => {
  const old =
    before === undefined ? new Map<string, string>() : leaves(before, before, [], new Map());
  const now = leaves(after, after, [], new Map());
  const lines: string[] = [];
  for (const [path, value] of old) {
    const next = now.get(path);
    if (next === undefined) lines.push(`- ${path}: ${value}`);
    else if (next !== value) lines.push(`~ ${path}: ${value} → ${next}`);
  }
  for (const [path, value] of now) if (!old.has(path)) lines.push(`+ ${path}: ${value}`);
  return lines;
};
