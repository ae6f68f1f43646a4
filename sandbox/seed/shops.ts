/** The shops of the invented retailer: one list, because Sitoo's externalid and Engage's store externalId must agree. */
export interface Shop {
  externalId: string;
  storeId: number;
  warehouseId: number;
  name: string;
  street: string;
  zip: string;
  city: string;
  country: string;
  currency: string;
  timeZone: string;
  /** US sales tax in percent, outside of VAT. */
  salesTax?: string;
  registers: readonly { id: string; key: string }[];
}

/** Receipt ids are registerkey + number, as in the published sample SII000000150000110009 (assumed). */
const register = (digit: string): { id: string; key: string } => ({
  id: `{0000000${digit}-AAAA-4AAA-8AAA-AAAAAAAAAAAA}`,
  key: `SII000000150000${digit}1`,
});

export const SHOPS: readonly Shop[] = [
  {
    externalId: "200",
    storeId: 1,
    warehouseId: 11,
    name: "City",
    street: "Exempelgatan 1",
    zip: "111 11",
    city: "Stockholm",
    country: "SE",
    currency: "SEK",
    timeZone: "Europe/Stockholm",
    registers: [register("1"), register("2")],
  },
  {
    externalId: "300",
    storeId: 2,
    warehouseId: 12,
    name: "Harbour",
    street: "Provgatan 3",
    zip: "411 11",
    city: "Göteborg",
    country: "SE",
    currency: "SEK",
    timeZone: "Europe/Stockholm",
    registers: [register("3")],
  },
  {
    externalId: "400",
    storeId: 3,
    warehouseId: 13,
    name: "Oslo",
    street: "Eksempelveien 4",
    zip: "0150",
    city: "Oslo",
    country: "NO",
    currency: "NOK",
    timeZone: "Europe/Oslo",
    registers: [register("4")],
  },
  {
    externalId: "500",
    storeId: 4,
    warehouseId: 14,
    name: "Helsinki",
    street: "Esimerkkikatu 5",
    zip: "00100",
    city: "Helsinki",
    country: "FI",
    currency: "EUR",
    timeZone: "Europe/Helsinki",
    registers: [register("5")],
  },
  {
    externalId: "600",
    storeId: 5,
    warehouseId: 15,
    name: "New York",
    street: "6 Sample Street",
    zip: "10001",
    city: "New York",
    country: "US",
    currency: "USD",
    timeZone: "America/New_York",
    salesTax: "8.875",
    registers: [register("6")],
  },
];
