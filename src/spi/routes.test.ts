import { expect, it } from "vitest";
import sv from "../../public/_texts/sv.json";
import { fakeCrm } from "../../test/fake_crm.ts";
import { channel, tenantWith } from "../../test/tenant_fixture.ts";
import type { Profile } from "../crm/port.ts";
import { failed, ok } from "../model/outcome.ts";
import { spiRoutes, type SpiDeps } from "./routes.ts";

const unused = (): never => {
  throw new Error("not part of this test");
};
const profile: Profile = {
  customer: { id: "c-1" },
  sections: [],
  voucherPasswords: [],
  statusText: "",
  degraded: [],
};

/** A channel in Swedish, with a CRM that has the customer or is silent; `calls` has the order of things. */
const surface = (texts: SpiDeps["texts"], isSilent = false) => {
  const calls: string[] = [];
  const { crm } = fakeCrm(() => 0);
  const app = spiRoutes({
    now: () => 0,
    authenticate: () =>
      Promise.resolve({
        kind: "found",
        tenant: tenantWith([channel("club")]),
        stored: { name: "acme", version: 1, revision: 1, document: "{}", credentials: [] },
      }),
    mayFail: unused,
    texts: (...call) => {
      calls.push("texts");
      return texts(...call);
    },
    open: () => ({
      crm: {
        ...crm,
        get: () => {
          calls.push("crm");
          return Promise.resolve(isSilent ? failed({ kind: "timed_out" }) : ok(profile));
        },
      },
      createCustomer: unused,
      redemptions: {
        moveTo: unused,
        overlay: () => Promise.resolve([]),
        redeem: unused,
        undo: unused,
      },
    }),
    redeemIsPaused: unused,
    captureShape: unused,
    log: () => undefined,
  });
  const context = {
    waitUntil: () => undefined,
    passThroughOnException: () => undefined,
    props: {},
  };
  return { calls, ask: () => app.request("/acme/club/v2/customers/c-1", {}, {}, context) };
};

it("has the texts of a market under way before the CRM is asked, and refuses with them", async () => {
  const { calls, ask } = surface((locale) => {
    expect(locale).toBe("sv-SE");
    return Promise.resolve(sv);
  }, true);
  const response = await ask();
  expect(calls).toEqual(["texts", "crm", "texts"]);
  expect(response.status).toBe(504);
  expect(await response.text()).toContain(sv.messages.crm_silent);
});

it("waits for no texts with a card that is whole", async () => {
  const response = await surface(() => new Promise(() => undefined)).ask();
  expect(response.status).toBe(200);
});
