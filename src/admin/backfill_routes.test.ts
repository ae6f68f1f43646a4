import { describe, expect, it } from "vitest";
import { channel, tenantWith } from "../../test/tenant_fixture.ts";
import type { NewBackfill } from "../orders/walk/backfill_table.ts";
import type { WalkObject } from "../orders/walk/walk_host.ts";
import { walkName } from "../orders/walk/walk_name.ts";
import type { Tenant } from "../tenants/tenant.ts";
import { createAdminApp } from "./admin_app.ts";
import { addBackfillRoutes } from "./backfill_routes.ts";
import { mendOf } from "./proof_mend.ts";

const now = Date.parse("2026-11-23T10:00:00Z");
const stored = { name: "acme", version: 1, revision: 1, document: "{}", credentials: [] };
const stockholm = channel("club");
const newYork = channel("us", {
  market: {
    country: "US",
    locale: "en-US",
    currency: "USD",
    timeZone: "America/New_York",
    account: "us",
  },
});

const base = tenantWith([stockholm, newYork]);
const [main] = base.accounts;
if (main === undefined) throw new Error("the tenant has an account");
const both: Tenant = { ...base, accounts: [main, { ...main, id: "us", accountId: 90317 }] };

const begun: NewBackfill[] = [];
const walkOf = (isAway: boolean): WalkObject => {
  const unused = (): never => {
    throw new Error("not called here");
  };
  return {
    tick: unused,
    runNow: unused,
    status: unused,
    startBackfill: async (_, backfill) => {
      if (isAway) throw new Error("the object is away");
      begun.push(backfill);
    },
    backfills: async () => [],
    stopBackfill: unused,
    resumeBackfill: unused,
    prove: unused,
    proof: unused,
  };
};

/** @returns status, message of a refusal, and what each site was asked to bring. */
const start = async (body: object, tenant: Tenant = both, isAway = false) => {
  const app = createAdminApp();
  app.use("*", (c, next) => {
    c.set("found", { kind: "found", tenant, stored });
    return next();
  });
  begun.length = 0;
  const opened: string[] = [];
  addBackfillRoutes(app, {
    walk: (place) => {
      opened.push(walkName(place));
      return walkOf(isAway);
    },
    now: () => now,
    log: () => undefined,
  });
  const response = await app.request("/tenants/acme/backfills", {
    method: "POST",
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text(), opened, begun: [...begun] };
};
const seconds = (text: string): number => Date.parse(text) / 1_000;

describe("a backfill that is begun", () => {
  it("is one at each site that sells for a destination, from and to days as that market has them", async () => {
    const { begun: all, opened } = await start({ from: "2026-11-01", to: "2026-11-02" });
    expect(opened.slice(0, 2)).toEqual(["acme/90316/1", "acme/90317/1"]);
    expect(all).toEqual([
      {
        id: all[0]?.id,
        from: seconds("2026-10-31T23:00:00Z"),
        to: seconds("2026-11-02T23:00:00Z"),
        dryRun: false,
      },
      {
        id: all[0]?.id,
        // Clocks go back on the first.
        from: seconds("2026-11-01T04:00:00Z"),
        to: seconds("2026-11-03T05:00:00Z"),
        dryRun: false,
      },
    ]);
  });

  it("ends now: what is sold from then on is live", async () => {
    for (const to of [{}, { to: "2026-11-23" }, { to: "2030-01-01" }])
      expect((await start({ from: "2026-11-01", ...to })).begun[0]?.to).toBe(now / 1_000);
  });

  it("for one channel is at its site alone", async () => {
    const { begun: all, opened } = await start({ from: "2026-11-01", channel: "us", dryRun: true });
    expect(all).toMatchObject([{ channel: "us", dryRun: true }]);
    expect(new Set(opened)).toEqual(new Set(["acme/90317/1"]));
  });

  it.each<[string, object, Tenant, RegExp]>([
    ["no day", { from: "x" }, both, /YYYY-MM-DD/],
    ["a day that is ahead", { from: "2026-11-25" }, both, /YYYY-MM-DD/],
    ["a channel of none", { from: "2026-11-01", channel: "x" }, both, /no channel x/],
    [
      "a channel that shares its CRM with another",
      { from: "2026-11-01", channel: "twin" },
      tenantWith([stockholm, channel("twin", { crmInstance: stockholm.crmInstance })]),
      /by another channel/,
    ],
    ["orders that go nowhere", { from: "2026-11-01" }, tenantWith([]), /deliver_to is empty/],
    ["orders that are off", { from: "2026-11-01" }, tenantWith([], { mode: "off" }), /mode is off/],
  ])("is refused for %s", async (_, body, tenant, message) => {
    const answer = await start(body, tenant);
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(message);
    expect(answer.begun).toEqual([]);
  });

  it("is 503 when a walk does not answer", async () => {
    const answer = await start({ from: "2026-11-01" }, both, true);
    expect(answer.status).toBe(503);
    expect(answer.text).toContain("may have begun");
  });
});

describe("what mends a difference", () => {
  const one = {
    tenant: "acme",
    day: "2026-11-22",
    order: "90316/1/17",
    destination: "club",
    reason: "",
  };
  const bring = "npm run tenant -- backfill acme --from 2026-11-22 --to 2026-11-22 --channel club";
  const look = "npm run tenant -- trace acme --order 90316/1/17";
  it.each([
    [{ ...one, outcome: "missing" as const }, undefined, bring],
    [
      { ...one, outcome: "refused" as const },
      "order-17-ab",
      "npm run tenant -- dead-letters acme --replay order-17-ab",
    ],
    [{ ...one, outcome: "refused" as const }, undefined, look],
    [{ ...one, outcome: "differs" as const }, undefined, look],
    [{ ...one, outcome: "on_its_way" as const }, undefined, look],
    [{ ...one, outcome: "withheld" as const, reason: "before live_from" }, undefined, bring],
    [
      { ...one, outcome: "withheld" as const, reason: "shadow" },
      undefined,
      `the tenant file (shadow), then ${bring}`,
    ],
  ])("%o", (difference, letter, mended) => {
    expect(mendOf(difference, letter)).toBe(mended);
  });
});
