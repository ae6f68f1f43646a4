import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ASTRID, type Calls, callsOf, type Sandbox, startSandbox } from "./harness.ts";

// contracts/voyado.md §8, §16.6.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

function fresh(): Calls {
  instance += 1;
  return callsOf(sandbox, `receipts-${instance}`);
}

const line = {
  type: "PURCHASE",
  sku: "J2",
  articleNumber: "J2",
  articleName: "Jeans",
  quantity: 1,
  grossPaidPrice: 200,
  taxAmount: 40,
  taxPercent: 25,
};
const receipt = {
  contact: { matchKey: ASTRID, matchKeyType: "contactId" },
  uniqueReceiptId: "sitoo-90316-1-1",
  receiptNumber: "R1",
  createdDate: "2026-11-20T12:00:00+01:00",
  storeExternalId: "200",
  currency: "SEK",
  totalGrossPrice: 200,
  paymentMethods: [{ type: "card", value: 200 }],
  items: [line],
};

interface Page {
  items: {
    externalId: string;
    transactionNumber: string;
    storeName: string;
    localNetPriceSum: number;
    netPriceSum: number;
    localCurrency: string;
    lineItems: { localPrice: number }[];
  }[];
  totalCount: number;
}
const history = async (calls: Calls, query = ""): Promise<Page> =>
  (await calls.voyado("GET", `/api/v2/contacts/${ASTRID}/transactions${query}`)).json<Page>();

async function problems(body: unknown, profile: Record<string, unknown> = {}): Promise<string[]> {
  const calls = fresh();
  await calls.controlVoyado("POST", "/profile", profile);
  const answer = await calls.voyado("POST", "/api/v3/receipts", body);
  if (answer.status < 300) return [];
  const { errorCode, validationErrors } = answer.json<{
    errorCode: string;
    validationErrors: { errorDescription: string }[];
  }>();
  expect([answer.status, errorCode]).toEqual([422, "ValidationError"]);
  return validationErrors.map(({ errorDescription }) => errorDescription);
}

