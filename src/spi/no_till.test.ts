import { describe, expect, it } from "vitest";
import { checkFile } from "../tenants/file_check.ts";
import type { Found } from "../tenants/cache.ts";
import { tenantFromFile } from "../tenants/tenant_from_file.ts";
import { english } from "./english.ts";
import { type SpiDeps, spiRoutes } from "./routes.ts";

const handler = { voyado: { api_url: "https://acme.voyado.com/api", api_key: "KEY" } };

/** The SPI of a tenant whose file says as little as it may. */
const spiOf = (channels: readonly { id: string; till?: boolean; handler: typeof handler }[]) => {
  const { file, issues } = checkFile({
    tenant: "acme",
    sitoo: {
      api_url: "https://api.mysitoo.com/v2",
      account_id: 90316,
      api_id: "90316-1",
      api_password: "pw",
    },
    market: { country: "SE", locale: "sv-SE", currency: "SEK", time_zone: "Europe/Stockholm" },
    ...(channels.length === 0 ? {} : { crm: { channels } }),
  });
  if (file === undefined) throw new Error(JSON.stringify(issues));
  const found: Found = {
    kind: "found",
    tenant: tenantFromFile(file, 1),
    stored: { name: "acme", version: 1, revision: 1, document: "{}", credentials: [] },
  };
  const opened = { crm: {}, redemptions: {}, createCustomer: {} } as ReturnType<SpiDeps["open"]>;
  return spiRoutes({
    now: () => 0,
    authenticate: () => Promise.resolve(found),
    mayFail: () => Promise.resolve(true),
    open: () => opened,
    redeemIsPaused: () => Promise.resolve(false),
    captureShape: () => Promise.resolve(),
    texts: () => Promise.resolve(english),
    log: () => undefined,
  });
};
const calls = [
  ["GET", "/customers?key=a@example.com&key_type=email"],
  ["POST", "/customers"],
  ["GET", "/lookup?key=a&key_type=mobile"],
  ["GET", "/customers/c-1"],
  ["PUT", "/customers/c-1"],
  ["GET", "/customers/c-1/transactions"],
  ["POST", "/customers/c-1/redeem"],
  ["DELETE", "/customers/c-1/redeem"],
  ["GET", "/consents"],
  ["GET", "/additional_options"],
] as const;
const ask = async (spi: ReturnType<typeof spiOf>, method: string, path: string) =>
  (await spi.request(`/acme/crm/v2${path}`, { method })).status;

describe("the SPI is 404", () => {
  it.each(calls)("of a channel that no till uses: %s %s", async (method, path) => {
    expect(await ask(spiOf([{ id: "crm", till: false, handler }]), method, path)).toBe(404);
  });

  it("of a tenant without a CRM", async () => {
    expect(await ask(spiOf([]), "GET", "/additional_options")).toBe(404);
  });

  it("and is there for tills", async () => {
    expect(await ask(spiOf([{ id: "crm", handler }]), "GET", "/additional_options")).toBe(200);
  });
});
