import type { Json } from "../json.ts";

const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d+)?Z?$/;

/**
 * Time of an event in unix seconds: a number, or ISO 8601 with `Z` or without a zone (published; then UTC, assumed).
 * Undefined for all else, so for an offset such as +02:00. Milliseconds are not recognised as such (published): they
 * are seconds of a far future.
 */
export function eventTime(value: Json | undefined): number | undefined {
  if (typeof value === "number") return micros(value);
  const match = typeof value === "string" ? ISO.exec(value) : null;
  if (match === null) return undefined;
  const [, day = "", time = "", fraction = ""] = match;
  const whole = Date.parse(`${day}T${time}Z`) / 1000;
  return Number.isNaN(whole) ? undefined : micros(whole + Number(`0${fraction}`));
}

/** Six decimals are kept (published). */
export function micros(seconds: number): number {
  return Number(seconds.toFixed(6));
}
