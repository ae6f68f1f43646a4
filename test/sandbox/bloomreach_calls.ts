import { expect } from "vitest";
import type { Sandbox } from "./harness.ts";

export const TOKEN = "b1000000-0000-4000-8000-000000000001";
export const ASTRID = { registered: "astrid@example.com" };
export const BERTIL = { registered: "bertil@example.com" };
export const COOKIE = "c00c1e00-0000-4000-8000-000000000001";

export interface Answer {
  status: number;
  headers: Headers;
  json: <T = Record<string, unknown>>() => T;
}
interface View {
  id: string;
  ids: Record<string, string | string[]>;
  properties: Record<string, unknown>;
  consents: Record<string, { valid: boolean; until: unknown }>;
  events: number;
  waiting: number;
}
export interface Stored {
  seq: number;
  index: number;
  name: string;
  commandId: string | null;
  data: Record<string, unknown>;
  errors: string[];
  repeats: number;
  outcome: Record<string, unknown> | null;
}
export interface Row {
  id: string;
  customerId: string;
  type: string;
  timestamp: number;
  properties: Record<string, unknown>;
  writeId: string | null;
}
export interface Result {
  success: boolean;
  value?: unknown;
  error?: string;
  errors?: string[];
  command_id?: string;
}
type Headers_ = Record<string, string | undefined>;

export const basic = (id: string, secret = "sandbox-bloomreach-secret"): string =>
  `Basic ${btoa(`${id}:${secret}`)}`;

export type Bloomreach = ReturnType<typeof bloomreachOf>;

/** Calls to one simulated project and its controls, with what a right request carries. */
export function bloomreachOf(sandbox: Pick<Sandbox, "url">, name: string) {
  const send =
    (base: string, headers: Headers_) =>
    async (method: string, path: string, body?: unknown, extra: Headers_ = {}): Promise<Answer> => {
      const merged = Object.entries({ ...headers, ...extra }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      const response = await fetch(`${sandbox.url}${base}${path}`, {
        method,
        headers: merged,
        signal: AbortSignal.timeout(20_000),
        ...(body === undefined ? {} : { body: bodyOf(body) }),
      });
      const text = await response.text();
      const { status } = response;
      return { status, headers: response.headers, json: <T>() => JSON.parse(text) as T };
    };
  const right = {
    authorization: basic("sandbox-bloomreach-key"),
    "content-type": "application/json",
  };
  const raw = send(`/bloomreach/${name}`, right);
  const track = send(`/bloomreach/${name}/track/v2/projects/${TOKEN}`, right);
  const data = send(`/bloomreach/${name}/data/v2/projects/${TOKEN}`, right);
  const control = send(`/_sandbox/bloomreach/${name}`, {});
  const done = async <T>(answer: Promise<Answer>): Promise<T> => {
    const { status, json } = await answer;
    expect(status).toBe(200);
    return json<T>();
  };
  return {
    raw,
    track,
    data,
    control,
    profile: (settings: object) => done(control("POST", "/profile", settings)),
    /** The time of the queue is the instance's clock. */
    later: (ms = 2000) => done(control("POST", "/clock", { advanceMs: ms })),
    update: (customer_ids: object, properties: object, rest: object = {}) =>
      track("POST", "/customers", { customer_ids, properties, ...rest }),
    event: (customer_ids: object, event_type: string, properties: object, rest: object = {}) =>
      track("POST", "/customers/events", { customer_ids, event_type, properties, ...rest }),
    attributes: async (customer_ids: object, attributes: object[]): Promise<Result[]> =>
      (
        await done<{ results: Result[] }>(
          data("POST", "/customers/attributes", { customer_ids, attributes }),
        )
      ).results,
    view: (key: string) => done<View>(control("GET", `/customers/${encodeURIComponent(key)}`)),
    writes: async (query = "") =>
      (await done<{ items: Stored[] }>(control("GET", `/writes${query}`))).items,
    events: async (query = "") =>
      (await done<{ items: Row[] }>(control("GET", `/events${query}`))).items,
    counts: () => done<Record<string, unknown>>(control("GET", "/counts")),
  };
}

function bodyOf(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === "string" || body instanceof Uint8Array)
    return body as string | Uint8Array<ArrayBuffer>;
  return JSON.stringify(body);
}
