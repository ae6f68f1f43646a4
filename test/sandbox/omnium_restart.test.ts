import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startSandbox } from "./harness.ts";
import { ASTRID, type Found, omniumOf, voucherId } from "./omnium_harness.ts";

// contracts/omnium.md §2, §4.4, §7.1.
test("a restart keeps tokens, what no search sees yet, and orders in the queue", async () => {
  const directory = await mkdtemp(join(tmpdir(), "sandbox-omnium-"));
  let sandbox = await startSandbox(directory);
  try {
    const before = omniumOf(sandbox, "restart");
    await before.profile({ searchLagMs: 3_600_000, queuedMs: 3_600_000 });
    const token = await before.token("owner");
    const authorization = `Bearer ${token}`;
    const send = (calls: typeof before, method: string, path: string, body?: unknown) =>
      calls.bare(method, path, body, { authorization });
    await send(before, "POST", "/PrivateCustomers", { customerId: "new", tags: ["new"] });
    await send(before, "PUT", "/Vouchers", { id: voucherId(1), amount: 50, status: "Redeemed" });
    const order = {
      id: "o",
      customerId: ASTRID,
      status: "Completed",
      orderForm: {
        lineItems: [{ lineItemId: "1", code: "A1", quantity: 1, placedPrice: 100, taxRate: 25 }],
      },
    };
    await send(before, "POST", "/Orders", order);
    await sandbox.close();
    sandbox = await startSandbox(directory);
    const after = omniumOf(sandbox, "restart");
    const found = async () =>
      (await send(after, "POST", "/PrivateCustomers/Search", { tags: ["new"] })).json<
        Found<unknown>
      >().totalHits;
    const status = async () =>
      (await send(after, "GET", "/Orders/o")).json<{ status: string }>().status;
    expect([await found(), await status()]).toEqual([0, "Queued"]);
    await after.control("POST", "/clock", { advanceMs: 3_600_000 });
    expect([await found(), await status()]).toEqual([1, "Completed"]);
    const club = await send(after, "GET", `/PrivateCustomers/${ASTRID}/CustomerClubMember`);
    expect(club.json()).toMatchObject({ summary: { currentBalance: 1350 } });
    const voucher = await after.control("GET", `/vouchers/${voucherId(1)}`);
    expect(voucher.json<{ history: unknown[] }>().history).toHaveLength(1);
    expect((await send(after, "GET", "/PrivateCustomers/new")).status).toBe(200);
  } finally {
    await sandbox.close();
    await rm(directory, { recursive: true, force: true });
  }
});
