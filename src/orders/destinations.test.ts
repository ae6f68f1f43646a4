import { describe, expect, it } from "vitest";
import { channel, destination, tenantWith } from "../../test/tenant_fixture.ts";
import { settings as omniumSettings } from "../crm/omnium/omnium_fixture.ts";
import { closedOrder, parsed } from "../../test/sample_orders.ts";
import type { Orders, SitooAccount, Tenant } from "../tenants/tenant.ts";
import { crmIdFor, laneName, laneOf, marketOf, targetsOf, withheld } from "./destinations.ts";
import { saleFromOrder } from "./sale_from_order.ts";

const accountOf = (tenant: Tenant): SitooAccount => {
  const [account] = tenant.accounts;
  if (account === undefined) throw new Error("no account");
  return account;
};
const ids = (tenant: Tenant, currency = "SEK") =>
  targetsOf(tenant, accountOf(tenant), currency).map((target) => target.channel.id);

const { market } = channel("any");
const norway = { ...market, country: "NO", currency: "NOK", timeZone: "Europe/Oslo" };

describe("an order goes", () => {
  it("only to channels that sell through its account", () => {
    const elsewhere = channel("elsewhere", { market: { ...market, account: "other" } });
    expect(ids(tenantWith([channel("here"), elsewhere]))).toEqual(["here"]);
  });

  it("by its currency where several meet in one account, and else to all", () => {
    const tenant = tenantWith([channel("se"), channel("no", { market: norway })]);
    expect(ids(tenant, "NOK")).toEqual(["no"]);
    expect(ids(tenant, "SEK")).toEqual(["se"]);
    expect(ids(tenant, "EUR")).toEqual([]);
    expect(ids(tenantWith([channel("se")]), "EUR")).toEqual(["se"]);
    expect(marketOf(tenant, accountOf(tenant), "nok")?.timeZone).toBe("Europe/Oslo");
    expect(marketOf(tenant, accountOf(tenant), undefined)?.currency).toBe("SEK");
  });

  it("and is read in a market of the file where no channel sells through its account", () => {
    const tenant = {
      ...tenantWith([]),
      markets: [{ ...market, account: "other" }, market, norway],
    };
    expect(marketOf(tenant, accountOf(tenant), "NOK")).toBe(norway);
    expect(marketOf(tenant, accountOf(tenant), "EUR")).toBe(market);
    expect(marketOf({ ...tenant, markets: [] }, accountOf(tenant), "SEK")).toBe(undefined);
  });

  it("once to each CRM instance, and nowhere it was not asked to go", () => {
    const shared = { crmInstance: "voyado/acme" };
    const tenant = tenantWith([channel("a", shared), channel("b", shared), channel("c")], {
      deliverTo: [destination("a"), destination("b"), destination("gone")],
    });
    expect(ids(tenant)).toEqual(["a"]);
  });
});

describe("the lane", () => {
  it("is one for all channels of a CRM instance, whatever their market, for they share its limit", () => {
    const shared = { crmInstance: "voyado/acme" };
    const [se, no, mail] = [
      channel("se", shared),
      channel("no", { ...shared, market: norway }),
      channel("mail"),
    ];
    const tenant = tenantWith([se, no, mail], {
      deliverTo: [destination("se", { rate: 7 }), destination("no"), destination("mail")],
    });
    expect([se, no, mail].map((one) => laneName(tenant, one))).toEqual([
      "acme/se",
      "acme/se",
      "acme/mail",
    ]);
    expect(laneOf(tenant, no)?.destination.rate).toBe(7);
  });

  it("of no destination there is none", () => {
    const tenant = tenantWith([channel("se")], { deliverTo: [] });
    expect(laneOf(tenant, channel("se"))).toBe(undefined);
  });
});

describe("the id of the customer on an order counts", () => {
  const [club, shop] = [channel("club"), channel("shop")];
  const issued = { till: "c-1", voyado: "v-1" };

  it("at the only CRM instance that the account's tills speak to", () => {
    const mail = channel("mail", { till: false });
    const tenant = tenantWith([club, mail]);
    expect(crmIdFor(tenant, accountOf(tenant), club, issued)).toBe("c-1");
    expect(crmIdFor(tenant, accountOf(tenant), mail, { till: "c-1" })).toBe(undefined);
  });

  it("nowhere when tills speak to several, for it could be any one's", () => {
    const tenant = tenantWith([club, shop]);
    expect(crmIdFor(tenant, accountOf(tenant), club, { till: "c-1" })).toBe(undefined);
    expect(crmIdFor(tenant, accountOf(tenant), club, issued)).toBe("v-1");
  });

  const guid = "11111111-1111-4111-8111-111111111111";
  const omnium = (change: object = {}) =>
    channel("oms", {
      crmInstance: "omnium|api.omnium.no",
      handler: { kind: "omnium", ...omniumSettings },
      ...change,
    });

  it("with several, at each of them when it is a GUID: nobody else has it, and who does not know it says so", () => {
    const tenant = tenantWith([club, omnium()]);
    expect(crmIdFor(tenant, accountOf(tenant), club, { till: guid })).toBe(guid);
    expect(crmIdFor(tenant, accountOf(tenant), omnium(), { till: guid })).toBe(guid);
  });

  it("at Omnium as Voyado's id, where tills speak to Voyado", () => {
    const oms = omnium({ till: false });
    const tenant = tenantWith([club, oms]);
    const at = (issuedThere: Parameters<typeof crmIdFor>[3]) =>
      crmIdFor(tenant, accountOf(tenant), oms, issuedThere);
    expect(at({ till: guid })).toBe(`VoyadoContactId:${guid}`);
    expect(at({ till: "c-1" })).toBe("VoyadoContactId:c-1");
    expect(at({ voyado: "v-1" })).toBe("VoyadoContactId:v-1");
    expect(at({})).toBe(undefined);
    const alone = tenantWith([oms]);
    expect(crmIdFor(alone, accountOf(alone), oms, { till: guid })).toBe(undefined);
  });
});

describe("a sale is withheld", () => {
  const reading = saleFromOrder(parsed(closedOrder()), { account: 1, site: 1, market });
  if (reading.kind !== "sale") throw new Error("no sale");
  const { sale } = reading;
  const orders = (change: Partial<Orders>) => tenantWith([channel("a")], change).orders;
  const none = { stores: [], registers: [], staff: [] };

  it.each<[Partial<Orders>, string | undefined]>([
    [{}, undefined],
    [{ mode: "off" }, "orders are off"],
    [{ mode: "shadow" }, "shadow"],
    [{ liveFrom: "2026-07-01" }, undefined],
    [{ liveFrom: "2026-07-02" }, "before live_from"],
    [{ liveStores: ["200", "300"] }, undefined],
    [{ liveStores: ["300"] }, "store is not live"],
    [{ ignore: { ...none, stores: ["200"] } }, "ignored store"],
    [
      { ignore: { ...none, registers: ["{0A1B2C3D-0000-4000-8000-000000000001}"] } },
      "ignored register",
    ],
    [{ ignore: { ...none, staff: ["s7"] } }, "ignored staff"],
  ])("%o", (change, expected) => {
    expect(withheld(orders(change), sale)).toBe(expected);
  });

  it("by live_from only until a backfill asks for it", () => {
    expect(withheld(orders({ liveFrom: "2026-07-02" }), sale, true)).toBe(undefined);
    expect(withheld(orders({ liveStores: ["300"] }), sale, true)).toBe("store is not live");
  });
});
