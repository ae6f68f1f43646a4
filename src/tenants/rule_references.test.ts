import { describe, expect, it } from "vitest";
import { checkFile } from "./file_check.ts";
import { type JsonObject, pathText } from "./json.ts";
import { tenantFromFile } from "./tenant_from_file.ts";

const rule: JsonObject = { api_url: "https://app.rule.io/api/v2/", api_key: "KEY" };
const forms: JsonObject = {
  fields_add: { mobile: "editable" },
  fields_edit: { email: "editable" },
};

const fileOf = (
  block: JsonObject,
  client_settings: JsonObject = forms,
  channel: JsonObject = {},
): JsonObject => ({
  tenant: "acme",
  sitoo: {
    api_url: "https://api.mysitoo.com/v2",
    account_id: 90316,
    api_id: "1",
    api_password: "pw",
  },
  market: { country: "SE", locale: "sv-SE", currency: "SEK", time_zone: "Europe/Stockholm" },
  crm: {
    channels: [
      { id: "crm", client_settings, handler: { rule: { ...rule, ...block } }, ...channel },
    ],
  },
});
const faults = (file: JsonObject) =>
  checkFile(file).issues.map(
    ({ severity, path, what }) => `${severity} ${pathText(file, path)}: ${what}`,
  );
const channelOf = (file: JsonObject) => {
  const { file: checked, issues } = checkFile(file);
  if (checked === undefined) throw new Error(JSON.stringify(issues));
  return tenantFromFile(checked, 1).channels.get("crm");
};
const at = "crm.channels[crm]";

describe("handler.rule", () => {
  it("needs address and key, and assumes the rest", () => {
    expect(faults(fileOf({}))).toEqual([]);
    const channel = channelOf(fileOf({}));
    expect(channel?.crmInstance).toBe("rule|app.rule.io");
    expect(channel?.handler).toMatchObject({
      kind: "rule",
      apiUrl: "https://app.rule.io/api",
      tags: ["Sitoo"],
      tagsOf: { create: [], update: [], order: ["SitooOrder"], return: ["SitooRefund"] },
      groups: { contact: "Sitoo-Contact", address: "Sitoo-Address", order: "Sitoo-Order" },
      historyGroups: [],
      liftSuppressions: false,
      suppressUnlessAccepted: true,
      personalId: false,
    });
  });

  it("names an instance by account, never by key", () => {
    expect(channelOf(fileOf({ account: "norway", api_key: "OTHER" }))?.crmInstance).toBe(
      "rule|app.rule.io|norway",
    );
  });

  it("takes promotions of each form", () => {
    const offers = [
      [{ percent: 10 }, { type: "cart_percent", percent: 10 }],
      [{ amount: "50.00" }, { type: "cart_amount", amount: { minor: 5_000, currency: "SEK" } }],
      [{ voucher: "vip" }, { type: "voucher", password: "vip" }],
      [{ manual: "A gift" }, { type: "manual", text: "A gift" }],
    ] as const;
    for (const [written, offer] of offers) {
      const entry = { tag: "VIP", name: "For you", ...written };
      expect(channelOf(fileOf({ promotions_from_tags: [entry] }))?.handler).toMatchObject({
        promotions: [{ id: "VIP", tag: "VIP", offer, untag: false }],
      });
    }
  });

  it.each<[string, JsonObject, string]>([
    ["no tag", { tags: [] }, "tags"],
    ["a dotted group", { groups: { order: "Sitoo.Order" } }, "groups.order"],
    ["a field nobody knows", { fields: { firstname: "x" } }, "fields.firstname"],
    ["a dotted field", { fields: { namefirst: "a.b" } }, "fields.namefirst"],
    ["one group for two", { groups: { address: "Sitoo-Order" } }, "groups"],
    ["orders read twice", { history_groups: ["Sitoo-Order"] }, "groups"],
    [
      "a promotion of two forms",
      { promotions_from_tags: [{ tag: "a", name: "b", percent: 1, manual: "c" }] },
      "promotions_from_tags[0]",
    ],
    [
      "two consents of one id",
      {
        consents: [
          { id: "a", name: "A" },
          { id: "a", name: "B" },
        ],
      },
      "consents[1]",
    ],
  ])("refuses %s", (_name, block, where) => {
    const found = faults(fileOf(block));
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toMatch(/^error /);
    expect(found.join("\n")).toContain(where.split(/[.[]/)[0]);
  });

  it.each<[string, JsonObject]>([
    ["fields_add", { fields_edit: { email: "editable" } }],
    ["fields_edit", { fields_add: { mobile: "editable" }, fields_edit: { email: "readonly" } }],
  ])("wants e-mail or phone editable in %s", (form, client_settings) => {
    const found = faults(fileOf({}, client_settings)).filter((one) => one.includes("neither"));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("error");
    expect(checkFile(fileOf({}, client_settings)).issues[0]?.mend).toContain(form);
  });

  it("wants no form where no till is", () => {
    expect(faults(fileOf({}, {}, { till: false })).join()).not.toContain("neither");
  });

  it("says what a till cannot search, look up, or keep", () => {
    expect(
      faults(
        fileOf(
          {},
          {
            fields_add: { mobile: "editable", personal_id: "editable" },
            fields_edit: { mobile: "editable" },
            search_types: ["mobile", "personal_id"],
            lookup_type: "mobile",
            required: ["mobile"],
          },
        ),
      ),
    ).toEqual([
      `warning ${at}.client_settings.required[0]: "mobile" is required`,
      `error ${at}.client_settings.search_types[1]: Rule is not searched by personal id`,
      `error ${at}.client_settings.lookup_type: Rule has no person register`,
      `warning ${at}.client_settings: personal_id is offered, and is not stored`,
    ]);
  });

  it("lets two accounts of one retailer not be taken for one", () => {
    const two = (account: JsonObject): JsonObject => {
      const file = fileOf({});
      const channels = [
        ...(file["crm"] as { channels: JsonObject[] }).channels,
        {
          id: "other",
          client_settings: forms,
          handler: { rule: { ...rule, api_key: "B", ...account } },
        },
      ];
      return { ...file, crm: { channels } };
    };
    expect(faults(two({})).filter((one) => one.includes("another key"))).toHaveLength(2);
    expect(faults(two({ account: "b" }))).toEqual([]);
  });
});
