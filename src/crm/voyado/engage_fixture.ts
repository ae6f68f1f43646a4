import type { Market, SectionConfig } from "../../tenants/tenant.ts";
import type { VoyadoSettings } from "../../tenants/voyado_settings.ts";
import type { Upstream, UpstreamAnswer } from "../../upstream/answer.ts";
import type { Crm, CrmCall } from "../port.ts";
import { createVoyado } from "./adapter.ts";

/** For tests: an Engage made of one function, and the adapter in front of it. */
export type Sent = {
  readonly method: string;
  /** Below `/api`, as sent: encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};
export type Answer =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Record<string, string> }
  | { readonly status?: number; readonly text: string }
  | UpstreamAnswer;

export const contactId = "11111111-1111-4111-8111-111111111111";
export const voucherId = "a0000001-0000-4000-8000-000000000001";
export const now = Date.parse("2030-01-31T10:00:00Z");
export const call: CrmCall = { deadline: now + 8000, requestId: "r-1", storeId: "200" };

export const market: Market = {
  country: "SE",
  locale: "sv-SE",
  currency: "SEK",
  timeZone: "Europe/Stockholm",
  account: "se",
};

export const settings: VoyadoSettings = {
  apiUrl: "https://acme.voyado.com/api",
  apiKey: "till-key",
  ordersApiKey: "orders-key",
  locale: "sv-SE",
  currencyCode: "SEK",
  exchangeRates: {},
  contactType: "Member",
  source: "POS",
  labelsPath: "labels",
  usTotalValidationSkipped: false,
  noPoints: "flag",
  voucherPasswordsDefault: ["member"],
  voucherPasswordsFromLabels: [{ labelName: "Staff", voucherPasswords: ["staff", "member"] }],
  paymentMethods: {},
  versions: {},
};

const toAnswer = (answer: Answer): UpstreamAnswer => {
  if ("kind" in answer) return answer;
  const text = "json" in answer ? JSON.stringify(answer.json) : answer.text;
  const headers = new Headers("headers" in answer ? answer.headers : {});
  return { kind: "answered", status: answer.status ?? 200, headers, text };
};

export const engage = (
  respond: (sent: Sent) => Answer | Promise<Answer>,
  changed: Partial<VoyadoSettings> = {},
  sections: readonly SectionConfig[] = [],
): {
  readonly crm: Crm;
  readonly sent: Sent[];
  readonly logged: { event: string; fields: object }[];
} => {
  const sent: Sent[] = [];
  const logged: { event: string; fields: object }[] = [];
  const upstream: Upstream = async (request) => {
    const url = new URL(request.url);
    const one: Sent = {
      method: request.method,
      path: url.pathname.replace(/^\/api/, ""),
      query: url.searchParams,
      rawQuery: url.search,
      headers: request.headers,
      body: request.body === undefined ? undefined : JSON.parse(request.body),
    };
    sent.push(one);
    return toAnswer(await respond(one));
  };
  const options = { settings: { ...settings, ...changed }, sections, market };
  const log = (event: string, fields: object) => void logged.push({ event, fields });
  return { crm: createVoyado(options, upstream, log, () => now), sent, logged };
};

/** A contact as `GET /contacts/{id}` answers it. */
export const contactBody = (attributes: object = {}, rest: object = {}): object => ({
  id: contactId,
  attributes: {
    firstName: "Astrid",
    lastName: "Exempel",
    email: "astrid@example.com",
    mobilePhone: "+46701740605",
    memberNumber: "10012",
    ...attributes,
  },
  meta: {
    contactType: "Member",
    createdOn: "2028-05-01T10:00:00Z",
    modifiedOn: "2029-05-01T10:00:00Z",
  },
  preferences: { acceptsEmail: true, acceptsPostal: false, acceptsSms: true },
  consents: [
    { id: "memberTerms", value: true, date: "2028-05-01T10:00:00Z" },
    { id: "offers", value: false },
  ],
  ...rest,
});
