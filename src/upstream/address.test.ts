import { describe, expect, it } from "vitest";
import { addressFault } from "./address.ts";

const production = { ownHosts: ["crm.example.com"], allowLocal: false };
const local = { ownHosts: ["localhost:8787"], allowLocal: true };

describe("addresses that the gateway may call", () => {
  it.each([
    "https://acme.voyado.com/api/v3/contacts",
    "https://acme.voyado.com:8443/api",
    "https://acme.voyado.com./api",
  ])("permits %s", (address) => expect(addressFault(address, production)).toBeUndefined());

  it.each([
    ["http://acme.voyado.com/api", "not https"],
    ["ftp://acme.voyado.com/api", "not https"],
    ["https://user:secret@acme.voyado.com/", "user information in the address"],
    ["https://10.0.0.1/api", "an IP address"],
    ["https://0x7f.1/api", "an IP address"],
    ["https://2130706433/api", "an IP address"],
    ["https://[::1]/api", "an IP address"],
    ["https://[::ffff:10.0.0.1]/api", "an IP address"],
    ["https://localhost/api", "not a public host name"],
    ["https://intranet/api", "not a public host name"],
    ["https://db.internal/api", "not a public host name"],
    ["https://CRM.example.com/acme/voyado/v2/customers", "the gateway's own host"],
    ["https://crm.example.com.:8443/acme", "the gateway's own host"],
    ["acme.voyado.com", "not a URL"],
  ])("forbids %s: %s", (address, reason) => expect(addressFault(address, production)).toBe(reason));

  it("permits http and loopback in local configuration only", () => {
    expect(addressFault("http://localhost:8788/voyado/demo/api", local)).toBeUndefined();
    expect(addressFault("http://127.0.0.1:8788/voyado/demo/api", local)).toBeUndefined();
    expect(addressFault("http://localhost:8787/", local)).toBe("the gateway's own host");
    expect(addressFault("http://169.254.169.254/latest/meta-data", local)).toBe("an IP address");
  });
});
