import type { JsonObject } from "../json.ts";
import { refund, exchange } from "../sitoo/refund.ts";
import { saleInput, sell } from "../sitoo/sell.ts";
import { STAFF, type Till } from "../sitoo/till.ts";
import { SHOPS } from "./shops.ts";
import { history } from "./sitoo_orders.ts";

const DAY = 86_400;

/** Fills an empty account. Order ids are 10001 and up in the order of seed/sitoo_orders.ts. */
export function seedSitoo(till: Till): void {
  for (const kind of ["stores", "warehouses", "cashregisters", "users", "vouchers"] as const) {
    for (const row of MASTER[kind](till.now)) till.resources.rows[kind].put(row);
  }
  for (const [index, { kind, daysAgo, ...input }] of history().entries()) {
    const sale = saleInput.parse({
      orderId: 10_001 + index,
      ...input,
      at: till.now - daysAgo * DAY + index,
    });
    if (kind === "sale") sell(till, sale);
    else if (kind === "return") refund(till, sale);
    else exchange(till, sale);
  }
}

const MASTER: Record<
  "stores" | "warehouses" | "cashregisters" | "users" | "vouchers",
  (now: number) => JsonObject[]
> = {
  stores: () =>
    SHOPS.map((shop) => ({
      storeid: shop.storeId,
      eshopid: 1,
      storetype: 10,
      name: shop.name,
      externalid: shop.externalId,
      externalgroupid: shop.country,
      phone: "",
      email: `store${shop.externalId}@example.com`,
      address: shop.street,
      address2: "",
      zip: shop.zip,
      city: shop.city,
      state: shop.country === "US" ? "NY" : "",
      countryid: shop.country.toLowerCase(),
      latitude: null,
      longitude: null,
      nearby_stores: [],
      tags: [],
      additional_data: {},
    })),
  warehouses: () =>
    SHOPS.map((shop) => ({
      warehouseid: shop.warehouseId,
      warehousetype: 10,
      usetype: 10,
      storeid: shop.storeId,
      sellable: true,
      currencycode: shop.currency,
      name: shop.name,
      address: shop.street,
      zip: shop.zip,
      city: shop.city,
      countryid: shop.country.toLowerCase(),
      externalid: `W${shop.externalId}`,
    })),
  cashregisters: () =>
    SHOPS.flatMap((shop) =>
      shop.registers.map(({ id, key }) => ({
        registerid: id,
        manufacturerid: "SII",
        registerkey: key,
        company: "Exempel AB",
        companyid: "559999-9999",
        address: shop.street,
        zip: shop.zip,
        city: shop.city,
        countryid: shop.country.toLowerCase(),
        currencycode: shop.currency,
        receiptlanguagetag: "en",
        storesettingid: shop.storeId,
        warehouseid: shop.warehouseId,
        salestaxgroupid: shop.salesTax === undefined ? null : 1,
      })),
    ),
  users: (now) => [
    user(
      STAFF.userid,
      {
        email: "staff@example.com",
        namefirst: "Siri",
        namelast: "Kassa",
        externalid: STAFF.externalid,
        role: 20,
        warehouses: SHOPS.map(({ warehouseId }) => warehouseId),
      },
      now,
    ),
    user(
      "{AAAAAAAA-0000-4000-8000-000000000002}",
      {
        email: "manager@example.com",
        namefirst: "Max",
        namelast: "Butik",
        externalid: "staff-2",
        role: 30,
        warehouses: [11],
      },
      now,
    ),
    user(
      "{BBBBBBBB-0000-4000-8000-000000000001}",
      {
        email: "register.customer@example.org",
        namefirst: "Rakel",
        namelast: "Register",
        customernumber: "C-1",
        mobile: "+46701740630",
        voucherpasswords: ["member"],
      },
      now,
    ),
    user(
      "{BBBBBBBB-0000-4000-8000-000000000002}",
      {
        email: "second.customer@example.org",
        namefirst: "Sten",
        namelast: "Register",
        customernumber: "C-2",
        mobile: "+46701740631",
      },
      now,
    ),
  ],
  vouchers: (now) => [
    voucher(1, "member", "Member discount 5%", { vouchertype: 110, value_x: 5 }, now),
    voucher(2, "staff", "Staff discount 20%", { vouchertype: 110, value_x: 20 }, now),
    voucher(
      3,
      "member_pricelist",
      "Member price list",
      { vouchertype: 110, value_x: 0, pricelisttags: ["member"] },
      now,
    ),
    voucher(4, "spring_member", "Spring 100 off", { vouchertype: 100, money_m: "100.00" }, now),
  ],
};

function user(userid: string, rest: JsonObject, now: number): JsonObject {
  const empty = Object.fromEntries(
    [
      "personalid",
      "externalid",
      "company",
      "department",
      "companyid",
      "address",
      "address2",
      "zip",
      "city",
      "state",
      "phone",
      "mobile",
      "notes",
      "customernumber",
    ].map((name) => [name, ""]),
  );
  return {
    userid,
    ...empty,
    countryid: "se",
    datecreated: now - 300 * DAY,
    datemodified: now - 20 * DAY,
    voucherpasswords: [],
    role: 0,
    warehouses: [],
    ...rest,
  };
}

function voucher(
  voucherid: number,
  voucherpassword: string,
  vouchername: string,
  rest: JsonObject,
  now: number,
): JsonObject {
  return {
    voucherid,
    activepos: true,
    vouchercode: `V${voucherid}`,
    voucherpassword,
    vouchername,
    vouchercomment: "",
    voucherterms: "",
    datecreated: now - 200 * DAY,
    datestart: now - 200 * DAY,
    dateend: null,
    tags: [],
    value_x: 0,
    value_y: 0,
    value_z: 0,
    money_m: "0.00",
    money_n: "0.00",
    vouchername1: "",
    vouchername2: "",
    vouchercode1: "",
    vouchercode2: "",
    maxuses: 1,
    priority: 3,
    pricelisttags: [],
    vouchergrouptype: 10,
    voucherstate: 10,
    products: [],
    productoptions: [],
    discountoptions: [],
    ...rest,
  };
}
