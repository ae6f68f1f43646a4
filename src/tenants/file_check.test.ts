import { describe, expect, it } from "vitest";
import { checkFile } from "./file_check.ts";
import { type Json, type JsonObject, pathText } from "./json.ts";

const voyado = { api_url: "https://acme.voyado.com/api/", api_key: "KEY" };
const sitoo = {
  api_url: "https://api.mysitoo.com/v2",
  account_id: 90316,
  api_id: "90316-1",
  api_password: "pw",
};
const market = { country: "SE", locale: "sv-SE", currency: "SEK", time_zone: "Europe/Stockholm" };
const base = {
  tenant: "acme",
  sitoo,
  market,
  crm: { channels: [{ id: "voyado", handler: { voyado } }] },
} satisfies JsonObject;

/** The base file with the one channel changed. */
const withChannel = (changes: JsonObject): JsonObject => ({
  ...base,
  crm: { channels: [{ id: "voyado", handler: { voyado }, ...changes }] },
});
const withVoyado = (changes: JsonObject) =>
  withChannel({ handler: { voyado: { ...voyado, ...changes } } });

const findings = (file: Json) =>
  checkFile(file).issues.map(
    (issue) => `${issue.severity} ${pathText(file, issue.path)}: ${issue.what}`,
  );
const mends = (file: Json) => checkFile(file).issues.map((issue) => issue.mend);
const channelOf = (file: JsonObject) => checkFile(file).file?.crm.channels[0];

describe("a small file", () => {
  it("is in order, with the defaults of the design", () => {
    const { file, issues } = checkFile(base);
    expect(issues).toEqual([]);
    expect(file?.crm.channels[0]).toMatchObject({
      till: true,
      on_multiple: "refuse",
      client_settings: {
        search_types: ["mobile", "email", "personal_id", "member_number"],
        fields_add: {},
      },
      self_checkout: {
        registers: [],
        search_types: ["member_number"],
        create: false,
        mask: ["email", "mobile", "invoice_address", "personal_id"],
      },
      redemption: {
        promotions: "auto",
        bonus_checks: "auto",
        moment: "cart",
        reservation_ttl: 14_400_000,
        replay_window: 120_000,
        on_return: "keep",
        on_unclaimed: "flag",
      },
      spi: {
        confirmed: [],
        create_answer: "customer",
        create_status: 200,
        transactions_answer: "array",
        undo_answer: "result",
      },
      handler: { voyado: { contact_type: "Member", source: "POS", labels_path: "labels" } },
    });
    expect(file).toMatchObject({ capture: "off", sitoo: { site_id: 1 } });
    expect(file?.orders).toBeUndefined();
  });

  it("needs no crm", () => {
    const { crm: _, ...rest } = base;
    expect(checkFile(rest).file?.crm.channels).toEqual([]);
  });

  it.each([[null], ["text"], [[]], [5]])("is not %j", (value) => {
    expect(findings(value)).toEqual(["error : this is no tenant file"]);
  });
});

