import { type Answer, callsOf, type Sandbox } from "./harness.ts";

export const id = (memberNumber: string): string =>
  `e1000000-0000-4000-8000-${memberNumber.padStart(12, "0")}`;
export const ASTRID = id("10012");
export const BERTIL = id("10013");
const numbered = (prefix: string) => (number: number) =>
  `${prefix}000001-0000-4000-8000-${String(number).padStart(12, "0")}`;
export const voucherId = numbered("a2");
export const promotionId = numbered("b2");

export interface Found<T> {
  result: T[];
  totalHits: number;
  scrollId: string | null;
}

type Send = (
  method: string,
  path: string,
  body?: unknown,
  extra?: Record<string, string | undefined>,
) => Promise<Answer>;

export interface OmniumCalls {
  /** Below /api, with a token. */
  omnium: Send;
  /** Without one. */
  bare: Send;
  control: Send;
  token: (client?: string) => Promise<string>;
  /** The same, as another API user. */
  as: (client: string) => Promise<Send>;
  profile: (settings: unknown) => Promise<Answer>;
}

/** Calls to one Omnium instance and its controls. `POST …/Token` is called once per instance and user. */
export function omniumOf(sandbox: Sandbox, name: string): OmniumCalls {
  const { send } = callsOf(sandbox, name);
  const json = { "content-type": "application/json" };
  const bare = send(json, `/omnium/${name}/api`);
  const control = send({}, `/_sandbox/omnium/${name}`);
  const token = async (client = "client"): Promise<string> => {
    const secret = client === "client" ? "secret" : `${client}-secret`;
    const query = `clientId=sandbox-omnium-${client}&clientSecret=sandbox-omnium-${secret}`;
    return (await bare("POST", `/Token?${query}`, undefined, { "content-type": undefined })).text;
  };
  const as = async (client: string): Promise<Send> => {
    const authorization = `Bearer ${await token(client)}`;
    return send({ ...json, authorization }, `/omnium/${name}/api`);
  };
  let own: Promise<Send> | undefined;
  return {
    bare,
    control,
    token,
    as,
    omnium: async (...call) => (await (own ??= as("client")))(...call),
    profile: (settings) => control("POST", "/profile", settings),
  };
}
