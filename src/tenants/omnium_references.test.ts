import { describe, expect, it } from "vitest";
import { checkFile } from "./file_check.ts";
import { type JsonObject, pathText } from "./json.ts";
import { tenantFromFile } from "./tenant_from_file.ts";

const omnium: JsonObject = {
  api_url: "https://api.omnium.no/",
  client_id: "ID",
  client_secret: "SECRET",
  market_id: "SWE",
};
const voyado = { api_url: "https://acme.voyado.com/api/", api_key: "KEY" };
const account = {
  api_url: "https://api.mysitoo.com/v2",
  account_id: 90316,
  api_id: "1",
  api_password: "pw",
};

const fileOf = (block: JsonObject, channel: JsonObject = {}, top: JsonObject = {}): JsonObject => ({
  tenant: "acme",
  sitoo: account,
  market: { country: "SE", locale: "sv-SE", currency: "SEK", time_zone: "Europe/Stockholm" },
  crm: { channels: [{ id: "crm", handler: { omnium: { ...omnium, ...block } }, ...channel }] },
  ...top,
});
const faults = (file: JsonObject) =>
  checkFile(file).issues.map(
    ({ severity, path, what }) => `${severity} ${pathText(file, path)}: ${what}`,
  );
const tenantOf = (file: JsonObject) => {
  const { file: checked, issues } = checkFile(file);
  if (checked === undefined) throw new Error(JSON.stringify(issues));
  return tenantFromFile(checked, 1);
};

describe("handler.omnium", () => {
  it("needs four keys, and assumes the rest", () => {
    const channel = tenantOf(fileOf({})).channels.get("crm");
    expect(channel?.crmInstance).toBe("omnium|api.omnium.no");
    expect(channel?.handler).toEqual({
      kind: "omnium",
      apiUrl: "https://api.omnium.no",
      clientId: "ID",
      clientSecret: "SECRET",
      marketId: "SWE",
      sendOrders: false,
      joinClub: false,
      phoneFormat: "e164",
      consentTypes: [],
      voucherPasswordsFromGroups: [],
      numberSeries: false,
      sitooOrderIdKey: "SitooOrderId",
      storeIds: {},
      orderIds: "site",
      pricesIncludeVat: true,
      negativeQuantities: false,
      salePrefix: "sitoo-90316-1-",
      voyadoSections: [],
    });
  });

  it("with Voyado inside is an instance of the pair, and keeps Voyado's sections apart", () => {
    const sections = [{ title: "Klubb", values: [{ attribute: "bonusPoints", title: "Poäng" }] }];
    const channel = tenantOf(fileOf({ voyado: { ...voyado, sections } })).channels.get("crm");
    expect(channel?.crmInstance).toBe("omnium|api.omnium.no|acme.voyado.com");
    expect(channel?.client.sections).toEqual([]);
    expect(channel?.handler).toMatchObject({
      voyado: { apiUrl: "https://acme.voyado.com/api", apiKey: "KEY" },
      voyadoSections: [
        { title: "Klubb", attributes: [{ attribute: "bonusPoints", title: "Poäng" }] },
      ],
    });
  });

  it.each<[string, JsonObject, JsonObject, JsonObject, string[]]>([
    [
      "an id field that can be left out",
      { customer_id_field: "Email" },
      { client_settings: { fields_add: { name: "editable" }, fields_edit: { email: "editable" } } },
      {},
      [
        'error crm.channels[crm].handler.omnium.customer_id_field: "email" is the customer\'s id, and can be left out of a new customer',
        'warning crm.channels[crm].handler.omnium.customer_id_field: "email" is the customer\'s id, and changes of it are refused',
      ],
    ],
    [
      "an id field that is required",
      { customer_id_field: "Phone" },
      { client_settings: { fields_add: { mobile: "editable" }, required: ["mobile"] } },
      {},
      [],
    ],
    [
      "a way of contact as consent, and one twice",
      {
        consent_types: [
          { type: "EmailMarketing", title: "A" },
          { type: "X", title: "B" },
          { type: "X", title: "C" },
        ],
      },
      {},
      {},
      [
        'error crm.channels[crm].handler.omnium.consent_types[0]: "EmailMarketing" is a way of contact that customers accept',
        'error crm.channels[crm].handler.omnium.consent_types[2]: a second consent type is called "X"',
      ],
    ],
    [
      "consent types that Voyado's hide",
      { voyado, consent_types: [{ type: "X", title: "B" }] },
      {},
      {},
      [
        "warning crm.channels[crm].handler.omnium.consent_types: has no effect here: with voyado, its consents are shown",
      ],
    ],
    [
      "fields that nothing holds",
      {},
      {
        client_settings: {
          fields_add: { accepts_communication: "editable", personal_id: "editable" },
        },
      },
      {},
      [
        "warning crm.channels[crm].client_settings: accepts_mail is offered, and is not stored",
        "warning crm.channels[crm].client_settings: personal_id is offered, and is not stored",
      ],
    ],
    [
      "a person register",
      {},
      { client_settings: { lookup_type: "mobile" } },
      {},
      ["error crm.channels[crm].client_settings.lookup_type: omnium has no person register"],
    ],
    [
      "Voyado's person register",
      { voyado },
      { client_settings: { lookup_type: "mobile" } },
      {},
      [],
    ],
    [
      "orders of several accounts",
      { send_orders: true },
      { market: "SE" },
      {
        sitoo: [
          { id: "se", ...account },
          { id: "no", ...account, account_id: 90317 },
        ],
        market: {},
      },
      [
        "error crm.channels[crm].handler.omnium.send_orders: order ids of several Sitoo accounts can be the same",
      ],
    ],
  ])("%s", (_, block, channel, top, expected) => {
    const file = fileOf(block, channel, top);
    const found = faults(file).filter(
      (line) => line.includes("crm.channels[crm].handler") || line.includes("client_settings"),
    );
    expect(found).toEqual(expected);
  });

  it("keeps its secret out of a file", () => {
    const literal = fileOf({ client_secret: "hunter2" });
    expect(JSON.stringify(checkFile(literal).issues)).not.toContain("hunter2");
  });
});
