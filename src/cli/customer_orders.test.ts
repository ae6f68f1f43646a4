import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { customerOrdersText } from "./customer_orders.ts";
import { createProgram } from "./program.ts";

type Order = Parameters<typeof customerOrdersText>[0][number];

const receipt = {
  channel: "voyado",
  receiptId: "sitoo-1-1-7",
  kind: "sale",
  cause: "order",
  state: "delivered",
  customer: "…0001",
  foundBy: "customer by mobile; nobody by member number",
  reason: "",
  note: "",
};
const delivery = {
  channel: "voyado",
  state: "delivered",
  reason: "",
  attempt: 1,
  deliveredAt: 2,
  changedSince: false,
};
const order = (orderId: number, change: Partial<Order> = {}): Order => ({
  orderId,
  account: 90316,
  site: 1,
  state: "settled",
  note: "",
  receipt: `SII-${orderId}`,
  soldAt: "2026-11-23T10:29:58",
  deliveries: [delivery],
  receipts: [receipt],
  updatedAt: 0,
  ...change,
});

describe("a customer's orders in lines", () => {
  it("name each as --order takes it, with its destinations and how the customer was found", () => {
    const back = { ...receipt, kind: "taken_back", cause: "reassigned", customer: "…0001" };
    const text = customerOrdersText([
      order(10, {
        deliveries: [delivery, { ...delivery, channel: "mail", state: "skipped", reason: "no" }],
      }),
      order(9, {
        receipts: [receipt, back, { ...receipt, cause: "reassigned", customer: "…0002" }],
      }),
      order(8, {
        deliveries: [{ ...delivery, state: "pending", reason: "the CRM is\u001B[2J busy" }],
        receipts: [receipt, { ...back, cause: "cancelled" }],
      }),
      order(7, { state: "dead", note: "gone", deliveries: [], receipts: [] }),
    ]);
    expect(text).toMatchInlineSnapshot(`
      "order       receipt  sold                 destination  state      customer                                     why
      90316/1/10  SII-10   2026-11-23T10:29:58  voyado       delivered  customer by mobile; nobody by member number
      90316/1/10  SII-10   2026-11-23T10:29:58  mail         skipped                                                 no
      90316/1/9   SII-9    2026-11-23T10:29:58  voyado       delivered  by hand: …0002
      90316/1/8   SII-8    2026-11-23T10:29:58  voyado       pending    taken back (cancelled)                       the CRM is [2J busy
      90316/1/7   SII-7    2026-11-23T10:29:58               dead                                                    gone"
    `);
  });
});

describe("trace --customer", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  /** Runs the command against a gateway that answers so. */
  const trace = async (items: readonly Order[], more: boolean, ...args: readonly string[]) => {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? "");
      const answered =
        request.url?.endsWith("/orders") === true ? { items, more } : { redemptions: [] };
      response.end(JSON.stringify(answered));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    vi.stubEnv("GATEWAY_URL", `http://127.0.0.1:${port}`);
    vi.stubEnv("ADMIN_TOKEN", "t".repeat(43));
    let [out, err] = ["", ""];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      out += String(text);
      return true;
    });
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      err += String(text);
      return true;
    });
    const command = ["node", "tenant", "trace", "acme", "--customer", "c 1", "--remote", ...args];
    await createProgram().parseAsync(command);
    vi.restoreAllMocks();
    server.closeAllConnections();
    server.close();
    return { out, err, paths: paths.toSorted() };
  };

  it("asks for both, in every CRM or in a channel's", async () => {
    const { out, err, paths } = await trace([order(10)], false);
    expect(out).toMatch(/^order +receipt[\s\S]+\n90316\/1\/10 +SII-10 /);
    expect(err).toBe("this customer has redeemed nothing here\n");
    const below = "/admin/tenants/acme/";
    expect(paths).toEqual([
      `${below}customers/c%201/orders`,
      `${below}customers/c%201/redemptions`,
    ]);
    expect((await trace([], false, "--channel", "voyado")).paths[0]).toBe(
      `${below}channels/voyado/customers/c%201/orders`,
    );
  });

  it("says when there are older ones, and when there is none", async () => {
    expect((await trace([order(10)], true)).err).toContain("older ones are not shown");
    const none = await trace([], false);
    expect([none.out, none.err]).toEqual([
      "",
      "no order of this customer is known here\nthis customer has redeemed nothing here\n",
    ]);
  });

  it("is JSON with --json", async () => {
    const { out, err } = await trace([order(10)], true, "--json");
    expect(err).toBe("");
    expect(JSON.parse(out)).toEqual({
      orders: [order(10)],
      more: true,
      redemptions: [],
    });
  });
});