describe("what pasted files hold", () => {
  it.each([
    ["https://acme.voyado.com/api/", "https://acme.voyado.com/api"],
    ["https://acme.voyado.com/api", "https://acme.voyado.com/api"],
    ["https://acme.voyado.com", "https://acme.voyado.com/api"],
    ["https://acme.voyado.com/api/v2/", "https://acme.voyado.com/api"],
    ["http://127.0.0.1:8788/voyado/acme/api/", "http://127.0.0.1:8788/voyado/acme/api"],
  ])("reads %s as an address of Engage", (written, read) => {
    expect(channelOf(withVoyado({ api_url: written }))?.handler.voyado?.api_url).toBe(read);
  });

  it("takes sections under the handler, with values for attributes", () => {
    const sections = [{ title: "Club", values: [{ attribute: "points", title: "Points" }] }];
    expect(channelOf(withVoyado({ sections }))?.handler.voyado?.sections).toEqual([
      { title: "Club", attributes: [{ attribute: "points", title: "Points" }] },
    ]);
  });

  it("takes one voucher password where a list may stand", () => {
    const voucher_passwords_from_labels = [
      { label_name: "Staff", voucher_password: "staff" },
      { label_name: "Gold", voucher_passwords: ["gold", "member"] },
    ];
    expect(
      channelOf(withVoyado({ voucher_passwords_from_labels }))?.handler.voyado
        ?.voucher_passwords_from_labels,
    ).toEqual([
      { label_name: "Staff", voucher_passwords: ["staff"] },
      { label_name: "Gold", voucher_passwords: ["gold", "member"] },
    ]);
  });

  it("reads numbers as ids", () => {
    expect(
      channelOf(withChannel({ self_checkout: { registers: [7, "8"] } }))?.self_checkout.registers,
    ).toEqual(["7", "8"]);
  });

  it("leaves other programs' blocks alone, and names one that is nearly ours", () => {
    const file = { ...base, gift_cards: { a: 1 }, oders: {}, "x-anchors": { a: 1 } };
    expect(findings(file)).toEqual([
      'warning gift_cards: "gift_cards" is no block of a tenant file, and is left out',
      'warning oders: "oders" is no block of a tenant file, and is left out',
    ]);
    expect(mends(file)[1]).toBe('did you mean "orders"?');
    expect(checkFile(file).file).toBeDefined();
  });
});

