import { expect, it } from "vitest";
import { channel } from "../../test/tenant_fixture.ts";
import { fieldNames } from "../tenants/tenant.ts";
import { isSelfCheckout, maskPerson } from "./self_checkout.ts";

const person = {
  nameFirst: "Astrid",
  nameLast: "Exempel",
  email: "astrid@example.com",
  mobile: "+46701740605",
  personalId: "189001019802",
  invoiceAddress: { city: "Stockholm" },
  memberNumber: "10012",
  consents: ["terms"],
  accepts: { email: true },
};

it("knows its registers, with or without staff", () => {
  const club = channel("club", {
    selfCheckout: { registers: ["self-1"], searchTypes: [], create: false, mask: [] },
  });
  expect(
    [{ registerId: "self-1" }, { registerId: "till-1", staffId: "7" }, {}].map((till) =>
      isSelfCheckout(club, till),
    ),
  ).toEqual([true, false, false]);
});
it("shows nothing whole of what is masked", () => {
  const masked = JSON.stringify(maskPerson(person, fieldNames));
  for (const secret of ["Exempel", "astrid@", "70174", "18900101", "Stockholm", "10012", "terms"])
    expect(masked).not.toContain(secret);
});
it("leaves the rest as it is", () => {
  expect(maskPerson(person, ["email"])).toEqual({ ...person, email: "a•••@example.com" });
});
