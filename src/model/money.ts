import Big from "big.js";
import { allocate as allocateDinero, dinero, toSnapshot } from "dinero.js/bigint";

/** An amount in minor units of its currency (öre, cent; whole yen; fils). Never a float. */
export type Money = { readonly minor: number; readonly currency: string };

const digits = new Map<string, number>();

/** Number of decimals of an ISO 4217 currency: SEK 2, JPY 0, KWD 3. */
export const currencyDigits = (currency: string): number => {
  const known = digits.get(currency);
  if (known !== undefined) return known;
  const found =
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions()
      .maximumFractionDigits ?? 2;
  digits.set(currency, found);
  return found;
};

/**
 * Minor units of a decimal string such as "50.00".
 * Decimals beyond the currency's own are rounded half up, away from zero:
 * Sitoo writes every amount with two decimals, also in yen.
 * @returns undefined when the text is no decimal number.
 */
export const parseMinor = (text: string, currency: string): number | undefined => {
  if (!/^[+-]?\d{1,15}(\.\d{1,12})?$/.test(text)) return undefined;
  const scaled = new Big(text).times(new Big(10).pow(currencyDigits(currency)));
  const minor = Number(scaled.round(0, Big.roundHalfUp).toFixed(0));
  return Number.isSafeInteger(minor) ? minor + 0 : undefined;
};

/** Decimal string in whole units of the currency: 5000 öre → "50.00", 50 yen → "50". */
export const formatMinor = (minor: number, currency: string): string =>
  new Big(minor).div(new Big(10).pow(currencyDigits(currency))).toFixed(currencyDigits(currency));

/**
 * A JSON number of an amount: 5000 öre → 50. Made from the decimal text, so it is the double nearest to that text
 * and is written out as it again, without the drift of a division.
 */
export const inUnits = (minor: number, currency: string): number =>
  Number(formatMinor(minor, currency));

/** The same worth in minor units of another currency. @param rate a decimal factor, from one unit to the other. */
export const convertMinor = (minor: number, from: string, rate: string, to: string): number =>
  Number(
    new Big(formatMinor(minor, from))
      .times(rate)
      .times(new Big(10).pow(currencyDigits(to)))
      .round(0, Big.roundHalfUp)
      .toFixed(0),
  ) + 0;

/**
 * Splits an amount by weights so that the parts add up to it exactly.
 * All weights zero: split evenly. No weights: nothing to carry it, so [].
 */
export const allocate = (minor: number, weights: readonly number[]): number[] => {
  if (weights.length === 0) return [];
  const ratios = weights.some((weight) => weight !== 0)
    ? weights.map((weight) => BigInt(Math.abs(weight)))
    : weights.map(() => 1n);
  // The currency plays no part in integer allocation; only its base and exponent are asked for.
  // In bigint, because amount times weight passes 2^53 in currencies of small worth.
  const amount = dinero({
    amount: BigInt(Math.abs(minor)),
    currency: { code: "XXX", base: 10n, exponent: 0n },
  });
  const sign = minor < 0 ? -1 : 1;
  return allocateDinero(amount, ratios).map((part) => sign * Number(toSnapshot(part).amount) + 0);
};

/** The part of a gross amount that is tax, at a percentage such as "25" or "6.25". */
export const taxWithin = (grossMinor: number, percent: string): number => {
  const gross = new Big(grossMinor);
  const net = gross.div(new Big(percent).div(100).plus(1));
  return Number(gross.minus(net).round(0, Big.roundHalfUp).toFixed(0)) + 0;
};
