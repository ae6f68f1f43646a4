import { isObject, type JsonObject, text } from "../json.ts";
import { type Reply, reply } from "../reply.ts";
import type { Profile } from "./profile.ts";

const TITLES: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
};

/** Thrown before anything was changed, and answered: checks lie deep, and a handler then reads as its good case. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** (assumed) members; the type's name alone is published: ProblemDetails (contracts/omnium.md §3). */
export function problem(status: number, detail: string): Reply {
  return reply(status, problemBody(status, detail));
}

export function problemBody(status: number, detail: string): JsonObject {
  return { type: "about:blank", title: TITLES[status] ?? "Error", status, detail };
}

/** A refusal in the shape that this tenant shows. */
export function dressed(answer: Reply, { errorBody }: Profile, method: string): Reply {
  if (method === "HEAD") return withoutBody(answer);
  if (answer.status < 400) return answer;
  const { body, headers } = answer;
  const detail = isObject(body) ? (text(body["detail"]) ?? "") : "";
  switch (errorBody) {
    case "problem":
      return { ...answer, headers: { ...headers, "content-type": "application/problem+json" } };
    case "text":
      return { ...answer, body: detail, headers: { ...headers, "content-type": "text/plain" } };
    case "message":
      return { ...answer, body: { message: detail } };
    case "none":
      return withoutBody(answer);
  }
}

function withoutBody({ status, headers }: Reply): Reply {
  return headers === undefined ? { status } : { status, headers };
}
