import type { Market, SectionConfig } from "../../tenants/tenant.ts";
import type { RuleSettings } from "../../tenants/rule_settings.ts";
import type { Upstream, UpstreamAnswer } from "../../upstream/answer.ts";
import type { Crm, CrmCall } from "../port.ts";
import { createRule } from "./adapter.ts";
import { newSession, type Session } from "./session.ts";

/** For tests: a Rule made of one function, and the adapter in front of it. */
export type Sent = {
  readonly method: string;
  /** Below `/api`, decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};
export type Answer =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Record<string, string> }
  | { readonly status?: number; readonly text: string; readonly headers?: Record<string, string> }
  | UpstreamAnswer;

export const now = Date.parse("2030-01-31T10:00:00Z");
let requests = 0;
/** Each of a request of its own, as the gateway numbers them. */
export const aCall = (): CrmCall => ({
  deadline: now + 8_000,
  requestId: `r-${(requests += 1)}`,
  storeId: "200",
});

export const market: Market = {
  country: "SE",
  locale: "sv-SE",
  currency: "SEK",
  timeZone: "Europe/Stockholm",
  account: "se",
};

export const settings: RuleSettings = {
  apiUrl: "https://app.rule.io/api",
  apiKey: "rule-key",
  tags: ["Sitoo"],
  tagsOf: { create: [], update: [], order: ["SitooOrder"], return: ["SitooRefund"] },
  groups: { contact: "Sitoo-Contact", address: "Sitoo-Address", order: "Sitoo-Order" },
  fields: {},
  historyGroups: [],
  memberNumber: "custom_identifier",
  personalId: false,
  suppressUnlessAccepted: true,
  liftSuppressions: false,
  consents: [],
  bonusChecks: { container: "array", names: {}, numbers: "string", dates: "date" },
  promotions: [],
  voucherPasswordsDefault: [],
  voucherPasswordsFromTags: [],
  storeNames: {},
};

const toAnswer = (answer: Answer): UpstreamAnswer => {
  if ("kind" in answer) return answer;
  const text = "json" in answer ? JSON.stringify(answer.json) : answer.text;
  const headers = new Headers(answer.headers ?? {});
  return { kind: "answered", status: answer.status ?? 200, headers, text };
};

export const ruleOf = (
  respond: (sent: Sent) => Answer | undefined,
  changed: Partial<RuleSettings> = {},
  more: { readonly sections?: readonly SectionConfig[]; readonly now?: () => number } = {},
) => {
  const sent: Sent[] = [];
  const logged: { event: string; fields: object }[] = [];
  const clock = more.now ?? (() => now);
  const session: Session = newSession(clock);
  const upstream: Upstream = async (request) => {
    const url = new URL(request.url);
    const one: Sent = {
      method: request.method,
      path: decodeURIComponent(url.pathname.replace(/^\/api/, "")),
      query: url.searchParams,
      url: request.url,
      headers: request.headers,
      body: request.body === undefined ? undefined : JSON.parse(request.body),
    };
    sent.push(one);
    return toAnswer(respond(one) ?? usual(one));
  };
  const options = {
    settings: { ...settings, ...changed },
    sections: more.sections ?? [],
    market,
  };
  const log = (event: string, fields: object) => void logged.push({ event, fields });
  const crm: Crm = createRule(options, upstream, log, clock, session);
  return { crm, sent, logged, session };
};

export const id = "910012";
export const nobody: Answer = {
  status: 404,
  json: { error: "SubscriberNotFound", message: "The subscriber was not found." },
};
export const done: Answer = { json: { message: "Success" } };

export const subscriber = (members: object = {}): Answer => ({
  json: {
    message: "Success",
    subscriber: {
      id: Number(id),
      email: "astrid@example.com",
      phone_number: "+46701740605",
      custom_identifier: "10012",
      language: "sv",
      opted_in: true,
      created_at: "2028-05-01 10:00:00",
      updated_at: "2029-05-01 10:00:00",
      tags: [{ id: 1, name: "Sitoo" }],
      suppressed: [],
      ...members,
    },
  },
});

/** `Group.Field` to value. */
export const fields = (values: Readonly<Record<string, unknown>> = {}): Answer => {
  const groups = new Map<string, object[]>();
  for (const [key, value] of Object.entries(values)) {
    const [group = "", name] = key.split(".");
    groups.set(group, [...(groups.get(group) ?? []), { id: 1, name, type: "text", value }]);
  }
  return {
    json: {
      message: "Success",
      groups: [...groups].map(([name, list]) => ({ name, historical: false, fields: list })),
    },
  };
};

/** What an account with one subscriber answers. */
const usual = ({ method, path }: Sent): Answer => {
  if (method === "GET" && path.endsWith("/fields")) return fields();
  if (path.startsWith("/v3/custom-field-data/"))
    return method === "GET" ? { json: { data: [] } } : { status: 200, json: {} };
  if (path.endsWith("/tags") || path.startsWith("/v2/suppressions")) return done;
  return subscriber();
};
