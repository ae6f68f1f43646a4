import type { SitooClient } from "../sitoo/client.ts";
import { createLru } from "../tenants/lru.ts";
import type { SitooAccount } from "../tenants/tenant.ts";

/** What opens a Sitoo voucher. */
export type VoucherPassword =
  /** No password: it opens by itself, or Sitoo has it no more. */
  | { readonly kind: "known"; readonly password?: string }
  | { readonly kind: "retry"; readonly detail: string };

export type ReadVoucherPassword = (
  account: SitooAccount,
  voucherId: number,
  deadline: number,
) => Promise<VoucherPassword>;

const keptMs = 10 * 60_000;
const keptMany = 500;

/** Passwords of Sitoo vouchers, remembered for a while: a shop's sales are opened by the same few. */
export const createVoucherPasswords = (deps: {
  readonly sitoo: (account: SitooAccount) => Pick<SitooClient, "voucher">;
  readonly now: () => number;
}): ReadVoucherPassword => {
  const held = createLru<{ readonly until: number; readonly password: string | undefined }>(
    keptMany,
  );
  const known = (password: string | undefined): VoucherPassword => ({
    kind: "known",
    ...(password === undefined ? {} : { password }),
  });
  return async (account, voucherId, deadline) => {
    const { apiUrl, accountId, siteId } = account;
    const key = JSON.stringify([apiUrl, accountId, siteId, voucherId]);
    const before = held.get(key);
    if (before !== undefined && before.until > deps.now()) return known(before.password);
    const read = await deps.sitoo(account).voucher(voucherId, deadline);
    if (read.kind !== "found" && read.kind !== "gone")
      return { kind: "retry", detail: `voucher ${voucherId}: ${read.detail}` };
    const password = read.kind === "found" ? read.value.voucherpassword : undefined;
    held.set(key, { until: deps.now() + keptMs, password });
    return known(password);
  };
};
