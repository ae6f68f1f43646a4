import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Sandbox, startSandbox } from "./harness.ts";
import {
  ASTRID,
  BERTIL,
  type Found,
  id,
  type OmniumCalls,
  omniumOf,
  promotionId,
} from "./omnium_harness.ts";

// contracts/omnium.md §7, §9.3, §11, §13, §14, §16.8.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function fresh(): OmniumCalls {
  instance += 1;
  return omniumOf(sandbox, `orders-${instance}`);
}

interface Order {
  id: string;
  orderNumber: string;
  orderType: string;
  status: string;
  customerId: string | null;
  isNewCustomer: boolean | null;
  created: string;
  completed: string | null;
  netTotal: number;
  externalIds: object[];
  properties: object[];
  returnOrderForms: { returnId: string; total: number; rmaNumber: string | null }[];
  orderForm: {
    total: number;
    taxTotal: number;
    discountAmount: number;
    payments: { id?: string; amount: number }[];
    lineItems: { code: string; discountedPrice: number; extendedPrice: number }[];
  };
}
interface Delivery {
  orderId: string;
  outcome: string;
  differs: boolean | null;
  seq: number;
  at: string;
}

const coat = { lineItemId: "1", code: "A1", quantity: 1, placedPrice: 2990, taxRate: 25 };
const shirts = {
  lineItemId: "2",
  code: "T4",
  quantity: 3,
  placedPrice: 249,
  taxRate: 25,
  discounted: 98,
};
const paid = {
  paymentMethodName: "card",
  transactionId: "t-1",
  transactionType: "Sale",
  status: "Processed",
  amount: 3639,
};
const sale = (rest: object = {}) => ({
  id: "sitoo-1-20001",
  orderNumber: "20001",
  marketId: "SWE",
  storeId: "200",
  customerId: ASTRID,
  billingCurrency: "SEK",
  isReadOnly: true,
  isNotificationsDisabled: true,
  orderForm: { lineItems: [coat, shirts], payments: [paid] },
  ...rest,
});

const pos = (calls: OmniumCalls, body: unknown) => calls.omnium("PUT", "/Orders/PosOrders", body);
const deliveriesOf = async ({ control }: OmniumCalls, orderId?: string): Promise<Delivery[]> => {
  const query = orderId === undefined ? "" : `?orderId=${orderId}`;
  return (await control("GET", `/deliveries${query}`)).json<{ items: Delivery[] }>().items;
};
const historyOf = async ({ omnium }: OmniumCalls, query: string): Promise<Found<Order>> =>
  (await omnium("GET", `/Orders/GetOrdersForCustomer?${query}`)).json<Found<Order>>();
const pointsOf = async ({ omnium }: OmniumCalls, who = ASTRID): Promise<object> =>
  (await omnium("GET", `/PrivateCustomers/${who}/CustomerClubMember`)).json<{ summary: object }>()
    .summary;
const statusesOf = async (answers: Promise<Answer>[]): Promise<number[]> =>
  (await Promise.all(answers)).map(({ status }) => status);

