import type { SandboxEnv } from "../env.ts";
import { SandboxInstance, type Vendor } from "../instance.ts";
import { SitooVendor } from "./vendor.ts";

/** One simulated Sitoo back office. */
export class SitooSandbox extends SandboxInstance {
  readonly service = "sitoo";
  readonly vendor: Vendor;

  constructor(ctx: DurableObjectState, env: SandboxEnv) {
    super(ctx, env);
    this.vendor = new SitooVendor(ctx.storage.sql, this.settings, this.clock);
  }
}
