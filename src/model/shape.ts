/**
 * The shape of a JSON value: keys and types, never a value. Lists are the shape of their items,
 * each once, so that a thousand equal items are one.
 */
export type Shape = string | readonly Shape[] | { readonly [key: string]: Shape };

const deepest = 12;
const mostKeys = 100;
/** Keys longer than this, or with other characters, may be data (an e-mail as a key). */
const isPlainKey = (key: string): boolean => /^[A-Za-z_][A-Za-z0-9_\-.]{0,63}$/.test(key);

export const shapeOf = (value: unknown, depth = 0): Shape => {
  if (value === null) return "null";
  if (depth > deepest) return "…";
  if (Array.isArray(value)) {
    const seen = new Map(
      value.slice(0, 1_000).map((item) => {
        const shape = shapeOf(item, depth + 1);
        return [JSON.stringify(shape), shape] as const;
      }),
    );
    return [...seen.values()].slice(0, mostKeys);
  }
  if (typeof value === "object") {
    const shaped = Object.entries(value)
      .slice(0, mostKeys)
      .map(([key, item]) => [isPlainKey(key) ? key : "(key)", shapeOf(item, depth + 1)] as const);
    return Object.fromEntries(shaped.toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }
  return typeof value;
};
