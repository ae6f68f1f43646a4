import type { ChannelFile, TenantFile } from "./schema.ts";
import type {
  Channel,
  ClientSettings,
  FieldRules,
  Handler,
  Market,
  Orders,
  Redemption,
  SectionConfig,
  SitooAccount,
  Tenant,
} from "./tenant.ts";

/** What the only account or market is called where the file gives it no name. */
const theOnly = "default";

const accountsOf = (file: TenantFile): readonly SitooAccount[] =>
  [file.sitoo].flat().map((account) => ({
    id: account.id ?? theOnly,
    apiUrl: account.api_url,
    accountId: account.account_id,
    siteId: account.site_id,
    apiId: account.api_id,
    apiPassword: account.api_password,
  }));

const marketsOf = (
  file: TenantFile,
  accounts: readonly SitooAccount[],
): ReadonlyMap<string, Market> => {
  const written = file.markets ?? (file.market === undefined ? {} : { [theOnly]: file.market });
  return new Map(
    Object.entries(written).map(([name, market]) => [
      name,
      {
        country: market.country ?? name,
        locale: market.locale,
        currency: market.currency,
        timeZone: market.time_zone,
        account: market.sitoo ?? accounts[0]?.id ?? theOnly,
      },
    ]),
  );
};

type FormFields = ChannelFile["client_settings"]["fields_add"];

const fieldRules = ({ accepts_communication: all, ...fields }: FormFields): FieldRules => {
  const short =
    all === undefined ? {} : { accepts_email: all, accepts_sms: all, accepts_mail: all };
  const named = Object.entries(fields).filter(([, state]) => state !== undefined);
  return { ...short, ...Object.fromEntries(named) };
};

type SectionFile = NonNullable<ChannelFile["client_settings"]["sections"]>[number];

const section = ({ title, attributes }: SectionFile): SectionConfig => ({
  title,
  attributes: attributes.map((entry) => ({
    attribute: entry.attribute,
    title: entry.title,
    ...(entry.display_true === undefined ? {} : { displayTrue: entry.display_true }),
    ...(entry.display_false === undefined ? {} : { displayFalse: entry.display_false }),
  })),
});

const clientSettings = (file: ChannelFile): ClientSettings => {
  const settings = file.client_settings;
  return {
    ...(settings.lookup_type === undefined ? {} : { lookupType: settings.lookup_type }),
    searchTypes: settings.search_types,
    fieldsAdd: fieldRules(settings.fields_add),
    fieldsEdit: fieldRules(settings.fields_edit),
    required: settings.required,
    memberNumberPatterns: settings.member_number_patterns,
    ...(settings.min_age === undefined ? {} : { minAge: settings.min_age }),
    sections: [...(settings.sections ?? []), ...(file.handler.voyado?.sections ?? [])].map(section),
  };
};

const redemption = ({ redemption: file }: ChannelFile): Redemption => ({
  promotions: file.promotions,
  bonusChecks: file.bonus_checks,
  moment: file.moment,
  reservationTtlMs: file.reservation_ttl,
  replayWindowMs: file.replay_window,
  onReturn: file.on_return,
  onUnclaimed: file.on_unclaimed,
});

/** One line per kind of CRM; references.ts has seen to it that exactly one is there. */
const handlerOf = (file: ChannelFile, market: Market): Handler => {
  const { voyado } = file.handler;
  if (voyado !== undefined) return voyadoHandlerOf(voyado, market);
  throw new Error(`channel "${file.id}" has no handler`);
};

