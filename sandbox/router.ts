import { TrieRouter } from "hono/router/trie-router";
import type { Json } from "./json.ts";
import type { Reply } from "./reply.ts";

/** One request as a simulated vendor sees it: path below the instance, body already read. */
export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: string;
  json: Json | undefined;
  params: Record<string, string>;
  seq: number;
}

/**
 * Handlers are synchronous on purpose. A Durable Object interleaves only at `await`, so a synchronous handler is one
 * atomic step: of a hundred parallel redeems exactly one can win.
 */
export type Handler = (call: Call) => Reply;
export type Route = readonly [method: string, path: string, handler: Handler];

export interface Matched {
  handler: Handler;
  params: Record<string, string>;
}

export class Routes {
  readonly #router = new TrieRouter<readonly [string, Handler]>();

  constructor(routes: readonly Route[]) {
    for (const [method, path, handler] of routes) this.#router.add("ALL", path, [method, handler]);
  }

  /** The route; or "method" when the path is known under another verb only; or undefined. */
  find(method: string, path: string): Matched | "method" | undefined {
    const [candidates] = this.#router.match(method, path);
    for (const [[verb, handler], raw] of candidates) {
      if (verb !== method) continue;
      const params: Record<string, string> = {};
      for (const [name, value] of Object.entries(raw)) params[name] = decode(String(value));
      return { handler, params };
    }
    return candidates.length > 0 ? "method" : undefined;
  }
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
