import type { SandboxEnv } from "../env.ts";
import { SandboxInstance, type Vendor } from "../instance.ts";
import { OmetriaVendor } from "./vendor.ts";

/** One simulated Ometria account. */
export class OmetriaSandbox extends SandboxInstance {
  readonly service = "ometria";
  readonly vendor: Vendor;

  constructor(ctx: DurableObjectState, env: SandboxEnv) {
    super(ctx, env);
    this.vendor = new OmetriaVendor(ctx.storage.sql, this.settings, this.clock);
  }
}
