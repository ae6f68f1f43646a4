import type { SandboxDirectory } from "./directory.ts";

/** Bindings of the sandbox Worker. Every simulated vendor is one Durable Object class, one object per instance name. */
export interface SandboxEnv {
  DIRECTORY: DurableObjectNamespace<SandboxDirectory>;
  VOYADO: DurableObjectNamespace;
  SITOO: DurableObjectNamespace;
  RULE: DurableObjectNamespace;
  BLOOMREACH: DurableObjectNamespace;
  OMNIUM: DurableObjectNamespace;
  OMETRIA: DurableObjectNamespace;
}
