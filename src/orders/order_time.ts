/**
 * Local time of a store with its offset, as ISO 8601: receipts carry it so
 * (contracts/voyado.md 8.2, published).
 *
 * @param unixSeconds Sitoo's `orderdate`.
 * @param zones IANA names, best first; one that does not exist is passed over.
 * @returns for example "2026-07-01T14:05:09+02:00"; UTC when no zone exists.
 */
export const localTime = (unixSeconds: number, zones: readonly (string | undefined)[]): string => {
  const utc = unixSeconds * 1000;
  for (const zone of zones) {
    if (zone === undefined) continue;
    const local = wallClock(utc, zone);
    if (local === undefined) continue;
    const minutes = Math.round((local - utc) / 60_000);
    const size = Math.abs(minutes);
    const offset = `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
    return `${new Date(local).toISOString().slice(0, 19)}${offset}`;
  }
  return `${new Date(utc).toISOString().slice(0, 19)}+00:00`;
};

const two = (value: number): string => String(value).padStart(2, "0");

/** What the wall clock shows, as if it were UTC; undefined when there is no such zone. */
export const wallClock = (utc: number, zone: string): number | undefined => {
  const clock = clockOf(zone);
  if (clock === undefined) return undefined;
  const part = new Map(clock.formatToParts(utc).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => part.get(type) ?? 0;
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
};

// Making a formatter costs far more than using it, and a tenant has few zones.
const clocks = new Map<string, Intl.DateTimeFormat | undefined>();

const clockOf = (zone: string): Intl.DateTimeFormat | undefined => {
  if (clocks.has(zone)) return clocks.get(zone);
  let clock: Intl.DateTimeFormat | undefined;
  try {
    clock = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    clock = undefined;
  }
  // Zones come from orders: a bound keeps nonsense from filling the memory.
  if (clocks.size > 500) clocks.clear();
  clocks.set(zone, clock);
  return clock;
};
