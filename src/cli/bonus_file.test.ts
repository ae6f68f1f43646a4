import { utils, write } from "@e965/xlsx";
import { describe, expect, it } from "vitest";
import { readBonusFile } from "./bonus_file.ts";

const head = ["E-mail", "Phone number", "id", "value", "name", "valid until", "note"];
const rows = [
  ["astrid@example.com", "", "BC-1", 100, "Hundred", new Date(2030, 11, 31), "x"],
  ["", 46701740605, "BC-2", 50.5, "", "", ""],
  ["", "", "", "", "", "", ""],
  ["", "", "BC-3", 10, "", "", ""],
  ["bertil@example.com", "", "", 10, "", "", ""],
];
const lines = [
  {
    row: 2,
    email: "astrid@example.com",
    checks: [{ id: "BC-1", value: "100", name: "Hundred", valid_until: "2030-12-31" }],
  },
  { row: 3, mobile: "46701740605", checks: [{ id: "BC-2", value: "50.5" }] },
];
const faults = [
  { row: 5, why: "neither phone nor e-mail" },
  { row: 6, why: "a check needs id and value" },
];

const workbook = (bookType: "xlsx" | "biff8"): Uint8Array => {
  const sheet = utils.aoa_to_sheet([head, ...rows], { cellDates: true });
  const book = utils.book_new(sheet, "Members");
  return new Uint8Array(write(book, { type: "array", bookType, cellDates: true }) as ArrayBuffer);
};
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const flat = (separator: string): string =>
  [head, ...rows]
    .map((row) =>
      row.map((cell) => (cell instanceof Date ? "2030-12-31" : String(cell))).join(separator),
    )
    .join("\r\n");

describe("a file of bonus checks", () => {
  it.each<[string, Uint8Array]>([
    ["members.xlsx", workbook("xlsx")],
    ["members.xls", workbook("biff8")],
    ["members.csv", text(flat(","))],
    ["semicolons.csv", text(flat(";"))],
    ["members.txt", text(flat("\t"))],
    ["utf16.txt", new Uint8Array(Buffer.from(`\uFEFF${flat("\t")}`, "utf16le"))],
  ])("is read from %s", (name, bytes) => {
    expect(readBonusFile(name, bytes)).toEqual({ lines, faults });
  });

  it("keeps the zero of a phone and the letters of Windows", () => {
    const latin = Buffer.from("mobile\tid\tvalue\tname\n0701740605\tB\t1,50\tHälsning", "latin1");
    expect(readBonusFile("a.txt", new Uint8Array(latin)).lines).toEqual([
      { row: 2, mobile: "0701740605", checks: [{ id: "B", value: "1,50", name: "Hälsning" }] },
    ]);
  });

  it("takes the field's own JSON, as Rule's import does", () => {
    const json = JSON.stringify([{ id: "B", value: "5.00", extra: 1 }]).replaceAll('"', '""');
    const file = `email,Sitoo-Contact.bonuschecks\na@example.com,"${json}"\nb@example.com,[{`;
    expect(readBonusFile("a.csv", text(file))).toEqual({
      lines: [{ row: 2, email: "a@example.com", checks: [{ id: "B", value: "5.00" }] }],
      faults: [{ row: 3, why: "bonuschecks is no JSON of checks" }],
    });
  });

  it.each([
    ["notes.pdf", "x", /must be \.xlsx/],
    ["a.csv", "id,value\n1,2", /no head "email" or "mobile"/],
    ["a.csv", "email\na@example.com", /needs "id" and "value"/],
  ])("is refused as %s", (name, content, why) => {
    expect(() => readBonusFile(name, text(content))).toThrow(why);
  });
});
