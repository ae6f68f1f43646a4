const offsets = new Map<string, Intl.DateTimeFormat>();

/** "+02:00" in a time zone at an instant. */
const offsetAt = (epochMs: number, timeZone: string): string => {
  let format = offsets.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
    offsets.set(timeZone, format);
  }
  const name =
    format.formatToParts(epochMs).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  return name === "GMT" ? "+00:00" : name.slice("GMT".length);
};

const minutesOf = (offset: string): number => {
  const [hours = "0", minutes = "0"] = offset.slice(1).split(":");
  return (offset.startsWith("-") ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
};

const isoPattern =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(\.\d{1,3})?\d*(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * A CRM's time as ISO 8601 with an offset. Samples carry one; where it is missing the time is read in
 * the market's time zone (assumed), and a bare date as its first or last second.
 * @returns undefined when the text is no date.
 */
export const isoWithOffset = (
  text: string,
  timeZone: string,
  bareDate: "starts" | "ends" = "starts",
): string | undefined => {
  const [, date, time, seconds = ":00", fraction = "", offset] = isoPattern.exec(text.trim()) ?? [];
  if (date === undefined) return undefined;
  const bare = bareDate === "starts" ? "00:00:00" : "23:59:59";
  const local = `${date}T${time === undefined ? bare : time + seconds + fraction}`;
  if (offset !== undefined) return instant(`${local}${offset.toUpperCase()}`);

  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  // Twice, because the first offset is that of another instant, perhaps across a clock change.
  const nearby = minutesOf(offsetAt(asUtc, timeZone));
  return local + offsetAt(asUtc - nearby * 60_000, timeZone);
};

const instant = (iso: string): string | undefined =>
  Number.isNaN(Date.parse(iso)) ? undefined : iso;
