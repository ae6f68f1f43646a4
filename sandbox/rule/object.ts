import type { SandboxEnv } from "../env.ts";
import { SandboxInstance, type Vendor } from "../instance.ts";
import { RuleVendor } from "./vendor.ts";

/** One simulated Rule account. */
export class RuleSandbox extends SandboxInstance {
  readonly service = "rule";
  readonly vendor: Vendor;

  constructor(ctx: DurableObjectState, env: SandboxEnv) {
    super(ctx, env);
    // Its own address, because the vendor's lists answer the whole URL of their next page.
    const base = `/rule/${ctx.id.name ?? ""}`;
    this.vendor = new RuleVendor(ctx.storage.sql, this.settings, this.clock, base);
  }
}