describe("faults", () => {
  it.each<[string, JsonObject, string]>([
    [
      "a reserved name",
      { ...base, tenant: "admin" },
      `error tenant: "tenant" is a path of the gateway's own; give the tenant another name`,
    ],
    [
      "a name that cannot stand in a URL",
      { ...base, tenant: "Åhus" },
      'error tenant: "tenant" must be 2 to 32 characters of a to z, 0 to 9 and "-", and begin with a letter',
    ],
    [
      "an alias of a country",
      { ...base, market: { ...market, country: "UK" } },
      'error market.country: "country" is no ISO 3166 country code of two capital letters, such as SE',
    ],
    [
      "a locale with an underscore",
      { ...base, market: { ...market, locale: "sv_SE" } },
      'error market.locale: "locale" is no locale: language, a hyphen, country, such as sv-SE',
    ],
    [
      "no currency",
      { ...base, market: { ...market, currency: "KR" } },
      'error market.currency: "currency" is no ISO 4217 currency of three capital letters, such as SEK',
    ],
    [
      "no time zone",
      { ...base, market: { ...market, time_zone: "Mars/Base" } },
      'error market.time_zone: "time_zone" is no IANA time zone, such as Europe/Stockholm',
    ],
    [
      "a number in quotes",
      { ...base, sitoo: { ...sitoo, account_id: "90316" } },
      "error sitoo.account_id: expected a number, found text",
    ],
    [
      "no number of an account",
      { ...base, sitoo: { ...sitoo, account_id: 0 } },
      'error sitoo.account_id: "account_id" Too small: expected number to be >0',
    ],
    [
      "an age of nobody",
      withChannel({ client_settings: { min_age: 121 } }),
      'error crm.channels[voyado].client_settings.min_age: "min_age" Too big: expected number to be <=120',
    ],
    ["an empty value", { ...base, capture: null }, 'error capture: "capture" has no value'],
    [
      "plain http",
      withVoyado({ api_url: "http://acme.voyado.com/api" }),
      'error crm.channels[voyado].handler.voyado.api_url: "api_url" must begin with https://',
    ],
    [
      "an IP address",
      withVoyado({ api_url: "https://10.0.0.1/api" }),
      'error crm.channels[voyado].handler.voyado.api_url: "api_url" must name a host, not an IP address',
    ],
    [
      "a user name in a URL",
      withVoyado({ api_url: "https://u:p@acme.voyado.com/api" }),
      'error crm.channels[voyado].handler.voyado.api_url: "api_url" must not hold a user name or password',
    ],
    [
      "a field state",
      withChannel({ client_settings: { fields_add: { email: "editble" } } }),
      'error crm.channels[voyado].client_settings.fields_add.email: "editble" is not one of: editable, readonly',
    ],
    [
      "an unknown field",
      withChannel({ client_settings: { fields_edit: { emial: "editable" } } }),
      'error crm.channels[voyado].client_settings.fields_edit.emial: unknown key "emial"',
    ],
    [
      "a required field that is not offered",
      withChannel({ client_settings: { required: ["name"] } }),
      'error crm.channels[voyado].client_settings.required[0]: "name" is required, and cannot be filled in',
    ],
    [
      "two groups",
      withChannel({ client_settings: { member_number_patterns: ["(a)(b)"] } }),
      'error crm.channels[voyado].client_settings.member_number_patterns[0]: "member_number_patterns" has 2 capturing groups; it needs exactly one, around the member number (others: (?:…))',
    ],
    [
      "a duration in words",
      withChannel({ redemption: { reservation_ttl: "4 hours" } }),
      'error crm.channels[voyado].redemption.reservation_ttl: "reservation_ttl" is no duration: a number and s, m, h or d, such as 90s, 2m or 4h',
    ],
    [
      "a window that is too long",
      withChannel({ redemption: { replay_window: "2h" } }),
      'error crm.channels[voyado].redemption.replay_window: "replay_window" is longer than 1h',
    ],
    [
      "a CRM nobody has heard of",
      withChannel({ handler: { voyaddo: {} } }),
      'error crm.channels[voyado].handler.voyaddo: unknown key "voyaddo"',
    ],
    [
      "no CRM at all",
      withChannel({ handler: {} }),
      "error crm.channels[voyado].handler: names no CRM",
    ],
    [
      "an unknown API call",
      withVoyado({ versions: { fnd: "v2" } }),
      'error crm.channels[voyado].handler.voyado.versions.fnd: unknown key "fnd"',
    ],
    [
      "an exchange rate of nothing",
      withVoyado({ exchange_rates: { NOK: "0" } }),
      'error crm.channels[voyado].handler.voyado.exchange_rates.NOK: "NOK" is no positive decimal number, such as "0.98"',
    ],
    [
      "a rate for no currency",
      withVoyado({ exchange_rates: { KR: "1" } }),
      'error crm.channels[voyado].handler.voyado.exchange_rates.KR: "KR" is no ISO 4217 currency of three capital letters, such as SEK',
    ],
    [
      "a day that does not exist",
      { ...base, orders: { live_from: "2026-02-30", deliver_to: [{ channel: "voyado" }] } },
      'error orders.live_from: "live_from" is no day: write YYYY-MM-DD, such as 2026-12-01',
    ],
    [
      "a destination that is no channel",
      { ...base, orders: { deliver_to: [{ channel: "voyadoo" }] } },
      'error orders.deliver_to[0].channel: there is no channel "voyadoo"',
    ],
    [
      "a destination twice",
      { ...base, orders: { deliver_to: [{ channel: "voyado" }, { channel: "voyado" }] } },
      'error orders.deliver_to[1].channel: orders go to "voyado" twice',
    ],
    [
      "another's keys in a destination",
      { ...base, orders: { deliver_to: [{ channel: "voyado", name_space: "pos" }] } },
      'error orders.deliver_to[0].name_space: unknown key "name_space"',
    ],
    [
      "a rate that moves nothing",
      { ...base, orders: { deliver_to: [{ channel: "voyado", rate: 0 }] } },
      'error orders.deliver_to[0].rate: "rate" must be 1 to 1000 calls a second',
    ],
    [
      "a misspelt rule for points",
      {
        ...base,
        orders: { deliver_to: [{ channel: "voyado" }], no_points_for: { voucher: ["staff"] } },
      },
      'error orders.no_points_for.voucher: unknown key "voucher"',
    ],
    [
      "a country that is none",
      { ...base, market: { ...market, country: "XX" } },
      'error market.country: "country" is no ISO 3166 country code of two capital letters, such as SE',
    ],
    [
      "a channel of a market that is not there",
      withChannel({ market: "SE" }),
      'error crm.channels[voyado].market: there is no market "SE"',
    ],
  ])("tells %s", (_, file, finding) => {
    expect(findings(file)).toEqual([finding]);
  });

  it("warns of orders that go nowhere, unless they are off", () => {
    expect(findings({ ...base, orders: {} })).toEqual([
      "warning orders: orders are read, and delivered nowhere",
    ]);
    expect(findings({ ...base, orders: { mode: "off" } })).toEqual([]);
  });

  it("warns of an account whose orders go nowhere, and not where a channel inherits its destination", () => {
    const [club] = base.crm.channels;
    const group = (channels: readonly Json[], deliverTo: readonly string[]) => ({
      tenant: "group",
      sitoo: ["se", "no"].map((id) => ({ ...sitoo, id })),
      markets: {
        SE: { sitoo: "se", locale: "sv-SE", currency: "SEK", time_zone: "Europe/Stockholm" },
        NO: { sitoo: "no", locale: "nb-NO", currency: "NOK", time_zone: "Europe/Oslo" },
      },
      crm: { channels: [{ ...club, market: "SE" }, ...channels] },
      orders: { deliver_to: deliverTo.map((channel) => ({ channel })) },
    });
    const heir = { id: "more", extends: "voyado", market: "NO" };
    expect(findings(group([heir], ["voyado"]))).toEqual([]);
    expect(findings(group([heir], ["more"]))).toEqual([
      'warning sitoo[se]: orders of account "se" are delivered nowhere',
    ]);
    expect(findings(group([], ["voyado"]))).toEqual([
      'warning sitoo[no]: orders of account "no" are delivered nowhere',
    ]);
  });

  it("warns of anonymous orders for a CRM that takes none, also where it is inherited", () => {
    const { channels } = base.crm;
    const file = {
      ...base,
      crm: { channels: [...channels, { id: "more", extends: "voyado" }] },
      orders: {
        deliver_to: [
          { channel: "voyado", anonymous: "skip" },
          { channel: "more", anonymous: "deliver" },
        ],
      },
    };
    expect(findings(file)).toEqual([
      'warning orders.deliver_to[1].anonymous: "deliver" has no effect here: voyado takes no sale without a customer',
    ]);
  });

  it("tells all at once, also across blocks and beside unknown keys", () => {
    const file: JsonObject = {
      tenant: "A",
      sitoo: { ...sitoo, api_urll: "x" },
      crm: { channels: [{ id: "voyado", titel: "x", handler: { voyado: { api_url: "nope" } } }] },
      orders: { mode: "lve", deliver_to: [{ channel: "none" }] },
    };
    expect(findings(file).length).toBe(8);
  });

  it.each([
    ["(\\d+)+", false],
    ["([a-z]+|x)*", false],
    ["(a{1,})+", false],
    ["^(?:CLUB)?0*(\\d{8})\\d?$", true],
    ["^(\\d{8})$", true],
    ["(", false],
    [`(${"a".repeat(200)})`, false],
  ])("takes the pattern %s: %s", (pattern, taken) => {
    const file = withChannel({ client_settings: { member_number_patterns: [pattern] } });
    expect(findings(file).length === 0).toBe(taken);
  });

  it("never quotes a secret", () => {
    const file = { ...base, sitoo: { ...sitoo, api_password: ["hunter2"], api_id: 90316 } };
    expect(JSON.stringify(checkFile(file).issues)).not.toMatch(/hunter2|90316/);
  });
});

