import type { UpstreamRequest } from "../upstream/answer.ts";

/** Method and path below the CRM's address; `{name}` is filled in, encoded. */
export type Route = `${UpstreamRequest["method"]} /${string}`;

export type Routed = {
  readonly route: Route;
  /** Fills the `{name}`s of the route. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
};

export const userAgent = "SitooCrmEdge/1.0";

export const methodOf = (route: Route): UpstreamRequest["method"] =>
  route.slice(0, route.indexOf(" ")) as UpstreamRequest["method"];

export const urlOf = (base: string, { route, path, query }: Routed): string =>
  base + withQuery(fillIn(route.slice(route.indexOf(" ") + 1), path ?? {}), query ?? {});

const fillIn = (pattern: string, values: Readonly<Record<string, string>>): string =>
  pattern.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for {${name}} in ${pattern}`);
    return encodeURIComponent(value);
  });

/** `+` must arrive as %2B, which `encodeURIComponent` does. */
const withQuery = (path: string, query: Readonly<Record<string, string | undefined>>): string => {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  );
  if (pairs.length === 0) return path;
  return `${path}${path.includes("?") ? "&" : "?"}${pairs.join("&")}`;
};
