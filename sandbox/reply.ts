import type { Json } from "./json.ts";

/** What a simulated endpoint answers. Plain data, so that a fault can replace it after the effect took place. */
export interface Reply {
  status: number;
  /** undefined: no body at all. */
  body?: Json;
  headers?: Record<string, string>;
}

export function reply(status: number, body?: Json): Reply {
  return body === undefined ? { status } : { status, body };
}

export function ok(body: Json): Reply {
  return { status: 200, body };
}

export function toResponse(answer: Reply): Response {
  const headers = new Headers(answer.headers);
  if (answer.body === undefined) return new Response(null, { status: answer.status, headers });
  if (!headers.has("content-type")) headers.set("content-type", "application/json; charset=utf-8");
  return new Response(JSON.stringify(answer.body), { status: answer.status, headers });
}
