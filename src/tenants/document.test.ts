import { describe, expect, it } from "vitest";
import { resolveStored, resolveTenant } from "./document.ts";
import { documentIdentity, sealDocument, withSecretsOf } from "./document_seal.ts";
import { type Json, type JsonObject, valueAt } from "./json.ts";
import { createKeyring, generateKeyPair } from "./secrets.ts";

const pair = await generateKeyPair();
const keyring = createKeyring(pair.privateKey);

const channel = (id: string, api_key: string): JsonObject => ({
  id,
  market: "SE",
  handler: {
    voyado: {
      api_url: "https://acme.voyado.com/api/",
      api_key,
      voucher_passwords_default: ["member"],
    },
  },
});
const file = (
  channels: readonly JsonObject[] = [
    channel("club", "KEY-1"),
    { id: "club-no", extends: "club", market: "NO", till: false },
  ],
): JsonObject => ({
  tenant: "acme",
  sitoo: [
    {
      id: "se",
      api_url: "https://api.mysitoo.com/v2/",
      account_id: 90316,
      api_id: "90316-1",
      api_password: "pw-se",
    },
    {
      id: "no",
      api_url: "https://api.mysitoo.com/v2",
      account_id: 90317,
      site_id: 2,
      api_id: "90317-1",
      api_password: "pw-no",
    },
  ],
  markets: {
    SE: { sitoo: "se", locale: "sv-SE", currency: "SEK", time_zone: "Europe/Stockholm" },
    NO: { sitoo: "no", locale: "nb-NO", currency: "NOK", time_zone: "Europe/Oslo" },
  },
  crm: { channels },
  orders: {
    live_from: "2026-12-01",
    no_points_for: { vouchers: [4, "staff"] },
    deliver_to: [{ channel: "club", rate: 8 }, { channel: "club-no" }],
  },
});

const stored = (document: Json, name = "acme") => ({
  name,
  version: 3,
  revision: 3,
  document: JSON.stringify(document),
  credentials: [],
});
const sealed = await sealDocument("acme", file(), pair.publicKey);

