import type { SandboxEnv } from "../env.ts";
import { SandboxInstance, type Vendor } from "../instance.ts";
import { VoyadoVendor } from "./vendor.ts";

/** One simulated Engage tenant. */
export class VoyadoSandbox extends SandboxInstance {
  readonly service = "voyado";
  readonly vendor: Vendor;

  constructor(ctx: DurableObjectState, env: SandboxEnv) {
    super(ctx, env);
    this.vendor = new VoyadoVendor(ctx.storage.sql, this.settings, this.clock);
  }
}
