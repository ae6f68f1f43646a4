import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { contactId } from "../crm/voyado/engage_fixture.ts";
import { receiptOf } from "../crm/voyado/receipt.ts";
import type { SitooClient } from "../sitoo/client.ts";
import { orderWire } from "../sitoo/order_wire.ts";
import type { Market, NoPointsFor } from "../tenants/tenant.ts";
import type { VoyadoSettings } from "../tenants/voyado_settings.ts";
import { channel, tenantWith, voyadoHandler } from "../../test/tenant_fixture.ts";
import { readOrder } from "./read_order.ts";

/**
 * Orders in the shape of Sitoo's REST order, one a file of test/orders, each with the sale and the receipt
 * that it must become. What is not said is the plainest: a Swedish market, no special settings.
 */
type Case = {
  readonly sentence: string;
  readonly market?: Omit<Market, "account">;
  readonly voyado?: Partial<VoyadoSettings>;
  readonly noPointsFor?: Partial<NoPointsFor>;
  /** What Sitoo says of the order's warehouse, and of its vouchers by their ids. */
  readonly storeOfWarehouse?: string;
  readonly voucherPasswords?: Readonly<Record<string, string>>;
  readonly order: SitooOrder;
  /** Purchases less returns, written by hand. */
  readonly linesComeTo?: string;
  readonly becomes:
    | { readonly sale: unknown; readonly receipt: unknown; readonly links?: unknown }
    | { readonly notASale: string }
    | { readonly deadLetter: unknown };
};
type SitooOrder = {
  readonly moneyfinal_salestax: string;
  readonly moneytotal_gross_roundoff: string;
  readonly moneytotal_gross_all: string;
};

const folder = join(import.meta.dirname, "../../test/orders");
const names = readdirSync(folder);
const caseOf = (name: string): Case => JSON.parse(readFileSync(join(folder, name), "utf8")) as Case;

const notAsked = () => Promise.reject(new Error("not asked for"));

const read = async (one: Case) => {
  const handler = { ...voyadoHandler, ...one.voyado };
  const here = channel("voyado", {
    ...(one.market === undefined ? {} : { market: { ...one.market, account: "main" } }),
    handler,
  });
  const plain = tenantWith([here]);
  const { orders } = plain;
  const tenant = {
    ...plain,
    orders: { ...orders, noPointsFor: { ...orders.noPointsFor, ...one.noPointsFor } },
  };
  const [account] = tenant.accounts;
  if (account === undefined) throw new Error("no account");
  const sitoo: SitooClient = {
    order: async () => ({ kind: "found", value: orderWire.parse(one.order) }),
    storeOfWarehouse: async () =>
      one.storeOfWarehouse === undefined
        ? { kind: "gone" }
        : {
            kind: "found",
            value: {
              storeid: 1,
              name: undefined,
              externalid: one.storeOfWarehouse,
              externalgroupid: undefined,
              countryid: undefined,
            },
          },
    voucher: async (id) => ({
      kind: "found",
      value: {
        voucherid: id,
        voucherpassword: one.voucherPasswords?.[String(id)],
        vouchername: undefined,
        vouchertype: undefined,
        voucherstate: undefined,
      },
    }),
    orders: notAsked,
    heads: notAsked,
    stores: notAsked,
    user: notAsked,
  };
  const found = await readOrder(tenant, account, { orderId: 1, saidClosed: false }, sitoo, 1);
  return { found, settings: handler };
};

describe.each(names)("%s", (name) => {
  const one = caseOf(name);

  it(one.sentence, async () => {
    const { found, settings } = await read(one);
    const { becomes } = one;
    if ("notASale" in becomes) {
      expect(found).toEqual({ kind: "not_a_sale", why: becomes.notASale });
      return;
    }
    if ("deadLetter" in becomes) {
      expect(found).toEqual({ kind: "dead", cause: becomes.deadLetter });
      return;
    }
    if (found.kind !== "sale") throw new Error(JSON.stringify(found));
    const { sale, links } = found.reading;
    expect(sale).toEqual(becomes.sale);
    expect(links).toEqual(becomes.links ?? {});
    const made = receiptOf(sale, contactId, settings);
    expect(made.ok ? made.value : { refused: made.failure }).toEqual(becomes.receipt);
  });

  if (!("sale" in one.becomes)) return;
  it("its lines come to what was asked for it", async () => {
    const { found, settings } = await read(one);
    if (found.kind !== "sale") throw new Error(JSON.stringify(found));
    const { sale } = found.reading;
    const asked = one.order;
    const expected =
      units(asked.moneytotal_gross_all) -
      units(asked.moneyfinal_salestax) -
      units(asked.moneytotal_gross_roundoff);
    expect(units(one.linesComeTo ?? "")).toBe(expected);

    const made = receiptOf(sale, contactId, { ...settings, noPoints: "flag" });
    if (!made.ok) return expect(made.failure.field).toBe("storeExternalId");
    const { items, totalGrossPrice } = made.value;
    let sum = 0n;
    for (const item of items)
      sum += units(String(item.grossPaidPrice)) * (item.type === "RETURN" ? -1n : 1n);
    expect(sum).toBe(expected);
    expect(units(String(totalGrossPrice))).toBe(
      settings.usTotalValidationSkipped ? units(asked.moneytotal_gross_all) : expected,
    );
    // Sitoo has rounded net and tax by itself; yen to whole ones.
    const tolerance = units(sale.currency === "JPY" ? "0.51" : "0.01");
    for (const { grossPaidPrice, taxAmount, taxPercent } of items)
      expect(taxOff(String(grossPaidPrice), String(taxAmount), String(taxPercent))).toBeLessThan(
        tolerance,
      );
  });
});

/** Millionths of a whole unit: enough for every currency, and nothing of the product's arithmetic. */
const units = (text: string): bigint => {
  const [, sign, whole = "", decimals = ""] = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  if (whole === "") throw new Error(`no amount: ${text}`);
  return BigInt(`${sign ?? ""}${whole}${decimals.padEnd(6, "0")}`);
};

/** How far a tax is from gross * percent / (100 + percent). */
const taxOff = (gross: string, tax: string, percent: string): bigint => {
  const whole = units("100") + units(percent);
  const off = units(tax) * whole - units(gross) * units(percent);
  return (off < 0n ? -off : off) / whole;
};
