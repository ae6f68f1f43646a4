import { describe, expect, it } from "vitest";
import { fakeCrm } from "../../../test/fake_crm.ts";
import { channel, tenantWith } from "../../../test/tenant_fixture.ts";
import type { Crm, LateRefusal } from "../../crm/port.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { DeadLetter } from "../../tenants/dead_letters.ts";
import { noteLateRefusals } from "./late_refusals.ts";

const place = { tenant: "acme", account: 90316, site: 1 };
const now = Date.parse("2030-01-31T10:00:00Z");
const at = new Date(now - 60_000).toISOString();
const order: LateRefusal = {
  record: "order",
  id: "pos-7",
  orderId: 7,
  reason: "not valid",
  field: "root > id",
  at,
};

const noted = async (refusedLate: Crm["refusedLate"], where = place) => {
  const letters: DeadLetter[] = [];
  const logged: unknown[] = [];
  await noteLateRefusals(where, tenantWith([channel("ometria")]), {
    crm: () => ({ ...fakeCrm(() => now).crm, ...(refusedLate && { refusedLate }) }),
    deadLetter: async (entries) => void letters.push(...entries),
    now: () => now,
    log: (entry) => logged.push(entry),
  });
  return { letters, logged };
};

describe("what a CRM refuses late", () => {
  it("becomes a dead letter of its order, as old as the refusal, and the same one each time", async () => {
    const tell: Crm["refusedLate"] = async () => ok([order]);
    const { letters } = await noted(tell);
    expect(letters).toMatchObject([
      {
        kind: "refused_late",
        orderId: 7,
        account: 90316,
        site: 1,
        destination: "ometria",
        reason: "not valid",
        createdAt: Date.parse(at),
      },
    ]);
    expect((await noted(tell)).letters).toEqual(letters);
  });

  it("of another kind is a letter that names the record", async () => {
    const { orderId: _, ...contact } = { ...order, record: "contact", id: "c-1" };
    const { letters } = await noted(async () => ok([contact]));
    expect(letters).toMatchObject([
      { kind: "refused_late", payload: { record: "contact", id: "c-1" } },
    ]);
    expect(letters[0]).not.toHaveProperty("orderId");
  });

  it("is told no more after a day", async () => {
    const old = { ...order, at: new Date(now - 25 * 3_600_000).toISOString() };
    expect((await noted(async () => ok([old]))).letters).toEqual([]);
  });

  it("is asked for where the site's orders go, of a CRM that has it; a failure is for the log", async () => {
    expect((await noted(undefined)).letters).toEqual([]);
    expect((await noted(async () => ok([order]), { ...place, site: 2 })).letters).toEqual([]);
    const { letters, logged } = await noted(async () => failed({ kind: "rate_limited" }));
    expect(letters).toEqual([]);
    expect(logged).toMatchObject([{ event: "late_refusals_unread", failure: "rate_limited" }]);
  });
});
