import { type Answer, type Calls, callsOf, type Sandbox } from "./harness.ts";

export interface PushAnswer {
  status: string;
  request_id: string;
  accepted: number;
  rejected: number;
}
export interface ErrorRow {
  request_id?: string;
  record_type: string | null;
  record_id: string | null;
  record: unknown;
  timestamp: string;
  message?: { error_message: string; error_path: string };
  error_message?: string;
  error_path?: string;
}
export interface ProfileBody {
  id: string;
  email: string | null;
  customer_id: string | null;
  firstname: string | null;
  lastname: string | null;
  marketing_optin: string;
  tags: string[];
  properties: Record<string, unknown>;
  identities: { id: string; type: string }[];
  stats: { orders: number; orders_attempted: number; revenue: number; total_items: number };
}
export interface State {
  received: { seq: number; id: string | null; outcome: string; problems: { message: string }[] }[];
  orders: {
    id: string;
    profileId: string | null;
    totalsOff: string;
    unknownProducts: string[];
    version: number;
    fields: Record<string, unknown>;
    deliveries: { seq: number; differs: boolean }[];
  }[];
  contacts: { key: string; fields: Record<string, unknown>; lists: number[]; version: number }[];
  events: { id: string; eventType: string; profileId: string | null; version: number }[];
  mails: { seq: number; delivered: boolean; blank: string[]; body: Record<string, unknown> }[];
  profiles: { id: string; smsAllowed: boolean; emails: string[] }[];
  sent: { kind: string; to: string; profileId: string; seq: number }[];
}

export type Account = ReturnType<typeof accountOf>;

/** One account without rate limits, as most tests are not about them, and the steps that tests repeat. */
export function accountOf(sandbox: Sandbox, name: string) {
  const calls: Calls = callsOf(sandbox, name);
  const { ometria, controlOmetria: control } = calls;
  const ready = control("POST", "/profile", {
    pushPerSecond: 0,
    dataPerSecond: 0,
    transactionalPerSecond: 0,
  });
  const api = async (...args: Parameters<typeof ometria>): Promise<Answer> => {
    await ready;
    return ometria(...args);
  };
  const push = async (...records: unknown[]): Promise<Answer> => api("POST", "/push", records);
  const settle = (): Promise<Answer> => control("POST", "/process");
  return {
    api,
    control,
    push,
    settle,
    /** Pushed and processed: what came of it is the next thing to look at. */
    pushed: async (...records: unknown[]): Promise<Answer> => {
      const answer = await push(...records);
      await settle();
      return answer;
    },
    set: async (profile: Record<string, unknown>): Promise<void> => {
      await ready;
      const answer = await control("POST", "/profile", profile);
      if (answer.status !== 200) throw new Error(answer.text);
    },
    advance: (advanceMs: number): Promise<Answer> => control("POST", "/clock", { advanceMs }),
    state: async (): Promise<State> => (await control("GET", "/state")).json<State>(),
    errors: async (): Promise<ErrorRow[]> => (await api("GET", "/push/_errors")).json<ErrorRow[]>(),
    /** "message at path" of every late error, oldest first. */
    problems: async (): Promise<string[]> =>
      (await api("GET", "/push/_errors"))
        .json<ErrorRow[]>()
        .map(({ message }) => `${message?.error_message} at ${message?.error_path}`)
        .toReversed(),
    found: async (email: string): Promise<ProfileBody[]> =>
      (await api("GET", `/profiles?email=${encodeURIComponent(email)}`)).json<ProfileBody[]>(),
  };
}
