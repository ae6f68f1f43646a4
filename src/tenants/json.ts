/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** From the root to a value: keys and list positions. */
export type Path = readonly (string | number)[];

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a path, undefined when there is none. */
export const valueAt = (root: unknown, path: Path): unknown => {
  let value = root;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isObject(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
};

/** Readable and stable: list elements that have an `id` are named by it, so that reordering renames nothing. */
export const pathText = (root: unknown, path: Path): string => {
  let written = "";
  let value = root;
  for (const step of path) {
    value = valueAt(value, [step]);
    if (typeof step === "number") {
      const id = isObject(value) ? value["id"] : undefined;
      written += `[${typeof id === "string" ? id : step}]`;
    } else written += written === "" ? step : `.${step}`;
  }
  return written;
};

/** JSON with the keys of every object in order: equal contents give equal text. */
export const canonicalJson = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
};
