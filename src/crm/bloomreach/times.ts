import { isoWithOffset } from "../iso_time.ts";

/** Later than any year that unix seconds could mean: such a number is of milliseconds. */
const milliseconds = 1e11;

/** A time as ISO 8601: unix seconds, as Bloomreach has them, or a text of a retailer's own scenario. */
export const isoOf = (
  value: unknown,
  timeZone: string,
  bareDate: "starts" | "ends" = "starts",
): string | undefined => {
  if (typeof value === "string") return isoWithOffset(value, timeZone, bareDate);
  if (typeof value !== "number") return undefined;
  const at = new Date(Math.abs(value) > milliseconds ? value : value * 1000);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
};