describe("many countries", () => {
  const many: JsonObject = {
    tenant: "group",
    sitoo: [
      { ...sitoo, id: "se" },
      { ...sitoo, id: "no", account_id: 90317 },
    ],
    markets: {
      SE: { ...market, country: "SE", sitoo: "se" },
      NO: { locale: "nb-NO", currency: "NOK", time_zone: "Europe/Oslo", sitoo: "no" },
    },
    crm: {
      channels: [
        {
          id: "club",
          market: "SE",
          title: "Club",
          client_settings: {
            search_types: ["mobile"],
            fields_add: { name: "editable", email: "editable" },
          },
          handler: { voyado },
        },
        {
          id: "club-no",
          extends: "club",
          market: "NO",
          client_settings: { fields_add: { email: null } },
        },
      ],
    },
  };
  const changed = (channels: readonly JsonObject[]): JsonObject => ({ ...many, crm: { channels } });

  it("inherits key by key, replaces lists, and takes away with null", () => {
    expect(findings(many)).toEqual([]);
    expect(checkFile(many).file?.crm.channels[1]).toMatchObject({
      id: "club-no",
      market: "NO",
      title: "Club",
      client_settings: { search_types: ["mobile"], fields_add: { name: "editable" } },
      handler: { voyado: { api_key: "KEY" } },
    });
  });

  it("inherits over several steps, in any order of the file", () => {
    const file = changed([
      { id: "three", extends: "two", till: false },
      { id: "two", extends: "one", title: "Two" },
      { id: "one", market: "SE", title: "One", handler: { voyado } },
    ]);
    expect(checkFile(file).file?.crm.channels[0]).toMatchObject({
      title: "Two",
      till: false,
      market: "SE",
    });
  });

  it("tells an inherited fault once, where it is written", () => {
    const file = changed([
      {
        id: "club",
        market: "SE",
        on_multiple: "newst",
        handler: { voyado: { api_url: voyado.api_url } },
      },
      { id: "club-no", extends: "club", market: "NO" },
    ]);
    expect([...new Set(findings(file))]).toEqual([
      'error crm.channels[club].on_multiple: "newst" is not one of: refuse, newest',
      'error crm.channels[club].handler.voyado.api_key: "api_key" is missing',
    ]);
  });

  it.each<[string, JsonObject, readonly string[]]>([
    [
      "a base that is not there",
      changed([{ id: "one", extends: "nil" }]),
      ['error crm.channels[one].extends: there is no channel "nil"'],
    ],
    [
      "a circle",
      changed([
        { id: "one", extends: "two", market: "SE", handler: { voyado } },
        { id: "two", extends: "one" },
      ]),
      [
        "error crm.channels[one].extends: this channel extends itself, directly or by way of others",
        "error crm.channels[two].extends: this channel extends itself, directly or by way of others",
      ],
    ],
    [
      "an unnamed market",
      changed([{ id: "one", handler: { voyado } }]),
      ["error crm.channels[one]: this channel names no market"],
    ],
    [
      "a name twice",
      changed([
        { id: "one", market: "SE", handler: { voyado } },
        { id: "one", market: "NO", handler: { voyado } },
      ]),
      ['error crm.channels[one].id: a second channel is called "one"'],
    ],
    [
      "an account without an id",
      {
        ...many,
        sitoo: [{ ...sitoo, id: "se" }, sitoo],
        markets: { SE: { ...market, sitoo: "se" } },
        crm: { channels: [] },
      },
      ["error sitoo[1]: this account has no id"],
    ],
    [
      "a market without an account",
      { ...many, markets: { SE: market }, crm: { channels: [] } },
      ["error markets.SE: this market names no Sitoo account"],
    ],
    [
      "an unknown account",
      { ...many, markets: { SE: { ...market, sitoo: "dk" } }, crm: { channels: [] } },
      ['error markets.SE.sitoo: there is no Sitoo account "dk"'],
    ],
    [
      "a market that no country names",
      {
        ...many,
        markets: {
          north: { locale: "sv-SE", currency: "SEK", time_zone: "Europe/Stockholm", sitoo: "se" },
        },
        crm: { channels: [] },
      },
      ['error markets.north: "country" is missing'],
    ],
    [
      "market beside markets",
      { ...many, market: { ...market, sitoo: "se" } },
      ['error markets: "market" and "markets" are both there'],
    ],
  ])("tells %s", (_, file, expected) => {
    expect(findings(file)).toEqual(expected);
  });
});
