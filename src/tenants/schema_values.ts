import * as z from "zod/mini";
import { isCalendarDay } from "../model/calendar_day.ts";

/**
 * The single values that a tenant file is made of. Each message says what is wanted,
 * because it is read by an integrator beside the line it is about.
 */

/** Tenant and channel names stand in a URL (design.md 3). */
export const pathName = (what: string, reserved: readonly string[] = []) =>
  z.string().check(
    z.regex(
      /^[a-z][a-z0-9-]{1,31}$/,
      `must be 2 to 32 characters of a to z, 0 to 9 and "-", and begin with a letter`,
    ),
    z.refine((name) => !reserved.includes(name), {
      error: `is a path of the gateway's own; give the ${what} another name`,
    }),
  );

/** Any text that is not empty. */
export const text = z
  .string()
  .check(z.trim(), z.minLength(1, "must not be empty"), z.maxLength(500, "is too long"));

/** An id that YAML may read as a number: store, register, staff. */
export const idText = z.pipe(
  z.union([z.string().check(z.trim(), z.minLength(1, "must not be empty")), z.int()]),
  z.transform(String),
);

/** Stored encrypted; `${NAME}` in the file. `literal: true` lets a file hold it in clear. */
export const secret = (options: { readonly literal?: boolean } = {}) =>
  z
    .string()
    .check(z.trim(), z.minLength(1, "must not be empty"), z.maxLength(4_000, "is too long"))
    .register(z.globalRegistry, { secret: true, literal: options.literal === true });

const regionNames = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
const languageNames = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });

/** True for an ISO 3166 alpha-2 code in upper case; an alias such as UK is not one. */
export const isCountry = (code: string): boolean =>
  /^[A-Z]{2}$/.test(code) &&
  code !== "ZZ" &&
  regionNames.of(code) !== undefined &&
  new Intl.Locale(`und-${code}`).region === code;

export const country = z.string().check(
  z.refine(isCountry, {
    error: "is no ISO 3166 country code of two capital letters, such as SE",
  }),
);

const isLocale = (tag: string): boolean => {
  try {
    const locale = new Intl.Locale(tag);
    return languageNames.of(locale.language) !== undefined;
  } catch {
    return false;
  }
};

/** BCP 47, written with its usual capitals: sv-SE. */
export const locale = z.pipe(
  z
    .string()
    .check(
      z.refine(isLocale, { error: "is no locale: language, a hyphen, country, such as sv-SE" }),
    ),
  z.transform((tag) => new Intl.Locale(tag).toString()),
);

const currencies = new Set(Intl.supportedValuesOf("currency"));
export const currency = z.string().check(
  z.refine((code) => currencies.has(code), {
    error: "is no ISO 4217 currency of three capital letters, such as SEK",
  }),
);

const isTimeZone = (name: string): boolean => {
  try {
    const { timeZone: zone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    // Offsets such as +01:00 pass too, and know no summer time.
    return zone !== "" && (name.includes("/") || name === "UTC");
  } catch {
    return false;
  }
};
export const timeZone = z.string().check(
  z.refine(isTimeZone, {
    error: "is no IANA time zone, such as Europe/Stockholm",
  }),
);

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `2m`, `4h`, `7d`, in milliseconds; undefined when it is none of these. */
export const parseDuration = (written: string): number | undefined => {
  const found = /^(\d{1,6})\s?([smhd])$/.exec(written.trim());
  if (found === null) return undefined;
  return Number(found[1]) * unitMs[found[2] as keyof typeof unitMs];
};

/** @param most the longest that makes sense, written the same way. */
export const duration = (most: string) =>
  z.pipe(
    z.string().check(
      z.refine((written) => (parseDuration(written) ?? 0) > 0, {
        error: "is no duration: a number and s, m, h or d, such as 90s, 2m or 4h",
        abort: true,
      }),
      z.refine((written) => (parseDuration(written) ?? 0) <= (parseDuration(most) ?? 0), {
        error: `is longer than ${most}`,
      }),
    ),
    z.transform((written) => parseDuration(written) ?? 0),
  );

/** A calendar day, YYYY-MM-DD. */
export const day = z
  .string()
  .check(z.refine(isCalendarDay, "is no day: write YYYY-MM-DD, such as 2026-12-01"));

/** A positive decimal number, kept as text so that no float comes near money. */
export const decimal = z.pipe(z.union([z.string(), z.number()]), z.transform(String)).check(
  z.refine((written) => /^\d{1,9}(\.\d{1,9})?$/.test(written) && Number(written) > 0, {
    error: 'is no positive decimal number, such as "0.98"',
  }),
);

const localHost = /^(localhost|127\.0\.0\.1)$/;

/** True for an address that only a gateway in local mode may call. */
export const isLocalUrl = (url: string): boolean =>
  URL.canParse(url) && localHost.test(new URL(url).hostname);

const urlFault = (written: string): string | undefined => {
  if (!URL.canParse(written)) return "is no URL, such as https://acme.example.com/api/";
  const url = new URL(written);
  const local = localHost.test(url.hostname);
  if (url.username !== "" || url.password !== "") return "must not hold a user name or password";
  if (url.search !== "" || url.hash !== "") return "must end with the path: no ? or #";
  if (url.protocol !== "https:" && !(local && url.protocol === "http:"))
    return "must begin with https://";
  if (!local && (/^[\d.]+$/.test(url.hostname) || url.hostname.startsWith("[")))
    return "must name a host, not an IP address";
  if (!local && !url.hostname.includes(".")) return "must name a public host";
  return undefined;
};

/** Where an API is. http only on this machine; trailing slashes are dropped. */
export const apiUrl = z.pipe(
  z.string().check(
    z.trim(),
    z.superRefine((written, context) => {
      const fault = urlFault(written);
      if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
    }),
  ),
  z.transform((written) =>
    URL.canParse(written) ? new URL(written).href.replace(/\/+$/, "") : "",
  ),
);

const patternFault = (pattern: string): string | undefined => {
  if (pattern.length > 200) return "is longer than 200 characters";
  let groups: number;
  try {
    RegExp(pattern);
    // An empty alternative always matches, and the match lists every group of the pattern.
    groups = (new RegExp(`${pattern}|`).exec("")?.length ?? 1) - 1;
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message.split(": ").at(-1) : undefined;
    return `is no regular expression: ${reason ?? "it does not compile"}`;
  }
  if (groups !== 1)
    return `has ${groups} capturing groups; it needs exactly one, around the member number (others: (?:…))`;
  // A repeated group that repeats inside can take exponential time on a scan that does not match.
  if (/\([^()]*[+*}][^()]*\)\s*(?:[+*]|\{\d+,)/.test(pattern))
    return "repeats a group that itself repeats, which can stall a till; write it without the outer repeat";
  return undefined;
};

/** A regular expression with exactly one capturing group. */
export const memberNumberPattern = z.string().check(
  z.superRefine((pattern, context) => {
    const fault = patternFault(pattern);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  }),
);

/** One text or a list of them, as pasted files have both. */
export const textList = z.pipe(
  z.union([text, z.array(text)]),
  z.transform((value) => (typeof value === "string" ? [value] : value)),
);
