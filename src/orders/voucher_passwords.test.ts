import { expect, it } from "vitest";
import { tenantWith } from "../../test/tenant_fixture.ts";
import type { SitooAnswer } from "../sitoo/sitoo_answer.ts";
import type { SitooVoucher } from "../sitoo/resource_wire.ts";
import type { SitooAccount } from "../tenants/tenant.ts";
import { createVoucherPasswords } from "./voucher_passwords.ts";

const [account] = tenantWith([]).accounts as readonly [SitooAccount];
const voucher = (voucherpassword: string | undefined): SitooAnswer<SitooVoucher> => ({
  kind: "found",
  value: {
    voucherid: 4,
    voucherpassword,
    vouchername: undefined,
    vouchertype: undefined,
    voucherstate: undefined,
  },
});

const world = (...answers: SitooAnswer<SitooVoucher>[]) => {
  let now = 0;
  const asked: string[] = [];
  const read = createVoucherPasswords({
    sitoo: ({ apiUrl, accountId, siteId }) => ({
      voucher: async (id) => {
        asked.push(`${apiUrl} ${accountId} ${siteId} ${id}`);
        return answers.shift() ?? { kind: "retry", detail: "Sitoo answered 500" };
      },
    }),
    now: () => now,
  });
  return { read, asked, wait: (ms: number) => (now += ms) };
};

it("reads a voucher once in ten minutes, one that is gone or needs no password too", async () => {
  for (const [answer, expected] of [
    [voucher("spring"), { kind: "known", password: "spring" }],
    [voucher(undefined), { kind: "known" }],
    [{ kind: "gone" }, { kind: "known" }],
  ] as const) {
    const { read, asked, wait } = world(answer, voucher("summer"));
    expect(await read(account, 4, 1)).toEqual(expected);
    wait(599_999);
    expect(await read(account, 4, 1)).toEqual(expected);
    expect(asked).toHaveLength(1);
    wait(1);
    expect(await read(account, 4, 1)).toEqual({ kind: "known", password: "summer" });
  }
});

it("remembers each voucher of each account, site and host apart", async () => {
  const { read, asked } = world(...Array.from({ length: 5 }, () => voucher("spring")));
  const others = [{ apiUrl: "https://b.example.com" }, { accountId: 2 }, { siteId: 2 }, {}];
  for (const change of others) await read({ ...account, ...change }, 4, 1);
  await read(account, 5, 1);
  expect(new Set(asked).size).toBe(5);
});

it.each<SitooAnswer<SitooVoucher>>([
  { kind: "retry", detail: "Sitoo answered 500" },
  { kind: "set_up_fault", detail: "Sitoo answered 403" },
  { kind: "unreadable", detail: "Sitoo's answer is not JSON" },
])("asks again after %j, which says nothing of the voucher", async (answer) => {
  const { read } = world(answer, voucher("spring"));
  expect(await read(account, 4, 1)).toEqual({
    kind: "retry",
    detail: `voucher 4: ${"detail" in answer ? answer.detail : ""}`,
  });
  expect(await read(account, 4, 1)).toEqual({ kind: "known", password: "spring" });
});
