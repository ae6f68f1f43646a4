import { handlerFromFile } from "./handler_from_file.ts";
import { deliverySettings, ordersFromFile } from "./orders_from_file.ts";
import type { ChannelFile, TenantFile } from "./schema.ts";
import { type SectionFile, sectionFromFile } from "./section_from_file.ts";
import type {
  Channel,
  ClientSettings,
  FieldRules,
  Market,
  Redemption,
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

const clientSettings = (
  settings: ChannelFile["client_settings"],
  ofHandler: readonly SectionFile[],
): ClientSettings => {
  return {
    ...(settings.lookup_type === undefined ? {} : { lookupType: settings.lookup_type }),
    searchTypes: settings.search_types,
    fieldsAdd: fieldRules(settings.fields_add),
    fieldsEdit: fieldRules(settings.fields_edit),
    required: settings.required,
    memberNumberPatterns: settings.member_number_patterns,
    ...(settings.min_age === undefined ? {} : { minAge: settings.min_age }),
    sections: [...(settings.sections ?? []), ...ofHandler].map(sectionFromFile),
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

const channelOf = (
  tenant: string,
  file: ChannelFile,
  markets: ReadonlyMap<string, Market>,
  accounts: readonly SitooAccount[],
  orders: TenantFile["orders"],
): Channel => {
  const market =
    file.market === undefined ? markets.values().next().value : markets.get(file.market);
  if (market === undefined) throw new Error(`channel "${file.id}" has no market`);
  const { handler, instance, sections } = handlerFromFile(
    file,
    market,
    accounts.find((one) => one.id === market.account),
  );
  return {
    tenant,
    id: file.id,
    title: file.title ?? file.id,
    till: file.till,
    market,
    client: clientSettings(file.client_settings, sections),
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
    delivery: deliverySettings(orders, file.id),
    crmInstance: `${handler.kind}|${instance}`,
  };
};

/** A checked file, secrets in clear and `extends` merged, as the running gateway wants it. */
export const tenantFromFile = (file: TenantFile, version: number): Tenant => {
  const accounts = accountsOf(file);
  const markets = marketsOf(file, accounts);
  const channels = new Map(
    file.crm.channels.map((entry) => [
      entry.id,
      channelOf(file.tenant, entry, markets, accounts, file.orders),
    ]),
  );
  return {
    name: file.tenant,
    version,
    accounts,
    markets: [...markets.values()],
    channels,
    orders: ordersFromFile(file.orders, channels),
    capture: file.capture,
  };
};
