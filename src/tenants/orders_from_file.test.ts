import { describe, expect, it } from "vitest";
import { deliverySettings } from "./orders_from_file.ts";
import { orders } from "./schema_orders.ts";

const settingsOf = (entry: object) =>
  deliverySettings(
    orders.parse({ deliver_to: [{ channel: "other" }, { channel: "crm", ...entry }] }),
    "crm",
  );
const receipt = {
  from_name: " Acme ",
  from_email: "hi@acme.se",
  subject: "Your receipt",
  stream: "receipts",
  template_id: 12,
};

describe("how orders are told to a CRM", () => {
  const plain = { productId: "sku", optInContacts: false };

  it("is plain where the file says nothing", () => {
    expect(settingsOf({})).toEqual(plain);
    expect(deliverySettings(undefined, "crm")).toEqual(plain);
    expect(deliverySettings(orders.parse({}), "crm")).toEqual(plain);
  });

  it("is what its own entry says", () => {
    const entry = { namespace: "pos", product_id: "productid", opt_in_contacts: true };
    expect(settingsOf(entry)).toEqual({
      namespace: "pos",
      productId: "productid",
      optInContacts: true,
    });
  });

  it("has the mail of receipts, once there is a block for it", () => {
    const mail = {
      fromName: "Acme",
      fromEmail: "hi@acme.se",
      subject: "Your receipt",
      stream: "receipts",
      templateId: 12,
      sandbox: false,
    };
    expect(settingsOf({ receipt })).toEqual({ ...plain, receipt: mail });
    const answers = { reply_to_name: "Service", reply_to_email: "help@acme.se", sandbox: true };
    expect(settingsOf({ receipt: { ...receipt, ...answers } }).receipt).toEqual({
      ...mail,
      replyToName: "Service",
      replyToEmail: "help@acme.se",
      sandbox: true,
    });
  });
});
