import { expect, it } from "vitest";
import { readTill } from "./till_headers.ts";

it("decodes, trims, and does without", () => {
  expect(
    readTill(new Headers({ "Store-ID": "G%C3%B6teborg%20S", "Register-ID": " {A-1} " })),
  ).toEqual({ storeId: "Göteborg S", registerId: "{A-1}" });
  expect(readTill(new Headers({ "Store-ID": "" }))).toEqual({});
});
it("keeps a value that is not encoded right", () => {
  expect(readTill(new Headers({ "Store-ID": "50%" }))).toEqual({ storeId: "50%" });
});