describe("what a receipt must hold", () => {
  test("a right one is taken", async () => {
    expect(await problems(receipt)).toEqual([]);
    expect((await fresh().voyado("POST", "/api/v3/receipts", {})).status).toBe(400);
  });

  test.each([
    "contact",
    "uniqueReceiptId",
    "receiptNumber",
    "createdDate",
    "storeExternalId",
    "currency",
    "totalGrossPrice",
    "paymentMethods",
    "items",
  ])("%s is required", async (name) => {
    const { [name as keyof typeof receipt]: _left, ...rest } = receipt;
    expect((await problems(rest)).join()).toContain(
      name === "contact" ? "contact" : `${name} is required`,
    );
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ["UTC time", { createdDate: "2026-11-20T11:00:00Z" }, /createdDate/],
    ["unknown store", { storeExternalId: "999" }, /store/],
    [
      "unknown contact",
      { contact: { matchKey: "0badcafe-0000-4000-8000-000000000000", matchKeyType: "contactId" } },
      /not found/,
    ],
    [
      "unknown match key type",
      { contact: { matchKey: "x", matchKeyType: "shoeSize" } },
      /matchKeyType/,
    ],
    [
      "several contacts",
      { contact: { matchKey: "+46701740607", matchKeyType: "mobilePhone" } },
      /More than one/,
    ],
    ["wrong total", { totalGrossPrice: 199 }, /totalGrossPrice/],
    ["money as text", { totalGrossPrice: "200.00" }, /must be a number/],
    ["no payment", { paymentMethods: [] }, /paymentMethods/],
    ["currency without a rate", { currency: "CHF" }, /exchange rate/],
    ["small letters", { currency: "sek" }, /ISO 4217/],
    ["tax that disagrees", { items: [{ ...line, taxAmount: 50 }] }, /taxAmount/],
    ["tax of the net price", { items: [{ ...line, taxAmount: 40.03 }] }, /taxAmount/],
    ["negative purchase", { items: [{ ...line, quantity: -1 }] }, /PURCHASE/],
    [
      "positive return",
      {
        items: [{ ...line, type: "RETURN" }],
        totalGrossPrice: -200,
        paymentMethods: [{ type: "card", value: -200 }],
      },
      /RETURN/,
    ],
    [
      "negative price on a return",
      { items: [{ ...line, type: "RETURN", quantity: -1, grossPaidPrice: -200, taxAmount: -40 }] },
      /must not be negative/,
    ],
    [
      "positive payment on a return",
      { items: [{ ...line, type: "RETURN", quantity: -1 }], totalGrossPrice: -200 },
      /Payments of a return/,
    ],
    ["unknown line type", { items: [{ ...line, type: "SALE" }] }, /type must be/],
    ["line without article", { items: [{ ...line, articleName: "" }] }, /articleName/],
  ])("%s is refused", async (_name, change, expected) => {
    expect((await problems({ ...receipt, ...change })).join("\n")).toMatch(expected);
  });

  test("tax may be off by two minor units of the currency, and no more", async () => {
    expect(await problems({ ...receipt, items: [{ ...line, taxAmount: 40.02 }] })).toEqual([]);
    const profile = { exchangeRates: { JPY: "0.07", KWD: "34" } };
    const foreign = (currency: string, taxAmount: number) => ({
      ...receipt,
      currency,
      items: [{ ...line, taxAmount }],
    });
    expect(await problems(foreign("JPY", 42), profile)).toEqual([]);
    expect(await problems(foreign("JPY", 43), profile)).not.toEqual([]);
    expect(await problems(foreign("KWD", 40.002), profile)).toEqual([]);
    expect(await problems(foreign("KWD", 40.003), profile)).not.toEqual([]);
  });

  test("the total is exact decimal arithmetic, and unchecked with the toggle", async () => {
    const cents = { ...line, grossPaidPrice: 0.1, taxAmount: 0.02 };
    const three = {
      ...receipt,
      items: [cents, cents, cents],
      totalGrossPrice: 0.3,
      paymentMethods: [{ type: "card", value: 0.3 }],
    };
    expect(await problems(three)).toEqual([]);
    expect(
      await problems(
        { ...receipt, totalGrossPrice: 217.75 },
        { skipReceiptTotalGrossPriceValidation: true },
      ),
    ).toEqual([]);
  });

  test("a mixed receipt: sum of purchases less sum of returns", async () => {
    const mixed = {
      ...receipt,
      items: [line, { ...line, type: "RETURN", quantity: -1, grossPaidPrice: 50, taxAmount: 10 }],
      totalGrossPrice: 150,
    };
    expect(await problems(mixed)).toEqual([]);
  });

  test("matches by other keys and in both spellings", async () => {
    for (const contact of [
      { matchKey: "astrid@example.com", matchKeyType: "Email" },
      { matchKey: "10012", matchKeyType: "memberNumber" },
      { matchKey: "189001019802", matchKeyType: "socialSecurityNumber" },
      { matchKey: "+46701740605", matchKeyType: "MobilePhone" },
    ]) {
      expect(await problems({ ...receipt, contact })).toEqual([]);
    }
  });
});

