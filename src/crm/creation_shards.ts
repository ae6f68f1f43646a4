import { keyHash, shardName } from "../tenants/index_shards.ts";
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

/** Creates run in the shard of the strongest key, so that two tills with one new customer meet. */
export const createThroughShards = (deps: {
  readonly scope: { readonly stored: StoredTenant; readonly channelId: string };
  readonly crmInstance: string;
  /** Newest first. */
  readonly indexKeys: () => Promise<readonly [CryptoKey, ...CryptoKey[]]>;
  readonly open: (name: string) => ShardObject;
  readonly background: (work: Promise<unknown>) => void;
}): CreateCustomer => {
  return async (person, call) => {
    const [indexKey] = await deps.indexKeys();
    const [key] = keysOf(person);
    const everything = JSON.stringify(person);
    const [hash, fingerprint] = await Promise.all([
      keyHash(indexKey, key === undefined ? everything : `${key.by}:${key.value}`),
      keyHash(indexKey, everything),
    ]);
    const shard = deps.open(shardName(deps.scope.stored.name, deps.crmInstance, hash));
    const work = shard.create(deps.scope, { person, keyHash: hash, fingerprint, call });
    deps.background(work.catch(() => undefined));
    try {
      return await work;
    } catch {
      // The object broke off: the CRM may have been told, and a repeat searches first.
      return failed({ kind: "timed_out" });
    }
  };
};