describe("the stored document", () => {
  it("holds no secret in clear, and everything else as written", () => {
    expect(JSON.stringify(sealed)).not.toMatch(/KEY-1|pw-se|pw-no|90316-1/);
    expect(
      valueAt(sealed, ["crm", "channels", 0, "handler", "voyado", "voucher_passwords_default"]),
    ).toEqual(["member"]);
  });

  it("becomes the tenant: secrets opened, markets and inheritance merged", async () => {
    const tenant = await resolveStored(stored(sealed), keyring);
    expect(tenant).toMatchObject({
      name: "acme",
      version: 3,
      accounts: [
        {
          id: "se",
          apiUrl: "https://api.mysitoo.com/v2",
          accountId: 90316,
          siteId: 1,
          apiId: "90316-1",
          apiPassword: "pw-se",
        },
        { id: "no", accountId: 90317, siteId: 2, apiPassword: "pw-no" },
      ],
      orders: {
        mode: "live",
        liveFrom: "2026-12-01",
        liveStores: "all",
        noPointsFor: { giftCards: true, vouchers: ["4", "staff"], priceLists: [] },
        deliverTo: [
          { channel: "club", missingCustomer: "create", anonymous: "skip", rate: 8 },
          { channel: "club-no", missingCustomer: "dead_letter", anonymous: "skip" },
        ],
      },
      capture: "off",
    });
    expect(tenant.channels.get("club-no")).toMatchObject({
      title: "club-no",
      till: false,
      market: { country: "NO", account: "no", timeZone: "Europe/Oslo" },
      handler: {
        kind: "voyado",
        apiKey: "KEY-1",
        ordersApiKey: "KEY-1",
        locale: "nb-NO",
        currencyCode: "NOK",
      },
      crmInstance: "voyado|acme.voyado.com",
    });
    expect(tenant.channels.get("club")?.crmInstance).toBe("voyado|acme.voyado.com");
  });

  it("brings orders to the channels that extend a destination as to it, unless they have an entry", async () => {
    const heirs = [
      channel("club", "KEY-1"),
      { id: "club-no", extends: "club", market: "NO" },
      { id: "club-no-web", extends: "club-no", title: "Web" },
      { id: "alone", extends: "club" },
    ];
    const orders = {
      deliver_to: [
        { channel: "club", rate: 8 },
        { channel: "alone", rate: 2 },
      ],
    };
    const document = await sealDocument("acme", { ...file(heirs), orders }, pair.publicKey);
    const { deliverTo } = (await resolveStored(stored(document), keyring)).orders;
    expect(deliverTo.map(({ channel: id, rate }) => [id, rate])).toEqual([
      ["club", 8],
      ["alone", 2],
      ["club-no", 8],
      ["club-no-web", 8],
    ]);
  });

  it("tells CRM instances on one host apart by their path", async () => {
    const other = channel("club", "KEY-1");
    const moved = await sealDocument(
      "acme",
      file([
        {
          ...other,
          handler: { voyado: { api_url: "http://127.0.0.1:8788/voyado/one/api", api_key: "K" } },
        },
        { id: "club-no", extends: "club" },
      ]),
      pair.publicKey,
    );
    const tenant = await resolveStored(stored(moved), keyring);
    expect(tenant.channels.get("club")?.crmInstance).toBe("voyado|127.0.0.1:8788/voyado/one");
  });

  it("keeps its secrets when channels change places", async () => {
    const [first, second] = [channel("one", "K1"), channel("two", "K2")];
    const document = await sealDocument(
      "acme",
      { ...file([first, second]), orders: { mode: "off" } },
      pair.publicKey,
    );
    const channels = valueAt(document, ["crm", "channels"]);
    const turned = {
      ...document,
      crm: { channels: Array.isArray(channels) ? channels.toReversed() : [] },
    };
    const tenant = await resolveStored(stored(turned), keyring);
    expect(tenant.channels.get("two")?.handler).toMatchObject({ apiKey: "K2" });
  });

  it("does not open under another tenant's name", async () => {
    await expect(resolveStored(stored(sealed, "other"), keyring)).rejects.toThrow("does not open");
  });

  it("is not another tenant's, even where no secret would tell", async () => {
    const clear = JSON.stringify(file());
    const row = { ...stored({}), name: "other", document: clear };
    await expect(resolveStored(row, keyring)).rejects.toThrow("another tenant's");
  });

  it("does not open with a secret moved to another channel", async () => {
    const channels = [channel("one", "K1"), channel("two", "K2")];
    const document = await sealDocument(
      "acme",
      { ...file(channels), orders: { mode: "off" } },
      pair.publicKey,
    );
    const [one, two] = [0, 1].map((index) =>
      valueAt(document, ["crm", "channels", index, "handler", "voyado", "api_key", "$sealed"]),
    );
    const moved = JSON.stringify(document)
      .replace(String(one), "x")
      .replace(String(two), String(one));
    await expect(
      resolveStored(
        { ...stored({}), document: moved.replace('"x"', JSON.stringify(one)) },
        keyring,
      ),
    ).rejects.toThrow("crm.channels[two].handler.voyado.api_key of acme does not open");
  });

  it("says which part does not fit", async () => {
    const broken = JSON.stringify({ ...file(), sitoo: "x" });
    await expect(resolveTenant(broken, 1, async () => "")).rejects.toThrow(/does not fit: sitoo/);
  });

  it("names places and not values when it does not fit", async () => {
    const broken = { ...file(), capture: "sesame" };
    const fault = await resolveTenant(JSON.stringify(broken), 1, async () => "x").catch(String);
    expect(fault).toContain("capture");
    expect(fault).not.toContain("sesame");
  });
});

describe("comparing documents", () => {
  it("finds the same file the same, however often it is sealed", async () => {
    const again = await sealDocument("acme", file(), pair.publicKey);
    expect(JSON.stringify(again)).not.toBe(JSON.stringify(sealed));
    expect(documentIdentity(again)).toBe(documentIdentity(sealed));
  });

  it("finds a changed secret, a changed setting and a changed key", async () => {
    const secret = await sealDocument("acme", file([channel("club", "KEY-2")]), pair.publicKey);
    const before = await sealDocument("acme", file([channel("club", "KEY-1")]), pair.publicKey);
    expect(documentIdentity(secret)).not.toBe(documentIdentity(before));
    const other = await generateKeyPair();
    const resealed = await sealDocument("acme", file(), other.publicKey);
    expect(documentIdentity(resealed)).not.toBe(documentIdentity(sealed));
  });

  it("does not show that two tenants share a secret", async () => {
    const other = await sealDocument("other", file(), pair.publicKey);
    expect(valueAt(other, ["sitoo", 0, "api_password", "$fingerprint"])).not.toBe(
      valueAt(sealed, ["sitoo", 0, "api_password", "$fingerprint"]),
    );
  });

  it("goes back to earlier settings with the secrets of today", async () => {
    const renamed = { ...channel("club", "KEY-NEW"), title: "New name" };
    const today = await sealDocument(
      "acme",
      { ...file([renamed]), orders: { mode: "off" } },
      pair.publicKey,
    );
    const back = withSecretsOf(sealed, today);
    const tenant = await resolveStored(stored(back), keyring);
    expect(tenant.channels.get("club")).toMatchObject({
      title: "club",
      handler: { apiKey: "KEY-NEW" },
    });
    expect(tenant.channels.has("club-no")).toBe(true);
  });
});
