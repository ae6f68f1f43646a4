import { describe, expect, it } from "vitest";
import { checkFile } from "./file_check.ts";
import { type JsonObject, pathText } from "./json.ts";
import { tenantFromFile } from "./tenant_from_file.ts";

const account = (id: string, number: number): JsonObject => ({
  id,
  api_url: "https://api.mysitoo.com/v2",
  account_id: number,
  api_id: `${number}-1`,
  api_password: "pw",
});
const market = (sitoo: string): JsonObject => ({
  sitoo,
  country: "SE",
  locale: "sv-SE",
  currency: "SEK",
  time_zone: "Europe/Stockholm",
});

const fileOf = (
  [one, other]: readonly [JsonObject, JsonObject],
  [first, second]: readonly [JsonObject, JsonObject] = [{}, {}],
  [a, b] = ["SE", "FI"],
): JsonObject => ({
  tenant: "acme",
  sitoo: [account("se", 90316), account("fi", 90318)],
  markets: { SE: market("se"), FI: market("fi") },
  crm: {
    channels: [
      { id: "om-one", till: false, market: a ?? "SE", handler: { ometria: one } },
      { id: "om-two", till: false, market: b ?? "FI", handler: { ometria: other } },
    ],
  },
  orders: {
    deliver_to: [
      { channel: "om-one", ...first },
      { channel: "om-two", ...second },
    ],
  },
});
const faults = (file: JsonObject) =>
  checkFile(file)
    .issues.filter(({ severity }) => severity === "error")
    .map(({ path, what }) => `${pathText(file, path)}: ${what}`);

const [key, otherKey] = [{ api_key: "KEY" }, { api_key: "OTHER" }];
const meets = "orders.deliver_to[1]: orders of two Sitoo accounts would take each other's place";

describe("two channels of Ometria", () => {
  it("of one account need a namespace each where two Sitoo accounts number orders alike", () => {
    expect(faults(fileOf([key, key]))).toEqual([meets]);
    expect(faults(fileOf([key, key], [{ namespace: "pos" }, { namespace: "pos" }]))).toEqual([
      meets,
    ]);
    expect(faults(fileOf([key, key], [{ namespace: "se" }, { namespace: "fi" }]))).toEqual([]);
    expect(faults(fileOf([key, key], [{}, {}], ["SE", "SE"]))).toEqual([]);
  });

  it("with a key each are two accounts, and must be called so", () => {
    expect(faults(fileOf([key, otherKey], [{}, {}], ["SE", "SE"]))).toEqual([
      "crm.channels[om-two].handler.ometria.api_key: another channel has another key for the same account",
    ]);
    expect(faults(fileOf([key, { ...otherKey, account: "fi" }]))).toEqual([]);
  });

  it("are told apart by the account's name, and never by a key", () => {
    const { file } = checkFile(fileOf([key, { ...otherKey, account: "fi" }]));
    if (file === undefined) throw new Error("in order");
    const { channels } = tenantFromFile(file, 1);
    expect([...channels.values()].map(({ crmInstance }) => crmInstance)).toEqual([
      "ometria|api.ometria.com",
      "ometria|api.ometria.com|fi",
    ]);
  });
});

describe("what cannot work", () => {
  it.each<[string, JsonObject, RegExp]>([
    ["no key", {}, /"api_key" is missing/],
    ["a collection with a blank", { ...key, collection: "sitoo pos" }, /collection/],
    ["an unknown way of SMS", { ...key, sms_mode: "triple" }, /sms_mode|triple/],
    [
      "a percentage of nothing",
      {
        ...key,
        promotions_from_tags: [{ tag: "vip", id: "a", name: "A", offer: { cart_percent: 0 } }],
      },
      /cart_percent|offer/,
    ],
    ["a misspelt key", { ...key, colection: "x" }, /unknown key "colection"/],
  ])("is told: %s", (_, handler, told) => {
    expect(faults(fileOf([handler, { ...key, account: "b" }])).join("\n")).toMatch(told);
  });
});
