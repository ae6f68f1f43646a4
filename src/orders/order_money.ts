import Big from "big.js";
import { parseMinor } from "../model/money.ts";

/**
 * Net and tax as one gross amount in minor units; undefined when `net` is absent.
 * They are added before rounding: in yen each has decimals of its own, their sum has none.
 */
export const grossMinor = (
  net: string | undefined,
  tax: string | undefined,
  currency: string,
): number | undefined =>
  net === undefined ? undefined : parseMinor(new Big(net).plus(tax ?? "0").toFixed(), currency);

/** Minor units; undefined when the text is absent. */
export const optionalMinor = (text: string | undefined, currency: string): number | undefined =>
  text === undefined ? undefined : parseMinor(text, currency);

/** "25.000" → "25", "-2" → "2": a decimal without sign and without idle zeros. */
export const plainDecimal = (text: string): string => new Big(text).abs().toFixed();

export const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
