import { expect, it } from "vitest";
import { closedOrder, discountRow, parsed, product } from "../../test/sample_orders.ts";
import { channel, tenantWith } from "../../test/tenant_fixture.ts";
import type { SitooClient } from "../sitoo/client.ts";
import type { SitooAnswer } from "../sitoo/sitoo_answer.ts";
import type { SitooVoucher } from "../sitoo/resource_wire.ts";
import type { SitooAccount } from "../tenants/tenant.ts";
import { readOrder } from "./read_order.ts";

// What a row tells by itself is in test/orders.

const staffSale = closedOrder({
  orderitems: [
    product(),
    discountRow("-20.00", "-5.00", { voucherid: 4 }),
    discountRow("-20.00", "-5.00", { voucherid: 4 }),
    discountRow("-8.00", "-2.00", { voucherid: 0 }),
  ],
  moneytotal_net: "112.00",
  moneytotal_vat: "28.00",
  moneytotal_gross_all: "140.00",
});

const read = async (vouchers: readonly string[], answer: SitooAnswer<SitooVoucher>) => {
  const asked: number[] = [];
  const tenant = tenantWith([channel("club")], {
    noPointsFor: { giftCards: true, vouchers, priceLists: [] },
  });
  const [account] = tenant.accounts as readonly [SitooAccount];
  const sitoo: Pick<SitooClient, "order" | "voucher"> = {
    order: async () => ({ kind: "found", value: parsed(staffSale) }),
    voucher: async (id) => {
      asked.push(id);
      return answer;
    },
  };
  const found = await readOrder(
    tenant,
    account,
    { orderId: 4711, saidClosed: true },
    sitoo as SitooClient,
    1,
  );
  const lines =
    found.kind === "sale" ? found.reading.sale.lines.map((line) => line.noPoints) : found;
  return { lines, asked };
};
const staff: SitooAnswer<SitooVoucher> = {
  kind: "found",
  value: {
    voucherid: 4,
    voucherpassword: "staff",
    vouchername: undefined,
    vouchertype: undefined,
    voucherstate: undefined,
  },
};

it("asks Sitoo for a voucher once, and only where a password may name it", async () => {
  expect(await read(["staff"], staff)).toEqual({ lines: [true], asked: [4] });
  expect(await read(["7"], staff)).toEqual({ lines: [undefined], asked: [] });
  expect(await read(["4", "staff"], staff)).toEqual({ lines: [true], asked: [] });
  expect(await read([], staff)).toEqual({ lines: [undefined], asked: [] });
});

it("takes a voucher that Sitoo has no more for one that earns", async () => {
  expect(await read(["staff"], { kind: "gone" })).toEqual({ lines: [undefined], asked: [4] });
});

it("waits where Sitoo cannot say, rather than give points for ever", async () => {
  expect((await read(["staff"], { kind: "retry", detail: "503" })).lines).toEqual({
    kind: "later",
    note: "voucher of the order: 503",
  });
});
