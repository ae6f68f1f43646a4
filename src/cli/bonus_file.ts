import { read, type Sheet2JSONOpts, utils, type WorkSheet } from "@e965/xlsx";
import { Refusal } from "./refusal.ts";

/** One line of the file, as the operations API takes it. */
export type BonusLine = {
  /** As spreadsheets count: the head is line 1. */
  readonly row: number;
  readonly mobile?: string;
  readonly email?: string;
  readonly checks: readonly Readonly<Record<string, string>>[];
};
export type BonusFile = {
  readonly lines: readonly BonusLine[];
  /** Lines that cannot be sent. */
  readonly faults: readonly { readonly row: number; readonly why: string }[];
};

/** Heads as people and Rule's own exports write them; capitals, blanks and underscores do not count. */
const heads: Readonly<Record<string, readonly string[]>> = {
  email: ["email", "emailaddress", "epost", "epostadress"],
  mobile: ["mobile", "phone", "phonenumber", "mobil", "mobilnummer", "telefon", "telefonnummer"],
  id: ["id", "checkid", "bonuscheckid", "bonusid"],
  name: ["name", "checkname", "namn"],
  description: ["description", "beskrivning"],
  value: ["value", "amount", "remaining", "belopp", "värde"],
  currency: ["currency", "valuta"],
  valid_until: ["validuntil", "expires", "dateexpires", "expirydate", "giltigtill"],
  bonuschecks: ["bonuschecks", "sitoocontact.bonuschecks"],
};
const memberOf = (head: string): string | undefined => {
  const plain = head.toLowerCase().replaceAll(/[\s_-]/g, "");
  return Object.entries(heads).find(([, words]) => words.includes(plain))?.[0];
};

/** UTF-8, UTF-16 as Excel's "Unicode text", else Windows' own. */
const decoded = (bytes: Uint8Array): string => {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
};

const sheetOf = (name: string, bytes: Uint8Array): WorkSheet => {
  const isText = /\.(csv|txt|tsv)$/i.test(name);
  if (!isText && !/\.xlsx?$/i.test(name))
    throw new Refusal(2, `${name}: must be .xlsx, .xls, .csv, or tab-separated .txt`);
  try {
    const book = isText
      ? // `raw`: a phone that begins with 0 stays text.
        read(decoded(bytes), { type: "string", raw: true })
      : read(bytes, { type: "array", cellDates: true });
    const sheet = book.Sheets[book.SheetNames[0] ?? ""];
    if (sheet !== undefined) return sheet;
  } catch {
    // Told below; what the library says may quote the file.
  }
  throw new Refusal(1, `${name}: cannot be read as a ${isText ? "table" : "workbook"}`);
};

/** Days as YYYY-MM-DD, numbers as they are and not as a cell shows them. */
const cellText = (cell: unknown): string => {
  if (cell instanceof Date) {
    // Midnight of the sheet's own day, perhaps some seconds off.
    const at = new Date(cell.getTime() + 60_000);
    const part = (value: number) => String(value).padStart(2, "0");
    return `${at.getFullYear()}-${part(at.getMonth() + 1)}-${part(at.getDate())}`;
  }
  return typeof cell === "string" || typeof cell === "number" || typeof cell === "boolean"
    ? String(cell).trim()
    : "";
};

const lineOf = (members: Readonly<Record<string, string>>, row: number): BonusLine | string => {
  const { email = "", mobile = "", bonuschecks = "", ...check } = members;
  if (email === "" && mobile === "") return "neither phone nor e-mail";
  const checks = bonuschecks === "" ? [check] : checksIn(bonuschecks);
  if (checks === undefined) return "bonuschecks is no JSON of checks";
  if (checks.some(({ id = "", value = "" }) => id === "" || value === ""))
    return "a check needs id and value";
  return {
    row,
    ...(mobile === "" ? {} : { mobile }),
    ...(email === "" ? {} : { email }),
    checks: checks.map((one) =>
      Object.fromEntries(Object.entries(one).filter(([, value]) => value !== "")),
    ),
  };
};

/** A cell as Rule's own import has it: the field's JSON. */
const checksIn = (cell: string): Record<string, string>[] | undefined => {
  let json: unknown;
  try {
    json = JSON.parse(cell);
  } catch {
    return undefined;
  }
  const known = ["id", "name", "description", "value", "currency", "valid_until"];
  const list: unknown[] = Array.isArray(json) ? json : [json];
  if (!list.every((one) => typeof one === "object" && one !== null)) return undefined;
  return list.map((one) =>
    Object.fromEntries(
      Object.entries(one)
        .filter(([name]) => known.includes(name))
        .map(([name, value]: [string, unknown]) => [name, cellText(value)]),
    ),
  );
};

/** A file of subscribers and their bonus checks, line by line: the first sheet, heads in its first line. */
export const readBonusFile = (name: string, bytes: Uint8Array): BonusFile => {
  const options: Sheet2JSONOpts = { header: 1, raw: true, defval: "", blankrows: true };
  const [head = [], ...rows] = utils.sheet_to_json<unknown[]>(sheetOf(name, bytes), options);
  const members = head.map((cell) => memberOf(cellText(cell)));
  if (!members.includes("email") && !members.includes("mobile"))
    throw new Refusal(1, `${name}: the first line has no head "email" or "mobile"`);
  if (!members.includes("bonuschecks") && !(members.includes("id") && members.includes("value")))
    throw new Refusal(1, `${name}: the first line needs "id" and "value", or "bonuschecks"`);
  const lines: BonusLine[] = [];
  const faults: { row: number; why: string }[] = [];
  for (const [index, cells] of rows.entries()) {
    const texts = cells.map(cellText);
    if (texts.every((text) => text === "")) continue;
    const entries = members.flatMap((member, at) =>
      member === undefined ? [] : [[member, texts[at] ?? ""] as const],
    );
    const line = lineOf(Object.fromEntries(entries), index + 2);
    if (typeof line === "string") faults.push({ row: index + 2, why: line });
    else lines.push(line);
  }
  return { lines, faults };
};