const voyadoHandlerOf = (
  voyado: NonNullable<ChannelFile["handler"]["voyado"]>,
  market: Market,
): Handler => ({
  kind: "voyado",
  apiUrl: voyado.api_url,
  apiKey: voyado.api_key,
  ordersApiKey: voyado.orders_api_key ?? voyado.api_key,
  locale: voyado.locale ?? market.locale,
  currencyCode: voyado.currency_code ?? market.currency,
  exchangeRates: voyado.exchange_rates,
  contactType: voyado.contact_type,
  source: voyado.source,
  labelsPath: voyado.labels_path,
  ...(voyado.labels_url === undefined ? {} : { labelsUrl: voyado.labels_url }),
  ...(voyado.status_attribute === undefined ? {} : { statusAttribute: voyado.status_attribute }),
  usTotalValidationSkipped: voyado.us_total_validation_skipped,
  noPoints: voyado.no_points,
  voucherPasswordsDefault: voyado.voucher_passwords_default,
  voucherPasswordsFromLabels: voyado.voucher_passwords_from_labels.map((entry) => ({
    labelName: entry.label_name,
    voucherPasswords: entry.voucher_passwords,
  })),
  paymentMethods: voyado.payment_methods,
  versions: Object.fromEntries(
    Object.entries(voyado.versions).filter(([, version]) => version !== undefined),
  ),
});

/** Kind, host and what stands before `/api`: https://acme.voyado.com/api → voyado|acme.voyado.com */
const instanceOf = (handler: Handler): string => {
  const url = new URL(handler.apiUrl);
  return `${handler.kind}|${url.host}${url.pathname.replace(/\/api$/, "").replace(/\/+$/, "")}`;
};

const channelOf = (
  tenant: string,
  file: ChannelFile,
  markets: ReadonlyMap<string, Market>,
): Channel => {
  const market =
    file.market === undefined ? markets.values().next().value : markets.get(file.market);
  if (market === undefined) throw new Error(`channel "${file.id}" has no market`);
  const handler = handlerOf(file, market);
  return {
    tenant,
    id: file.id,
    title: file.title ?? file.id,
    till: file.till,
    market,
    client: clientSettings(file),
    selfCheckout: {
      registers: file.self_checkout.registers,
      searchTypes: file.self_checkout.search_types,
      create: file.self_checkout.create,
      mask: file.self_checkout.mask,
    },
    onMultiple: file.on_multiple,
    redemption: redemption(file),
    spi: {
      confirmed: file.spi.confirmed,
      createAnswer: file.spi.create_answer,
      createStatus: file.spi.create_status,
      transactionsAnswer: file.spi.transactions_answer,
      undoAnswer: file.spi.undo_answer,
    },
    handler,
    crmInstance: instanceOf(handler),
  };
};

/** Without the block, orders are not read. A till's CRM gets customers it lacks; another would lose them silently. */
const ordersOf = (file: TenantFile, channels: ReadonlyMap<string, Channel>): Orders => {
  const { orders } = file;
  if (orders === undefined)
    return {
      mode: "off",
      liveStores: "all",
      ignore: { stores: [], registers: [], staff: [] },
      noPointsFor: { giftCards: true, vouchers: [], priceLists: [] },
      deliverTo: [],
    };
  return {
    mode: orders.mode,
    ...(orders.live_from === undefined ? {} : { liveFrom: orders.live_from }),
    liveStores: orders.live_stores,
    ignore: orders.ignore,
    noPointsFor: {
      giftCards: orders.no_points_for.gift_cards,
      vouchers: orders.no_points_for.vouchers,
      priceLists: orders.no_points_for.price_lists,
    },
    deliverTo: orders.deliver_to.map((entry) => ({
      channel: entry.channel,
      missingCustomer:
        entry.missing_customer ??
        (channels.get(entry.channel)?.till === false ? "dead_letter" : "create"),
      anonymous: entry.anonymous,
      ...(entry.rate === undefined ? {} : { rate: entry.rate }),
    })),
  };
};

/** A checked file, secrets in clear and `extends` merged, as the running gateway wants it. */
export const tenantFromFile = (file: TenantFile, version: number): Tenant => {
  const accounts = accountsOf(file);
  const markets = marketsOf(file, accounts);
  const channels = new Map(
    file.crm.channels.map((entry) => [entry.id, channelOf(file.tenant, entry, markets)]),
  );
  return {
    name: file.tenant,
    version,
    accounts,
    channels,
    orders: ordersOf(file, channels),
    capture: file.capture,
  };
};
