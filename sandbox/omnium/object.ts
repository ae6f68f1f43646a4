import type { SandboxEnv } from "../env.ts";
import { SandboxInstance, type Vendor } from "../instance.ts";
import { OmniumVendor } from "./vendor.ts";

/** One simulated Omnium tenant. */
export class OmniumSandbox extends SandboxInstance {
  readonly service = "omnium";
  readonly vendor: Vendor;

  constructor(ctx: DurableObjectState, env: SandboxEnv) {
    super(ctx, env);
    this.vendor = new OmniumVendor(ctx.storage.sql, this.settings, this.clock);
  }
}
