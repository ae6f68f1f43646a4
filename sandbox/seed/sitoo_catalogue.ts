/** What the tills sell. Gross prices per currency; in USD the price is without tax, as in American shops. */
export interface Product {
  productid: number;
  sku: string;
  name: string;
  group: string;
  prices: Record<string, string>;
  /** VAT in percent per country; the US has none, its sales tax is added per order. */
  vat: Record<string, string>;
  giftCard?: boolean;
}

const STANDARD = { SE: "25", NO: "25", FI: "25.5", US: "0" };
const FOOD = { SE: "12", NO: "15", FI: "14", US: "0" };
const BOOKS = { SE: "6", NO: "0", FI: "10", US: "0" };
const NONE = { SE: "0", NO: "0", FI: "0", US: "0" };

const prices = (SEK: string, NOK: string, EUR: string, USD: string): Record<string, string> => ({
  SEK,
  NOK,
  EUR,
  USD,
});

export const CATALOGUE: readonly Product[] = [
  {
    productid: 1001,
    sku: "A1",
    name: "Coat",
    group: "Outerwear",
    prices: prices("2990.00", "2999.00", "279.00", "299.00"),
    vat: STANDARD,
  },
  {
    productid: 1002,
    sku: "J2",
    name: "Jeans",
    group: "Trousers",
    prices: prices("899.00", "949.00", "89.90", "95.00"),
    vat: STANDARD,
  },
  {
    productid: 1003,
    sku: "S3",
    name: "Socks",
    group: "Accessories",
    prices: prices("59.90", "64.90", "5.95", "6.50"),
    vat: STANDARD,
  },
  {
    productid: 1004,
    sku: "T4",
    name: "T-shirt",
    group: "Tops",
    prices: prices("249.00", "259.00", "24.95", "25.00"),
    vat: STANDARD,
  },
  {
    productid: 1005,
    sku: "C5",
    name: "Coffee beans 500 g",
    group: "Food",
    prices: prices("99.00", "109.00", "9.90", "11.00"),
    vat: FOOD,
  },
  {
    productid: 1006,
    sku: "B6",
    name: "Cookbook",
    group: "Books",
    prices: prices("199.00", "229.00", "19.90", "22.00"),
    vat: BOOKS,
  },
  {
    productid: 1007,
    sku: "BAG",
    name: "Paper bag",
    group: "Bags",
    prices: prices("5.00", "5.00", "0.50", "0.25"),
    vat: STANDARD,
  },
  {
    productid: 1008,
    sku: "GC",
    name: "Gift card",
    group: "Gift cards",
    prices: prices("500.00", "500.00", "50.00", "50.00"),
    vat: NONE,
    giftCard: true,
  },
];