describe("import", () => {
  test("2xx at once, in the history after the delay, with points", async () => {
    const calls = fresh();
    await calls.controlVoyado("POST", "/profile", { receiptDelayMs: 900_000 });
    expect((await calls.voyado("POST", "/api/v3/receipts", receipt)).status).toBe(202);
    expect((await history(calls)).totalCount).toBe(3);
    await calls.controlVoyado("POST", "/clock", { advanceMs: 899_000 });
    expect((await history(calls)).totalCount).toBe(3);
    await calls.controlVoyado("POST", "/clock", { advanceMs: 60_000 });
    const { items } = await history(calls);
    expect(items[0]).toMatchObject({
      externalId: "sitoo-90316-1-1",
      transactionNumber: "R1",
      storeName: "City",
      localNetPriceSum: 200,
    });
    const account = (await calls.voyado("GET", `/api/v3/point-accounts?contactId=${ASTRID}`)).json<{
      items: { id: string; balance: number }[];
    }>().items[0];
    expect(account?.balance).toBe(1450);
    const moves = (
      await calls.voyado("GET", `/api/v3/point-transactions?accountId=${account?.id}`)
    ).json<{
      items: { amount: number }[];
    }>();
    expect(moves.items.map(({ amount }) => amount)).toContain(200);
  });

  test("a repeat is dropped silently, even a hundred at once; the audit shows it", async () => {
    const calls = fresh();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => calls.voyado("POST", "/api/v3/receipts", receipt)),
    );
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    await calls.voyado("POST", "/api/v2/transactions", {
      receipts: [{ ...receipt, receiptNumber: "other" }],
    });
    expect((await history(calls)).totalCount).toBe(4);
    const { receipts } = (await calls.controlVoyado("GET", "/state")).json<{
      receipts: { uniqueReceiptId: string; repeats: { differs: boolean }[] }[];
    }>();
    const repeats =
      receipts.find(({ uniqueReceiptId }) => uniqueReceiptId === receipt.uniqueReceiptId)
        ?.repeats ?? [];
    expect([repeats.length, repeats.filter(({ differs }) => differs).length]).toEqual([100, 1]);
  });

  test("history is paged, in the order of the profile, in both currencies", async () => {
    const calls = fresh();
    await calls.voyado("POST", "/api/v3/receipts", {
      ...receipt,
      storeExternalId: "400",
      currency: "NOK",
    });
    expect((await history(calls, "?offset=0&count=1")).items[0]).toMatchObject({
      localCurrency: "NOK",
      localNetPriceSum: 200,
      netPriceSum: 196,
    });
    await calls.controlVoyado("POST", "/profile", { transactionsOrder: "oldest" });
    expect((await history(calls, "?offset=0&count=1")).items[0]?.externalId).toBe("old-0001");
    expect((await history(calls, "?offset=3&count=10")).items).toHaveLength(1);
    expect(
      (await calls.voyado("GET", `/api/v2/contacts/${ASTRID}/transactions?offset=-1`)).status,
    ).toBe(400);
    expect((await calls.voyado("GET", `/api/v3/contacts/${ASTRID}/transactions`)).status).toBe(404);
  });

  test("a line that awards no bonus brings none, and its return takes none", async () => {
    const calls = fresh();
    const points = async () =>
      (await calls.voyado("GET", `/api/v3/contacts/${ASTRID}`)).json<{
        attributes: { bonusPoints: number };
      }>().attributes.bonusPoints;
    const card = { ...line, sku: "GC", grossPaidPrice: 500, taxAmount: 0, taxPercent: 0 };
    await calls.voyado("POST", "/api/v3/receipts", {
      ...receipt,
      items: [line, { ...card, awardsBonus: false }],
      totalGrossPrice: 700,
    });
    await calls.controlVoyado("POST", "/clock", { advanceMs: 1 });
    await history(calls);
    expect(await points()).toBe(1450);
    await calls.voyado("POST", "/api/v3/receipts", {
      ...receipt,
      uniqueReceiptId: "back",
      items: [{ ...card, type: "RETURN", quantity: -1, awardsBonus: false }],
      totalGrossPrice: -500,
      paymentMethods: [{ type: "card", value: -500 }],
    });
    await history(calls);
    expect(await points()).toBe(1450);
    expect(await problems({ ...receipt, items: [{ ...line, awardsBonus: "no" }] })).toEqual([
      "items[0]: awardsBonus must be true or false.",
    ]);
  });

  test("a return takes points back", async () => {
    const calls = fresh();
    const back = {
      ...receipt,
      uniqueReceiptId: "r",
      items: [{ ...line, type: "RETURN", quantity: -1 }],
      totalGrossPrice: -200,
      paymentMethods: [{ type: "card", value: -200 }],
    };
    await calls.voyado("POST", "/api/v3/receipts", back);
    expect((await history(calls)).items[0]).toMatchObject({ localNetPriceSum: -200 });
    const contact = (await calls.voyado("GET", `/api/v3/contacts/${ASTRID}`)).json<{
      attributes: { bonusPoints: number };
    }>();
    expect(contact.attributes.bonusPoints).toBe(1050);
  });
});
