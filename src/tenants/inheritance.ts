import { isObject, type Json, type JsonObject, valueAt } from "./json.ts";

/** Objects are merged key by key; anything else, lists too, is replaced. `null` takes an inherited key away. */
const merge = (base: JsonObject, own: JsonObject): JsonObject => {
  const merged: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(own)) {
    const inherited = Object.hasOwn(base, key) ? base[key] : undefined;
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) && isObject(inherited) ? merge(inherited, value) : value;
  }
  return merged;
};

const channelsOf = (file: Json): readonly Json[] => {
  const channels = valueAt(file, ["crm", "channels"]);
  return Array.isArray(channels) ? channels : [];
};

/** The position of the channel that the one at `index` extends; undefined without, or when it names none. */
export const baseOf = (file: Json, index: number): number | undefined => {
  const channels = channelsOf(file);
  const name = valueAt(channels[index], ["extends"]);
  if (name === undefined) return undefined;
  const base = channels.findIndex((channel) => valueAt(channel, ["id"]) === name);
  return base === -1 ? undefined : base;
};

/** The channel at `index` and those it inherits from, nearest first; stops where it would turn in a circle. */
export const lineage = (file: Json, index: number): readonly number[] => {
  const line = [index];
  for (let base = baseOf(file, index); base !== undefined; base = baseOf(file, base)) {
    if (line.includes(base)) break;
    line.push(base);
  }
  return line;
};

/**
 * Orders go to the channels that extend one in `deliver_to` as they go to it, unless they are named there
 * themselves: a group in many countries writes its channels, and nothing else changes (design.md 4).
 */
const withHeirs = (file: JsonObject): Json | undefined => {
  const entries = valueAt(file, ["orders", "deliver_to"]);
  if (!Array.isArray(entries)) return undefined;
  const channels = channelsOf(file);
  const nameAt = (index: number): unknown => valueAt(channels[index], ["id"]);
  const entryOf = (name: unknown): Json | undefined =>
    (entries as readonly Json[]).find((entry) => valueAt(entry, ["channel"]) === name);
  const heirs = channels.flatMap((_, index): Json[] => {
    const [own, ...line] = lineage(file, index).map(nameAt);
    if (typeof own !== "string" || entryOf(own) !== undefined) return [];
    const entry = line.map(entryOf).find((one) => one !== undefined);
    return isObject(entry) ? [{ ...entry, channel: own }] : [];
  });
  return [...entries, ...heirs];
};

/** Gives every channel what it inherits. Unknown and circular `extends` are left to references.ts. */
export const withInheritance = (file: JsonObject): JsonObject => {
  const channels = channelsOf(file);
  const { crm, orders } = file;
  if (channels.length === 0 || !isObject(crm)) return file;
  const expanded = channels.map((channel, index): Json => {
    if (!isObject(channel)) return channel;
    return lineage(file, index)
      .toReversed()
      .map((position) => channels[position])
      .filter((entry): entry is JsonObject => isObject(entry))
      .reduce((base, own) => merge(base, own), {} as JsonObject);
  });
  const deliverTo = withHeirs(file);
  return {
    ...file,
    crm: { ...crm, channels: expanded },
    ...(deliverTo === undefined || !isObject(orders)
      ? {}
      : { orders: { ...orders, deliver_to: deliverTo } }),
  };
};
