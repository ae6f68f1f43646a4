import { toHex } from "../tenants/base64url.ts";
import type { StoredTenant } from "../tenants/stored_tenant.ts";
import type { CrmFailure } from "../model/crm_failure.ts";
import type { Person } from "../model/customer.ts";
import { failed, type Outcome } from "../model/outcome.ts";
import { keysOf } from "./creation_guard.ts";
import type { CreateCustomer } from "./create_customer.ts";
import type { CrmCall, Profile } from "./port.ts";

/** The shard object's methods, as called from outside. */
export type ShardObject = {
  create(
    scope: { readonly stored: StoredTenant; readonly channelId: string },
    creation: {
      readonly person: Person;
      readonly keyHash: string;
      readonly fingerprint: string;
      readonly call: CrmCall;
    },
  ): Promise<Outcome<Profile, CrmFailure>>;
};

/** Name of one of the 256 shards of a tenant and CRM instance (design.md 8). */
export const shardName = (tenant: string, crmInstance: string, keyHash: string): string =>
  JSON.stringify([tenant, crmInstance, keyHash.slice(0, 2)]);

/** Creates run in the shard of the strongest key, so that two tills with one new customer meet. */
export const createThroughShards = (deps: {
  readonly scope: { readonly stored: StoredTenant; readonly channelId: string };
  readonly crmInstance: string;
  readonly indexKey: () => Promise<CryptoKey>;
  readonly open: (name: string) => ShardObject;
  readonly background: (work: Promise<unknown>) => void;
}): CreateCustomer => {
  const hash = async (text: string): Promise<string> =>
    toHex(
      new Uint8Array(
        await crypto.subtle.sign("HMAC", await deps.indexKey(), new TextEncoder().encode(text)),
      ),
    );
  return async (person, call) => {
    const [key] = keysOf(person);
    const everything = JSON.stringify(person);
    const [keyHash, fingerprint] = await Promise.all([
      hash(key === undefined ? everything : `${key.by}:${key.value}`),
      hash(everything),
    ]);
    const shard = deps.open(shardName(deps.scope.stored.name, deps.crmInstance, keyHash));
    const work = shard.create(deps.scope, { person, keyHash, fingerprint, call });
    deps.background(work.catch(() => undefined));
    try {
      return await work;
    } catch {
      // The object broke off: the CRM may have been told, and a repeat searches first.
      return failed({ kind: "timed_out" });
    }
  };
};
