import { isoWithOffset } from "../iso_time.ts";
import type { Read } from "./customer_wire.ts";

/**
 * v2 writes times without a zone: UTC (assumed), unless that were still to come, then Stockholm's. It
 * matters for a customer of a moment ago alone, who may be the one that a create without an answer made.
 */
export const timeOf = (text: string | undefined, now: number): string | undefined => {
  if (text === undefined) return undefined;
  const utc = isoWithOffset(text, "UTC");
  return utc !== undefined && Date.parse(utc) > now + 60_000
    ? isoWithOffset(text, "Europe/Stockholm")
    : utc;
};

const newForMs = 600_000;

/** Added so lately that a create may have broken off between its steps. */
export const isNew = ({ subscriber }: Read, now: number): boolean =>
  now - Date.parse(timeOf(subscriber.createdAt, now) ?? "") < newForMs;

const stamps = new Map<string, Intl.DateTimeFormat>();

/** `YYYY-MM-DD HH:MM:SS`, the form of Rule's own fields (contracts/rule.md 5), in a time zone. */
export const localStamp = (epochMs: number, timeZone: string): string => {
  const stamp =
    stamps.get(timeZone) ??
    new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  stamps.set(timeZone, stamp);
  return stamp.format(epochMs);
};
