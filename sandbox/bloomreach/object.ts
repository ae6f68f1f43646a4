import type { SandboxEnv } from "../env.ts";
import { SandboxInstance, type Vendor } from "../instance.ts";
import { BloomreachVendor } from "./vendor.ts";

/** One simulated project of Bloomreach Engagement. */
export class BloomreachSandbox extends SandboxInstance {
  readonly service = "bloomreach";
  readonly vendor: Vendor;

  constructor(ctx: DurableObjectState, env: SandboxEnv) {
    super(ctx, env);
    this.vendor = new BloomreachVendor(ctx.storage.sql, this.settings, this.clock);
  }
}
