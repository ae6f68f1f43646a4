import type { HandlerOf } from "../src/tenants/handler.ts";
import type {
  Channel,
  DeliverySettings,
  Destination,
  Orders,
  Tenant,
} from "../src/tenants/tenant.ts";

export const voyadoHandler: HandlerOf<"voyado"> = {
  kind: "voyado",
  apiUrl: "https://acme.example.com/api",
  apiKey: "k",
  ordersApiKey: "k",
  locale: "sv-SE",
  currencyCode: "SEK",
  exchangeRates: {},
  contactType: "Member",
  source: "POS",
  labelsPath: "labels",
  usTotalValidationSkipped: false,
  noPoints: "flag",
  voucherPasswordsDefault: [],
  voucherPasswordsFromLabels: [],
  paymentMethods: {},
  versions: {},
};

export const plainDelivery: DeliverySettings = {
  namespace: undefined,
  productId: "sku",
  optInContacts: false,
  receipt: undefined,
};

/** A channel with everything at its plainest. */
export const channel = (id: string, change: Partial<Channel> = {}): Channel => ({
  tenant: "acme",
  id,
  title: id,
  till: true,
  market: {
    country: "SE",
    locale: "sv-SE",
    currency: "SEK",
    timeZone: "Europe/Stockholm",
    account: "main",
  },
  client: {
    searchTypes: ["mobile", "email"],
    fieldsAdd: {},
    fieldsEdit: {},
    required: [],
    memberNumberPatterns: [],
    sections: [],
  },
  selfCheckout: { registers: [], searchTypes: [], create: false, mask: [] },
  onMultiple: "refuse",
  redemption: {
    promotions: "auto",
    bonusChecks: "auto",
    moment: "cart",
    reservationTtlMs: 1,
    replayWindowMs: 1,
    onReturn: "keep",
    onUnclaimed: "flag",
  },
  spi: {
    confirmed: [],
    createAnswer: "customer",
    createStatus: 200,
    transactionsAnswer: "array",
    undoAnswer: "result",
  },
  handler: voyadoHandler,
  delivery: plainDelivery,
  crmInstance: `voyado/${id}`,
  ...change,
});

export const destination = (channelId: string, change: Partial<Destination> = {}): Destination => ({
  channel: channelId,
  missingCustomer: "create",
  anonymous: "skip",
  ...change,
});

/** A tenant with one Sitoo account, and orders going to every channel given. */
export const tenantWith = (channels: readonly Channel[], orders: Partial<Orders> = {}): Tenant => ({
  name: "acme",
  version: 1,
  accounts: [
    {
      id: "main",
      apiUrl: "https://api.example.com/v2",
      accountId: 90316,
      siteId: 1,
      apiId: "90316-1",
      apiPassword: "p",
    },
  ],
  markets: [...new Set(channels.map(({ market }) => market))],
  channels: new Map(channels.map((entry) => [entry.id, entry])),
  orders: {
    mode: "live",
    liveStores: "all",
    ignore: { stores: [], registers: [], staff: [] },
    noPointsFor: { giftCards: true, vouchers: [], priceLists: [] },
    deliverTo: channels.map(({ id }) => destination(id)),
    ...orders,
  },
  capture: "off",
});
