import { describe, expect, it } from "vitest";
import { checkFile } from "./file_check.ts";
import { type JsonObject, pathText } from "./json.ts";
import { tenantFromFile } from "./tenant_from_file.ts";

const voyado = { api_url: "https://acme.voyado.com/api/", api_key: "KEY" };
const receipt = {
  from_name: "Acme",
  from_email: "hi@acme.se",
  subject: "Your receipt",
  stream: "receipts",
  template_id: 12,
};

/** A file whose orders go to one channel. */
const fileOf = (
  destination: JsonObject,
  handler: JsonObject = { voyado },
  channel: JsonObject = {},
): JsonObject => ({
  tenant: "acme",
  sitoo: {
    api_url: "https://api.mysitoo.com/v2",
    account_id: 90316,
    api_id: "90316-1",
    api_password: "pw",
  },
  market: { country: "SE", locale: "sv-SE", currency: "SEK", time_zone: "Europe/Stockholm" },
  crm: { channels: [{ id: "crm", handler, ...channel }] },
  orders: { deliver_to: [{ channel: "crm", ...destination }] },
});

/** Of orders alone: the handlers of these files are not whole, and some have no adapter yet. */
const faults = (file: JsonObject) =>
  checkFile(file)
    .issues.filter(({ path }) => path[0] === "orders")
    .map(({ severity, path, what }) => `${severity} ${pathText(file, path)}: ${what}`);
const mends = (file: JsonObject) => checkFile(file).issues.map(({ mend }) => mend);

describe("a destination's settings", () => {
  const all: JsonObject = {
    namespace: "pos",
    product_id: "productid",
    opt_in_contacts: true,
    receipt,
  };
  const ometria: JsonObject = { api_key: "KEY", transactional_api_key: "MAIL" };

  it("are in order where the CRM knows them", () => {
    expect(faults(fileOf(all, { ometria }))).toEqual([]);
  });

  it.each(["voyado", "omnium", "bloomreach", "rule"])("mean nothing to %s", (kind) => {
    const file = fileOf(all, kind === "voyado" ? { voyado } : { [kind]: { send_orders: true } });
    expect(faults(file)).toEqual(
      ["namespace", "product_id", "opt_in_contacts", "receipt"].map(
        (setting) => `error orders.deliver_to[0].${setting}: "${setting}" means nothing to ${kind}`,
      ),
    );
  });

  it("that mail receipts need the key to mail by", () => {
    const file = fileOf({ receipt }, { ometria: { api_key: "KEY" } });
    expect(faults(file)).toEqual([
      'error orders.deliver_to[0].receipt: "receipt" needs transactional_api_key, which the channel does not have',
    ]);
    expect(mends(file)).toContain("add transactional_api_key: under handler.ometria");
  });

  it("are looked up in what a channel inherits", () => {
    const file = fileOf({ receipt });
    const channels = [
      { id: "base", handler: { ometria } },
      { id: "crm", extends: "base" },
    ];
    expect(faults({ ...file, crm: { channels } })).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ["capitals", { stream: "Receipts" }, "stream"],
    ["spaces", { stream: "till receipts" }, "stream"],
    ["nothing", { stream: "" }, "stream"],
    ["å", { stream: "kvitton-på-mejl" }, "stream"],
    ["no address", { from_email: "Acme" }, "from_email"],
    ["no template", { template_id: 0 }, "template_id"],
    ["an empty subject", { subject: " " }, "subject"],
    ["another sender of answers", { reply_to_email: "Acme" }, "reply_to_email"],
  ])("are not taken with %s", (_, change, key) => {
    const [fault, ...others] = faults(fileOf({ receipt: { ...receipt, ...change } }, { ometria }));
    expect(others).toEqual([]);
    expect(fault).toContain(`error orders.deliver_to[0].receipt.${key}: "${key}" `);
  });

  it("say of a stream what it may be", () => {
    expect(faults(fileOf({ receipt: { ...receipt, stream: "Orders" } }, { ometria }))).toEqual([
      'error orders.deliver_to[0].receipt.stream: "stream" must be lower case without spaces: a to z, 0 to 9, "_" and "-"',
    ]);
  });

  it.each(Object.keys(receipt))("of a receipt need %s", (key) => {
    const { [key]: _, ...rest } = receipt as JsonObject;
    expect(faults(fileOf({ receipt: rest }, { ometria }))).toEqual([
      `error orders.deliver_to[0].receipt.${key}: "${key}" is missing`,
    ]);
  });

  it.each(["pos 1", "å", "", "x".repeat(41), "a/b"])("take no namespace %j", (namespace) => {
    expect(faults(fileOf({ namespace }, { ometria }))).toHaveLength(1);
  });
});

describe("orders of a CRM that has its own connector", () => {
  it.each([undefined, false, "yes"])("are not delivered with send_orders: %j", (send_orders) => {
    const omnium = send_orders === undefined ? {} : { send_orders };
    const file = fileOf({}, { omnium });
    expect(faults(file)).toEqual([
      "error orders.deliver_to[0].channel: this channel takes no orders: send_orders is not true",
    ]);
    expect(mends(file)).toContain(
      "write send_orders: true under handler.omnium, or take the entry away",
    );
  });

  it("are with send_orders: true", () => {
    expect(faults(fileOf({}, { omnium: { send_orders: true } }))).toEqual([]);
  });
});

describe("sales of nobody", () => {
  it.each([
    ["voyado", { voyado }, 1],
    ["bloomreach", { bloomreach: {} }, 1],
    ["rule", { rule: {} }, 1],
    ["omnium", { omnium: { send_orders: true } }, 0],
    ["ometria", { ometria: {} }, 0],
  ])("at %s", (kind, handler, count) => {
    const found = faults(fileOf({ anonymous: "deliver" }, handler));
    expect(found).toHaveLength(count);
    for (const fault of found)
      expect(fault).toContain(`has no effect here: ${kind} takes no sale without a customer`);
  });
});

describe("a channel that no till uses", () => {
  it("needs neither title nor client_settings", () => {
    const file = fileOf({}, { voyado }, { till: false });
    const checked = checkFile(file);
    expect(checked.issues).toEqual([]);
    if (checked.file === undefined) throw new Error("in order");
    expect(tenantFromFile(checked.file, 1).channels.get("crm")).toMatchObject({
      title: "crm",
      till: false,
      delivery: { productId: "sku", optInContacts: false },
    });
  });
});

describe("a tenant without a CRM, whose tills use Sitoo's own register", () => {
  const { crm: _, orders: __, ...rest } = fileOf({});

  it("is in order, and keeps its market", () => {
    const checked = checkFile(rest);
    expect(checked.issues).toEqual([]);
    if (checked.file === undefined) throw new Error("in order");
    const tenant = tenantFromFile(checked.file, 1);
    expect(tenant).toMatchObject({
      markets: [{ country: "SE", currency: "SEK", account: "default" }],
      orders: { mode: "off" },
    });
    expect(tenant.channels.size).toBe(0);
  });

  it("is told when its orders are read for nobody", () => {
    expect(faults({ ...rest, orders: {} })).toEqual([
      "warning orders: orders are read, and delivered nowhere",
    ]);
    expect(faults({ ...rest, orders: { deliver_to: [{ channel: "crm" }] } })).toEqual([
      'error orders.deliver_to[0].channel: there is no channel "crm"',
    ]);
  });
});
