import type { OmniumSettings } from "../../tenants/omnium_settings.ts";
import type { Market, SectionConfig } from "../../tenants/tenant.ts";
import type { Upstream, UpstreamAnswer } from "../../upstream/answer.ts";
import type { Crm, CrmCall } from "../port.ts";
import { createOmnium } from "./adapter.ts";
import { newSession, type Session } from "./session.ts";

/** For tests: an Omnium made of one function, and the adapter in front of it. Tokens are given by themselves. */
export type Sent = {
  readonly method: string;
  /** Below `/api`, as sent: encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};
export type Answer =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Record<string, string> }
  | { readonly status?: number; readonly text: string; readonly headers?: Record<string, string> }
  | UpstreamAnswer;

export const customerId = "e1000000-0000-4000-8000-000000010012";
export const voucherId = "a2000001-0000-4000-8000-000000000001";
export const now = Date.parse("2030-01-31T10:00:00Z");
export const call: CrmCall = {
  deadline: now + 8000,
  requestId: "r-1",
  storeId: "200",
  staffId: "7",
};

export const market: Market = {
  country: "SE",
  locale: "sv-SE",
  currency: "SEK",
  timeZone: "Europe/Stockholm",
  account: "se",
};

export const settings: OmniumSettings = {
  apiUrl: "https://api.example.com",
  clientId: "client",
  clientSecret: "secret",
  marketId: "SWE",
  sendOrders: true,
  joinClub: false,
  phoneFormat: "e164",
  consentTypes: [
    { type: "PersonalOffers", title: "Personliga erbjudanden" },
    { type: "Research", title: "Undersökningar" },
  ],
  voucherPasswordsFromGroups: [
    { group: "Staff", voucherPasswords: ["staff"] },
    { group: "Gold", voucherPasswords: ["gold", "staff"] },
    { group: "ClubMember", voucherPasswords: ["club"] },
  ],
  numberSeries: false,
  sitooOrderIdKey: "SitooOrderId",
  storeIds: {},
  orderIds: "site",
  pricesIncludeVat: true,
  negativeQuantities: false,
  salePrefix: "sitoo-90316-1-",
  voyadoSections: [],
};

const toAnswer = (answer: Answer): UpstreamAnswer => {
  if ("kind" in answer) return answer;
  const text = "json" in answer ? JSON.stringify(answer.json) : answer.text;
  return {
    kind: "answered",
    status: answer.status ?? 200,
    headers: new Headers(answer.headers ?? {}),
    text,
  };
};

export const sentIn = (request: Parameters<Upstream>[0]): Sent => {
  const url = new URL(request.url);
  return {
    method: request.method,
    path: url.pathname.replace(/^\/api/, ""),
    query: url.searchParams,
    headers: request.headers,
    body: request.body === undefined ? undefined : JSON.parse(request.body),
  };
};

export const answering =
  (respond: (sent: Sent) => Answer | Promise<Answer>): Upstream =>
  async (request) =>
    toAnswer(await respond(sentIn(request)));

export const withOmnium = (
  respond: (sent: Sent) => Answer | Promise<Answer>,
  changed: Partial<OmniumSettings> = {},
  more: {
    readonly sections?: readonly SectionConfig[];
    readonly session?: Session;
    readonly clock?: () => number;
  } = {},
): {
  readonly crm: Crm;
  /** Without the calls for tokens. */
  readonly sent: Sent[];
  readonly tokens: Sent[];
  readonly logged: { event: string; fields: object }[];
} => {
  const [sent, tokens]: [Sent[], Sent[]] = [[], []];
  const logged: { event: string; fields: object }[] = [];
  const clock = more.clock ?? (() => now);
  const upstream = answering((one) => {
    if (one.path === "/Token") {
      tokens.push(one);
      return {
        json: { accessToken: `t${tokens.length}`, tokenType: "Bearer", expiresIn: 864_000 },
      };
    }
    sent.push(one);
    return respond(one);
  });
  const options = {
    settings: { ...settings, ...changed },
    sections: more.sections ?? [],
    market,
  };
  const log = (event: string, fields: object) => void logged.push({ event, fields });
  const session = more.session ?? newSession(clock);
  return { crm: createOmnium(options, upstream, log, clock, session), sent, tokens, logged };
};

/** A customer as `GET /PrivateCustomers/{id}` answers: members without a value are null. */
export const customerBody = (change: object = {}): object => ({
  customerId,
  customerNumber: "10012",
  firstName: "Astrid",
  lastName: "Exempel",
  fullName: "Astrid Exempel",
  email: "astrid@example.com",
  phone: "+46701740605",
  gender: "Female",
  birthDate: "1985-04-12T00:00:00Z",
  isCustomerClubMember: true,
  isInactive: null,
  address: {
    line1: "Exempelgatan",
    streetNumber: "1",
    line2: "lgh 3",
    postalCode: "11122",
    city: "Stockholm",
    countryCode: "se",
    name: null,
  },
  consents: [
    { type: "EmailMarketing", status: true, date: "2029-01-01T00:00:00Z", source: "Web" },
    { type: "SmsMarketing", status: false },
    { type: "PersonalOffers", status: true },
  ],
  discountCoupons: [],
  externalIds: [{ providerName: "VoyadoContactId", id: "c-1" }],
  customerGroups: [{ id: "Staff", name: "Staff" }],
  properties: [{ key: "ShoeSize", value: "38" }],
  tags: [],
  storeIds: ["200"],
  created: "2028-05-01T10:00:00Z",
  modified: "2029-05-01T10:00:00Z",
  ...change,
});

export const memberBody = (change: object = {}): object => ({
  customerId,
  tier: { tierId: "gold", name: "Gold", tierSummary: { amountToNextTier: 12_800 } },
  summary: { currentBalance: 120, newPointsOnHold: 0 },
  ...change,
});

/** An answer of a search. */
export const found = (...result: readonly object[]): Answer => ({
  json: { result, totalHits: result.length, facets: [], scrollId: null, isValid: true },
});