describe("PosOrders", () => {
  test("201; type and status are forced, totals calculated", async () => {
    const calls = fresh();
    const made = await pos(calls, sale({ orderType: "Online", status: "New" }));
    expect(made.status).toBe(201);
    expect(made.json<Order>()).toMatchObject({
      id: "sitoo-1-20001",
      orderType: "Pos",
      status: "Completed",
      completed: expect.any(String),
      netTotal: 3639,
      orderForm: {
        total: 3639,
        taxTotal: 727.8,
        discountAmount: 98,
        lineItems: [
          { code: "A1", discountedPrice: 2990, extendedPrice: 2990 },
          { code: "T4", discountedPrice: 649, extendedPrice: 649 },
        ],
      },
    });
    expect((await calls.omnium("GET", "/Orders/sitoo-1-20001")).json<Order>().netTotal).toBe(3639);
  });

  test("an order discount is spread over the lines, to the last öre", async () => {
    const calls = fresh();
    const discount = { discountType: "Order", rewardType: "Money", discountValue: 100 };
    const orderForm = {
      lineItems: [1, 2, 3].map((number) => ({
        lineItemId: String(number),
        code: "S3",
        quantity: 1,
        placedPrice: 100,
        taxRate: 25,
      })),
      discounts: [discount],
    };
    const money = (await pos(calls, sale({ orderForm }))).json<Order>().orderForm;
    expect(money.lineItems.map((line) => line.extendedPrice)).toEqual([66.67, 66.67, 66.66]);
    expect(money.total).toBe(200);
    const percent = { discountType: 2, rewardType: 2, discountValue: 10 };
    const other = { ...orderForm, discounts: [percent] };
    expect((await pos(calls, sale({ orderForm: other }))).json<Order>().orderForm.total).toBe(270);
  });

  test.each([
    [{ marketId: null }],
    [{ orderNumber: "" }],
    [{ storeId: null }],
    [{ storeId: "999" }],
    [{ marketId: "XXX" }],
    [{ billingCurrency: "kr" }],
    [{ orderid: 1 }],
    [{ orderForm: { lineItems: [{ ...coat, quantity: "1" }] } }],
    [{ orderForm: { lineItems: [{ ...coat, quantity: -1 }] } }],
    [{ orderForm: { lineItems: [{ ...coat, code: undefined }] } }],
    [{ orderForm: { lineItems: [{ ...coat, lineItemId: undefined }] } }],
    [{ orderForm: { lineItems: [coat, coat] } }],
    [{ orderForm: { payments: [{ ...paid, transactionType: "Refund" }] } }],
    [{ orderForm: { payments: [{ ...paid, transactionId: undefined }] } }],
    [{ orderForm: { payments: [{ ...paid, status: "OK" }] } }],
  ])("%j is 400, and nothing is stored", async (bad) => {
    const calls = fresh();
    expect((await pos(calls, sale(bad))).status).toBe(400);
    expect((await calls.omnium("HEAD", "/Orders/sitoo-1-20001/Exists")).status).toBe(404);
  });

  test("a negative quantity where the tenant has it confirmed", async () => {
    const calls = fresh();
    await calls.profile({ negativeQuantities: "accept" });
    const back = sale({ orderForm: { lineItems: [{ ...coat, quantity: -1 }] } });
    expect((await pos(calls, back)).json<Order>().netTotal).toBe(-2990);
  });

  test("a repeat is kept beside the first, and told with its request", async () => {
    const calls = fresh();
    expect(await statusesOf([pos(calls, sale()), pos(calls, sale())])).toEqual([201, 201]);
    await pos(calls, sale({ customerId: BERTIL }));
    const deliveries = await deliveriesOf(calls, "sitoo-1-20001");
    expect(deliveries.map(({ outcome, differs }) => [outcome, differs])).toEqual([
      ["created", null],
      ["duplicate", false],
      ["duplicate", true],
    ]);
    const { items } = (await calls.control("GET", "/requests?path=/PosOrders")).json<{
      items: { seq: number }[];
    }>();
    expect(deliveries.map(({ seq }) => seq)).toEqual(items.map(({ seq }) => seq));
    const { result } = await historyOf(calls, `customerId=${ASTRID}`);
    expect(result.filter((order) => order.id === "sitoo-1-20001")).toHaveLength(2);
    const counts = (await calls.control("GET", "/counts")).json<object>();
    expect(counts).toMatchObject({
      deliveries: 3,
      deliveriesByOutcome: { created: 1, duplicate: 2 },
    });
  });

  test("other tenants refuse or overwrite a repeat", async () => {
    const calls = fresh();
    await pos(calls, sale());
    await calls.profile({ posOrdersRepeat: "409" });
    expect((await pos(calls, sale())).status).toBe(409);
    await calls.profile({ posOrdersRepeat: "overwrite" });
    expect((await pos(calls, sale({ customerId: BERTIL }))).status).toBe(201);
    const outcomes = (await deliveriesOf(calls)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(["created", "refused", "overwritten"]);
    const read = (await calls.omnium("GET", "/Orders/sitoo-1-20001")).json<Order>();
    expect(read.customerId).toBe(BERTIL);
  });

  test("Exists has no body, ExistMany answers those that are there", async () => {
    const calls = fresh();
    const head = await calls.omnium("HEAD", "/Orders/10001/Exists");
    expect([head.status, head.text]).toEqual([200, ""]);
    expect((await calls.omnium("HEAD", "/Orders/1/Exists")).status).toBe(404);
    const many = await calls.omnium("POST", "/Orders/ExistMany", ["1", "10001", "10003"]);
    expect(many.json()).toEqual(["10001", "10003"]);
    expect((await calls.bare("HEAD", "/Orders/10001/Exists")).status).toBe(401);
  });
});

describe("what an order does", () => {
  test("points and tier come from it, and go with a return", async () => {
    const calls = fresh();
    await pos(calls, sale());
    expect(await pointsOf(calls)).toMatchObject({ currentBalance: 4889, totalIssuedPoints: 4889 });
    const give = { returns: [{ lineItemId: "1", returnQuantity: 1 }], rmaNumber: "20002" };
    await calls.omnium("POST", "/Returns/sitoo-1-20001/Return", give);
    expect(await pointsOf(calls)).toMatchObject({ currentBalance: 1899 });
    // Delivered twice, counted twice.
    await pos(calls, sale());
    await pos(calls, sale());
    expect(await pointsOf(calls)).toMatchObject({ currentBalance: 1899 + 2 * 3639 });
    await calls.profile({ useExternalBonusPointsProvider: true });
    await pos(calls, sale());
    expect(await pointsOf(calls)).toMatchObject({ currentBalance: 1899 + 2 * 3639 });
  });

  test("coupon codes are marked used, and every use is kept", async () => {
    const calls = fresh();
    const orderForm = { lineItems: [coat], couponCodes: ["TEN-10012"] };
    await pos(calls, sale({ orderForm }));
    await pos(calls, sale({ id: "again", orderForm }));
    const promotion = await calls.omnium("GET", `/Promotions/${promotionId(1)}`);
    expect(promotion.json<{ additionalCoupons: object[] }>().additionalCoupons[0]).toEqual({
      couponCode: "TEN-10012",
      canOnlyBeUsedOnce: true,
      used: true,
    });
    const { couponUses } = (await calls.control("GET", "/state")).json<{ couponUses: object[] }>();
    expect(couponUses).toMatchObject([
      { couponCode: "TEN-10012", orderId: "sitoo-1-20001", customerId: ASTRID },
      { couponCode: "TEN-10012", orderId: "again" },
    ]);
  });

  test.each([
    ["customerId", { customerId: ASTRID }],
    ["externalId", { customerId: "11111111-1111-4111-8111-111111111111" }],
    ["email", { customerId: "unknown", email: "astrid@example.com" }],
    ["phone", { phone: "+46701740605" }],
  ])("the connector finds the customer by %s", async (how, who) => {
    const calls = fresh();
    const items = [{ sku: "A1", price: 100 }];
    const order = (
      await calls.control("POST", "/import-order", { orderId: 7, items, ...who })
    ).json<Order>();
    expect(order).toMatchObject({
      customerId: ASTRID,
      orderType: "PosSitoo",
      isNewCustomer: false,
    });
    const { orders } = (await calls.control("GET", "/state")).json<{
      orders: { id: string; customerResolved: string }[];
    }>();
    expect(orders.find((one) => one.id === "7")?.customerResolved).toBe(how);
    expect((await calls.control("GET", "/counts")).json()).toMatchObject({ customers: 13 });
  });

  test("an unknown person becomes a second customer, unless that is switched off", async () => {
    const calls = fresh();
    const order = {
      orderId: 8,
      customerId: "unknown",
      email: "new@example.com",
      items: [{ sku: "A1", price: 100 }],
    };
    expect((await calls.control("POST", "/import-order", order)).json()).toMatchObject({
      customerId: "unknown",
      isNewCustomer: true,
    });
    expect((await calls.omnium("GET", "/PrivateCustomers/unknown")).status).toBe(200);
    await calls.profile({ isB2CGetOrCreateFromOrderDisabled: true });
    await calls.control("POST", "/import-order", {
      ...order,
      orderId: 9,
      customerId: "other",
      email: "x@example.com",
    });
    expect((await calls.omnium("GET", "/PrivateCustomers/other")).status).toBe(404);
    // Those who are there still match.
    const known = { ...order, orderId: 10, email: "astrid@example.com", customerId: undefined };
    expect((await calls.control("POST", "/import-order", known)).json()).toMatchObject({
      customerId: ASTRID,
    });
    await calls.profile({ isB2CGetOrCreateDisabled: true });
    expect(
      (await calls.control("POST", "/import-order", { ...known, orderId: 11 })).json(),
    ).toMatchObject({
      customerId: null,
    });
  });
});

describe("other ways to write an order", () => {
  test("POST: 409 on a used id; Queued for a while, and then to be changed", async () => {
    const calls = fresh();
    const owner = await calls.as("owner");
    await calls.profile({ queuedMs: 5000 });
    const body = sale({ status: "Completed" });
    const made = await owner("POST", "/Orders", body);
    expect([made.status, made.json<Order>().status]).toEqual([201, "Queued"]);
    expect((await owner("POST", "/Orders", body)).status).toBe(409);
    expect((await owner("POST", "/Orders", sale({ id: null }))).status).toBe(400);
    const change = { status: "OrderCanceled" };
    const path = "/Orders/sitoo-1-20001";
    expect((await owner("POST", `${path}/UpdateStatus`, change)).status).toBe(409);
    expect((await owner("PATCH", `${path}/PatchOrder`, { tags: ["A"] })).status).toBe(409);
    expect(await pointsOf(calls)).toMatchObject({ currentBalance: 1250 });
    await calls.control("POST", "/clock", { advanceMs: 5000 });
    expect((await owner("GET", path)).json<Order>().status).toBe("Completed");
    expect(await pointsOf(calls)).toMatchObject({ currentBalance: 4889 });
    expect((await owner("POST", `${path}/UpdateStatus`, change)).status).toBe(200);
  });

  test("points wait on an order that is not completed", async () => {
    const calls = fresh();
    const owner = await calls.as("owner");
    await calls.profile({ queuedMs: 0 });
    await owner("POST", "/Orders", sale({ status: "New" }));
    expect(await pointsOf(calls)).toMatchObject({ currentBalance: 1250, newPointsOnHold: 3639 });
    const path = "/Orders/sitoo-1-20001/UpdateStatus";
    await owner("POST", path, { status: "Completed" });
    expect(await pointsOf(calls)).toMatchObject({ currentBalance: 4889, newPointsOnHold: 0 });
    await owner("POST", path, { status: "Completed" });
    expect(await pointsOf(calls)).toMatchObject({ currentBalance: 4889 });
  });

  test("PUT always makes a new order", async () => {
    const calls = fresh();
    const owner = await calls.as("owner");
    const put = async (body: object) => (await owner("PUT", "/Orders", body)).json<Order>();
    const [first, second] = [await put(sale()), await put(sale())];
    expect(first).toMatchObject({ id: "sitoo-1-20001", orderNumber: "100001" });
    expect(second).toMatchObject({ id: "100002", orderNumber: "100002" });
    expect(await put(sale({ id: null }))).toMatchObject({ id: "100003" });
  });

  test("AddMany leaves, UpdateMany and ImportMany overwrite, an import runs no workflow", async () => {
    const calls = fresh();
    const owner = await calls.as("owner");
    const imported = sale({ status: "Completed", orderType: "Pos" });
    expect((await calls.omnium("POST", "/Orders/ImportMany", [imported])).status).toBe(204);
    expect(await pointsOf(calls)).toMatchObject({ currentBalance: 1250 });
    const other = sale({ customerId: BERTIL });
    const whose = async () =>
      (await owner("GET", "/Orders/sitoo-1-20001")).json<Order>().customerId;
    expect((await owner("POST", "/Orders/AddMany", [other])).status).toBe(204);
    expect(await whose()).toBe(ASTRID);
    expect((await owner("POST", "/Orders/UpdateMany?runWorkflow=true", [other])).status).toBe(204);
    expect(await whose()).toBe(BERTIL);
    const outcomes = (await deliveriesOf(calls)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(["created", "dropped", "overwritten"]);
    expect((await owner("POST", "/Orders/AddMany", [sale({ id: null })])).status).toBe(400);
    expect((await owner("POST", "/Orders/UpdateMany?runWorkflow=maybe", [])).status).toBe(400);
  });

  test("Update replaces, PatchOrder keeps, AddPayments doubles what has no id", async () => {
    const calls = fresh();
    const owner = await calls.as("owner");
    await pos(calls, sale({ tags: ["A"], externalIds: [{ providerName: "X", id: "1" }] }));
    const path = "/Orders/sitoo-1-20001";
    const read = async () => (await owner("GET", path)).json<Order & { tags: string[] | null }>();
    await owner("PATCH", `${path}/PatchOrder`, { tags: ["B"], customerReference: "R" });
    expect(await read()).toMatchObject({ tags: ["A", "B"], customerReference: "R" });
    await owner("PATCH", `${path}/PatchOrder`, { tags: ["C"], keepExistingListItems: false });
    expect((await read()).tags).toEqual(["C"]);
    await owner("POST", `${path}/AddPayments`, [paid]);
    await owner("POST", `${path}/AddPayments`, [{ ...paid, id: "p" }]);
    await owner("POST", `${path}/AddPayments`, [{ ...paid, id: "p", amount: 1 }]);
    expect((await read()).orderForm.payments.map(({ amount }) => amount)).toEqual([3639, 3639, 1]);
    await owner("PUT", "/Orders/Update", { id: "sitoo-1-20001", marketId: "SWE", storeId: "200" });
    expect(await read()).toMatchObject({ tags: null, netTotal: 0, customerId: null });
    expect((await owner("POST", "/Orders/Update", sale({ id: "none" }))).status).toBe(404);
  });
});

describe("returns", () => {
  const path = "/Returns/sitoo-1-20001/Return";

  test("part and rest; net total, status, number of the refund order", async () => {
    const calls = fresh();
    await pos(calls, sale());
    const give = (lines: object[], rest: object = {}) =>
      calls.omnium("POST", path, { returns: lines, storeId: "300", ...rest });
    const part = await give([{ lineItemId: "2", returnQuantity: 1 }], { rmaNumber: "20002" });
    expect(part.json()).toMatchObject({ rmaNumber: "20002", total: 216.33, storeId: "300" });
    const read = async () => (await calls.omnium("GET", "/Orders/sitoo-1-20001")).json<Order>();
    expect(await read()).toMatchObject({ status: "PartiallyReturned", netTotal: 3422.67 });
    // Nothing tells a repeat from another return.
    await give([{ lineItemId: "2", returnQuantity: 1 }], { rmaNumber: "20002" });
    expect((await read()).returnOrderForms.map(({ rmaNumber }) => rmaNumber)).toEqual([
      "20002",
      "20002",
    ]);
    expect((await give([{ lineItemId: "2", returnQuantity: 2 }])).status).toBe(400);
    await give([
      { lineItemId: "1", returnQuantity: 1 },
      { lineItemId: "2", returnQuantity: 1 },
    ]);
    expect((await read()).status).toBe("Returned");
  });

  test("unknown order 404; unknown line, no line, bad quantity, unknown store 400", async () => {
    const calls = fresh();
    await pos(calls, sale());
    const status = async (body: unknown, to = path) =>
      (await calls.omnium("POST", to, body)).status;
    const line = { lineItemId: "1", returnQuantity: 1 };
    expect(await status({ returns: [line] }, "/Returns/none/Return")).toBe(404);
    expect(await status({ returns: [{ ...line, lineItemId: "9" }] })).toBe(400);
    expect(await status({ returns: [] })).toBe(400);
    expect(await status({ returns: [{ ...line, returnQuantity: 0 }] })).toBe(400);
    expect(await status({ returns: [line], storeId: "999" })).toBe(400);
    expect((await (await calls.as("reader"))("POST", path, { returns: [line] })).status).toBe(403);
    const made = (await calls.omnium("POST", path, { returns: [line] })).json<{
      returnId: string;
    }>();
    const update = "/Returns/sitoo-1-20001/UpdateStatus";
    expect(await status({ returnId: made.returnId, status: "Completed" }, update)).toBe(200);
    expect(await status({ returnId: "none", status: "Completed" }, update)).toBe(404);
  });
});

describe("history", () => {
  test("newest first, pages from 1, at most 100; phone and e-mail are those on the order", async () => {
    const calls = fresh();
    const mine = await historyOf(calls, `customerId=${ASTRID}`);
    expect(mine.result.map((order) => order.id)).toEqual([
      "WEB-7002",
      "10024",
      "10009",
      "10005",
      "10003",
      "10001",
      "old-0003",
    ]);
    const [, , third] = mine.result;
    expect(third).toMatchObject({ netTotal: 3029.55, billingCurrency: "SEK", storeId: "200" });
    expect(mine.result[4]).toMatchObject({ status: "PartiallyReturned", netTotal: 1099 });
    const byMail = await historyOf(calls, "email=astrid%40example.com");
    expect(byMail.result.map((order) => order.id)).toEqual(["10023"]);
    expect((await historyOf(calls, "phone=%2B46701740605")).totalHits).toBe(1);
    const second = await historyOf(calls, `customerId=${ASTRID}&page=2&pageSize=3`);
    expect(second.result.map((order) => order.id)).toEqual(["10005", "10003", "10001"]);
    const stores = await historyOf(calls, `customerId=${ASTRID}&storeId=100&storeId=300`);
    expect(stores.result.map((order) => order.id)).toEqual(["WEB-7002", "old-0003"]);
    const status = async (query: string) =>
      (await calls.omnium("GET", `/Orders/GetOrdersForCustomer?${query}`)).status;
    expect(await status("page=1")).toBe(400);
    expect(await status(`customerId=${ASTRID}&page=0`)).toBe(400);
    expect(await status(`customerId=${ASTRID}&pageSize=101`)).toBe(400);
    await calls.profile({ historyOrder: "oldest" });
    expect((await historyOf(calls, `customerId=${ASTRID}`)).result[0]?.id).toBe("old-0003");
  });

  test("the id of Sitoo is where the tenant has it", async () => {
    const calls = fresh();
    const read = async () => (await calls.omnium("GET", "/Orders/10001")).json<Order>();
    expect(await read()).toMatchObject({
      externalIds: [{ providerName: "SitooOrderId", id: "10001" }],
      properties: [],
    });
    await calls.profile({ sitooOrderIdPlace: "properties", sitooOrderIdKey: "sitooId" });
    expect(await read()).toMatchObject({
      externalIds: [],
      properties: [{ key: "sitooId", value: "10001" }],
    });
    await calls.profile({ sitooOrderIdPlace: "none" });
    expect(await read()).toMatchObject({ externalIds: [], properties: [] });
  });

  test("the history may lag", async () => {
    const calls = fresh();
    await calls.profile({ historyLagMs: 30_000 });
    await pos(calls, sale());
    expect((await historyOf(calls, `customerId=${ASTRID}`)).totalHits).toBe(7);
    await calls.control("POST", "/clock", { advanceMs: 30_000 });
    expect((await historyOf(calls, `customerId=${ASTRID}`)).totalHits).toBe(8);
  });

  test("the other calls: by path, by text from page 0, one order, search and scroll", async () => {
    const calls = fresh();
    await calls.profile({ searchLagMs: 60_000 });
    const orders = `/Orders/Customers/${ASTRID}/Orders`;
    expect((await calls.omnium("GET", orders)).json<Found<Order>>().totalHits).toBe(7);
    const text = await calls.omnium("POST", `${orders}/Search`, { searchQuery: "coat", page: 0 });
    expect(text.json<Found<Order>>().totalHits).toBe(2);
    const one = (who: string) =>
      calls.omnium("GET", `/Orders/GetOrderForCustomer?customerId=${who}&orderId=10001`);
    expect(await statusesOf([one(ASTRID), one(BERTIL)])).toEqual([200, 404]);
    const found = async (body: object) =>
      (await calls.omnium("POST", "/Orders/Search", body))
        .json<Found<Order>>()
        .result.map((order) => order.id);
    expect(await found({ customerId: id("10020") })).toEqual(["10011"]);
    expect(await found({ externalIds: ["10014"] })).toEqual(["10014"]);
    expect(
      await found({ selectedStores: ["600"], selectedStatuses: ["PartiallyReturned"] }),
    ).toEqual(["10016"]);
    expect(await found({ orderNumber: "10001" })).toEqual(["10001"]);
    await pos(calls, sale({ orderType: "Pos" }));
    expect(await found({ orderNumber: "20001" })).toEqual([]);
    await calls.control("POST", "/refresh");
    expect(await found({ orderNumber: "20001" })).toEqual(["sitoo-1-20001"]);
    const start = (await calls.omnium("POST", "/Orders/Scroll", { take: 10 })).json<Found<Order>>();
    const next = await calls.omnium("GET", `/Orders/Scroll/${start.scrollId}`);
    expect(next.json<Found<Order>>().result).toHaveLength(3);
  });
});
