import type { BloomreachSettings } from "../../tenants/bloomreach_settings.ts";
import type { Market, SectionConfig } from "../../tenants/tenant.ts";
import type { Upstream, UpstreamAnswer } from "../../upstream/answer.ts";
import type { Crm, CrmCall } from "../port.ts";
import { createBloomreach } from "./adapter.ts";
import { createCustomerIds } from "./customer_id.ts";

/** For tests: a Bloomreach made of one function, and the adapter in front of it. */
export type Sent = {
  readonly method: string;
  /** Such as `/track/v2/batch`, without the project. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
};
export type Answer =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Record<string, string> }
  | UpstreamAnswer;

export const now = Date.parse("2030-01-31T10:00:00Z");
export const call: CrmCall = { deadline: now + 8000, requestId: "r-1", storeId: "200" };
export const market: Market = {
  country: "SE",
  locale: "sv-SE",
  currency: "SEK",
  timeZone: "Europe/Stockholm",
  account: "se",
};

export const settings: BloomreachSettings = {
  apiUrl: "https://api.exponea.com",
  projectToken: "token-1234",
  keyId: "key",
  secret: "hemlig",
  idKey: "0123456789abcdef0123456789abcdef",
  hardId: "registered",
  search: { email: "registered", mobile: "phone_id" },
  fields: {
    email: ["ids.registered"],
    name_first: ["properties.first_name"],
    name_last: ["properties.last_name"],
    mobile: ["properties.phone", "ids.phone_id"],
    birthday: ["properties.birth_date"],
    member_number: ["properties.card"],
    city: ["properties.city"],
  },
  bonusChecks: "properties.bonus_checks",
  promotions: "properties.promotions",
  consents: [
    {
      category: "newsletter",
      channel: "email",
      posId: "newsletter",
      default: false,
      optIn: "consent",
    },
    { category: "offers", posId: "offers", default: false, optIn: "consent" },
  ],
  events: {
    purchase: "purchase",
    purchase_item: "purchase_item",
    bonus_check_redeemed: "bonus_check_redeemed",
    bonus_check_reversed: "bonus_check_reversed",
    promotion_redeemed: "promotion_redeemed",
    promotion_reversed: "promotion_reversed",
  },
  currency: "SEK",
  exchangeRates: {},
  productId: "sku",
  refundSign: "positive",
  purchaseSourceType: "store",
  consentSource: "sitoo_pos",
  markerProperty: "sitoo_pos",
  clearWith: "empty",
  birthdayAs: "seconds",
  writesShowWithinMs: 30_000,
  bonusCheckFields: {},
  promotionFields: {},
  promotionTypes: {},
  offers: [],
  voucherPasswordsDefault: [],
  voucherPasswords: [],
};

const [tenant, crmInstance] = ["acme", "bloomreach|api.exponea.com|token-1234"];

/** The id that tills have of a hard ID. */
export const idOf = (hardId: string, changed: Partial<BloomreachSettings> = {}): Promise<string> =>
  createCustomerIds({ ...settings, ...changed }, tenant, crmInstance).seal(hardId);

export const project = (
  respond: (sent: Sent) => Answer,
  changed: Partial<BloomreachSettings> = {},
  sections: readonly SectionConfig[] = [],
): { readonly crm: Crm; readonly sent: Sent[]; readonly logged: object[] } => {
  const sent: Sent[] = [];
  const logged: object[] = [];
  const upstream: Upstream = (request) => {
    const one: Sent = {
      method: request.method,
      path: new URL(request.url).pathname.replace("/projects/token-1234", ""),
      headers: request.headers,
      body: request.body === undefined ? {} : JSON.parse(request.body),
    };
    sent.push(one);
    const answer = respond(one);
    return Promise.resolve(
      "kind" in answer
        ? answer
        : {
            kind: "answered",
            status: answer.status ?? 200,
            headers: new Headers(answer.headers),
            text: JSON.stringify(answer.json),
          },
    );
  };
  const channel = { tenant, crmInstance, market, client: { sections } };
  const log = (event: string, fields: object) => void logged.push({ event, ...fields });
  const options = { settings: { ...settings, ...changed }, channel };
  return { crm: createBloomreach(options, upstream, log, () => now), sent, logged };
};

export const notThere = { status: 404, json: { success: false, error: "Customer does not exist" } };

/** Answers reads of one customer from a table of sources, and takes every write. */
export const holding =
  (values: Readonly<Record<string, unknown>>, events: readonly object[] = []) =>
  ({ path, body }: Sent): Answer => {
    if (path === "/data/v2/customers/events") return { json: { success: true, data: events } };
    if (path === "/track/v2/batch")
      return {
        json: { success: true, results: (body["commands"] as []).map(() => ({ success: true })) },
      };
    const asked = body["attributes"] as Record<string, string>[];
    const results = asked.map(({ type = "", property, id, category }) => {
      const kind = { property: "properties", id: "ids" }[type] ?? type;
      return {
        success: true,
        value: values[`${kind}.${property ?? id ?? category ?? ""}`] ?? null,
      };
    });
    return { json: { success: true, results } };
  };

export type CommandSent = {
  readonly name: string;
  readonly command_id: string;
  readonly data: Readonly<Record<string, unknown>> & {
    readonly properties: Record<string, unknown>;
  };
};
export const commandsIn = (sent: readonly Sent[]): CommandSent[] =>
  sent
    .filter(({ path }) => path === "/track/v2/batch")
    .flatMap(({ body }) => body["commands"] as CommandSent[]);
