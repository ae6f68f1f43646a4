import { answer, type Answer, type Sandbox } from "./harness.ts";

type Send = (
  method: string,
  path: string,
  body?: unknown,
  extra?: Record<string, string | undefined>,
) => Promise<Answer>;

export interface RuleCalls {
  /** Where the instance is, for a client of one's own. */
  url: string;
  v2: Send;
  v3: Send;
  control: Send;
}

/** Calls to one Rule account and its controls, with what a right request carries. */
export function ruleCalls(sandbox: Sandbox, name: string): RuleCalls {
  const url = `${sandbox.url}/rule/${name}`;
  const send =
    (base: string, headers: Record<string, string>): Send =>
    (method, path, body, extra = {}) => {
      const merged = Object.entries({ ...headers, ...extra }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return answer(base + path, {
        method,
        headers: merged,
        ...(body === undefined ? {} : { body: text }),
      });
    };
  const authorization = "Bearer sandbox-rule-key";
  return {
    url,
    v2: send(`${url}/api/v2`, { authorization, "content-type": "application/json" }),
    v3: send(`${url}/api/v3`, {
      authorization,
      "content-type": "application/json;charset=utf-8",
    }),
    control: send(`${sandbox.url}/_sandbox/rule/${name}`, {}),
  };
}

/** Seeded people: 9 and their member number. */
export const ASTRID = 910_012;
export const BERTIL = 910_013;
export const HEDDA = 910_019;

export interface V2Error {
  error: string;
  message: string;
  fields?: Record<string, string[]>;
}
export interface V3Error {
  message: string;
  errors?: Record<string, string[]>;
}
export interface Counts {
  subscribers: number;
  records: Record<string, number>;
  repeats: Record<string, number>;
  tags: number;
  suppressions: number;
  jobsWaiting: number;
  jobs: number;
  changes: number;
}
export interface RecordState {
  id: number;
  subscriberId: number;
  group: string;
  values: Record<string, unknown>;
  writes: { seq: number; at: string; call: string; values: Record<string, unknown> }[];
  repeatOf: number | null;
}
export interface SubscriberState {
  id: number;
  email: string | null;
  phoneNumber: string | null;
  customIdentifier: string | null;
  language: string;
  status: string;
  optedIn: boolean;
  tags: string[];
  segments: number[];
  suppressions: { dispatcherType: string; messageType: string; sourceType: string }[];
  fields: Record<string, unknown>;
}

export const subscriberState = async (calls: RuleCalls, id: number): Promise<SubscriberState> =>
  (await calls.control("GET", `/subscribers/${id}`)).json<SubscriberState>();
export const counts = async (calls: RuleCalls): Promise<Counts> =>
  (await calls.control("GET", "/counts")).json<Counts>();
export const records = async (
  calls: RuleCalls,
  id: number,
  group: string,
): Promise<RecordState[]> =>
  (await calls.control("GET", `/records?subscriberId=${id}&group=${group}`)).json<{
    items: RecordState[];
  }>().items;
export const profile = async (calls: RuleCalls, patch: Record<string, unknown>): Promise<number> =>
  (await calls.control("POST", "/profile", patch)).status;
