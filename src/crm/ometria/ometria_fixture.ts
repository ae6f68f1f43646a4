import type { SectionConfig, DeliverySettings, Market } from "../../tenants/tenant.ts";
import type { OmetriaSettings } from "../../tenants/ometria_settings.ts";
import type { Upstream, UpstreamAnswer } from "../../upstream/answer.ts";
import type { Sale } from "../../model/sale.ts";
import type { Crm, CrmCall } from "../port.ts";
import { createOmetria } from "./adapter.ts";

/** For tests: an Ometria made of one function, and the adapter in front of it. */
export type Sent = {
  readonly method: string;
  /** Below `/v2`, with the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};
export type Answer =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Record<string, string> }
  | { readonly status?: number; readonly text: string }
  | UpstreamAnswer;

export const ourId = "11111111-1111-4111-8111-111111111111";
export const profileId = "2695-c473e2-4aaf58";
export const now = Date.parse("2030-01-31T10:00:00Z");
export const call: CrmCall = { deadline: now + 8_000, requestId: "r-1", storeId: "200" };

const market: Market = {
  country: "SE",
  locale: "sv-SE",
  currency: "SEK",
  timeZone: "Europe/Stockholm",
  account: "se",
};

export const settings: OmetriaSettings = {
  apiUrl: "https://api.ometria.com/v2",
  apiKey: "push-key",
  mailKey: "mail-key",
  collection: "sitoo_pos",
  forceOptin: false,
  smsMode: "single",
  namespaceProducts: false,
  unknownReturns: "deliver",
  memberNumberProperty: "member_number",
  personalIdProperty: undefined,
  statusProperty: "level",
  consents: [
    { id: "terms", name: "Terms", value: false },
    { id: "offers", name: "Offers", value: false },
  ],
  voucherPasswordsDefault: ["member"],
  voucherPasswordsFromTags: [{ group: "staff", voucherPasswords: ["staff"] }],
  promotionsFromTags: [
    { tag: "vip", id: "vip-10", name: "VIP", offer: { type: "cart_percent", percent: 10 } },
  ],
  mirrorRedemptions: true,
  writesShowWithinMs: 900_000,
};

export const delivery: DeliverySettings = {
  namespace: "pos",
  productId: "sku",
  optInContacts: false,
  receipt: undefined,
};

const toAnswer = (answer: Answer): UpstreamAnswer => {
  if ("kind" in answer) return answer;
  const text = "json" in answer ? JSON.stringify(answer.json) : answer.text;
  const headers = new Headers("headers" in answer ? answer.headers : {});
  return { kind: "answered", status: answer.status ?? 200, headers, text };
};

export const taken: Answer = {
  status: 202,
  json: { status: "OK", request_id: "q-1", accepted: 1, rejected: 0 },
};
export const absent: Answer = { status: 404, json: { status: "ERROR" } };

export const ometria = (
  respond: (sent: Sent) => Answer,
  changed: {
    readonly settings?: Partial<OmetriaSettings>;
    readonly delivery?: Partial<DeliverySettings>;
    readonly country?: string;
    readonly sections?: readonly SectionConfig[];
  } = {},
): {
  readonly crm: Crm;
  readonly sent: Sent[];
  readonly paused: number[];
  /** Records of all pushes. */
  readonly pushed: () => readonly Readonly<Record<string, unknown>>[];
} => {
  const sent: Sent[] = [];
  const paused: number[] = [];
  const upstream: Upstream = async (request) => {
    const one: Sent = {
      method: request.method,
      path: request.url.replace("https://api.ometria.com/v2", ""),
      headers: request.headers,
      body: request.body === undefined ? undefined : (JSON.parse(request.body) as unknown),
    };
    sent.push(one);
    return toAnswer(respond(one));
  };
  const options = {
    settings: { ...settings, ...changed.settings },
    sections: changed.sections ?? [],
    market: { ...market, country: changed.country ?? "SE" },
    delivery: { ...delivery, ...changed.delivery },
  };
  const pause = async (ms: number) => void paused.push(ms);
  return {
    crm: createOmetria(
      options,
      upstream,
      () => undefined,
      () => now,
      pause,
    ),
    sent,
    paused,
    pushed: () =>
      sent
        .filter(({ path }) => path === "/push")
        .flatMap(({ body }) => body as Readonly<Record<string, unknown>>[]),
  };
};

export const listingBody = (fields: object = {}): object => ({
  "@type": "contact",
  "@collection": "sitoo_pos",
  "@profile_id": profileId,
  id: ourId,
  customer_id: ourId,
  email: "astrid@example.com",
  phone_number: "+46701740605",
  firstname: "Astrid",
  lastname: "Exempel",
  gender: "f",
  date_of_birth: "1985-04-12",
  country_id: "SE",
  store_ids: ["200"],
  marketing_optin: "EXPLICITLY_OPTEDIN",
  channels: { sms: { allow_marketing: true, allow_transactional: true } },
  properties: { member_number: "10012", accepts_mail: false, consent_terms: true, city: "Lund" },
  ...fields,
});

export const profileBody = (fields: object = {}): object => ({
  "@type": "profile",
  id: profileId,
  email: "astrid@example.com",
  customer_id: ourId,
  firstname: "A",
  lastname: "E",
  marketing_optin: "EXPLICITLY_OPTEDIN",
  tags: ["vip", "staff"],
  properties: { level: "Gold", member_number: "10012" },
  stats: { orders: 3 },
  ...fields,
});

/** An account that holds one person, by default a customer of the till's. */
export const holding =
  (listing: object | undefined = listingBody(), profile: object | undefined = profileBody()) =>
  ({ method, path }: Sent): Answer => {
    if (method === "POST") return taken;
    if (path.startsWith("/contacts/"))
      return listing !== undefined &&
        path === `/contacts/sitoo_pos/${(listing as { id: string }).id}`
        ? { json: listing }
        : absent;
    if (path.startsWith("/profiles?email="))
      return { json: profile === undefined ? [] : [profile] };
    if (path === `/profiles/${profileId}` && profile !== undefined) return { json: profile };
    return absent;
  };

export const sale = (changed: Partial<Sale> = {}): Sale => ({
  id: `sitoo-90316-1-${changed.order?.orderId ?? 4711}`,
  order: { account: 90316, site: 1, orderId: 4711 },
  receiptNumber: "R-1",
  at: "2030-01-31T10:30:00+01:00",
  currency: "SEK",
  storeExternalId: "200",
  customer: {},
  lines: [
    {
      kind: "purchase",
      sku: "A1",
      productId: "77",
      name: "Shirt",
      quantity: "2",
      paid: 20_000,
      tax: 4_000,
      taxPercent: "25",
      discount: 5_000,
      instruments: [],
    },
  ],
  linesTotal: 20_000,
  grandTotal: 20_000,
  payments: [{ name: "Card", amount: 20_000 }],
  instruments: [],
  ...changed,
});
