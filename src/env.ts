import * as z from "zod/mini";
import type { ShardObject } from "./crm/creation_shards.ts";
import type { KeyShard } from "./crm/supplied/key_index.ts";
import type { CustomerShard } from "./orders/customer_index_client.ts";
import type { JournalObject } from "./orders/journal_host.ts";
import type { LaneObject } from "./orders/lane_host.ts";
import type { WalkObject } from "./orders/walk/walk_host.ts";
import type { OrderMessage } from "./orders/order_message.ts";
import { englishFault } from "./model/english_fault.ts";
import type { LedgerObject } from "./redemption/ledger_client.ts";
import type { IndexObject } from "./redemption/ledger_index_client.ts";
import type { WakeUp } from "./redemption/wake_up.ts";

/** A namespace of objects by what they promise, whatever class implements it. */
export type ObjectNamespace<Stub> = {
  getByName(name: string): Stub;
  jurisdiction(jurisdiction: "eu" | "fedramp"): ObjectNamespace<Stub>;
};

/** What wrangler.toml binds, before anybody has looked at it. */
export type Env = {
  readonly DB: D1Database;
  readonly CONFIG: KVNamespace;
  readonly ORDER_EVENTS: Queue<OrderMessage>;
  readonly WAKE_UPS: Queue<WakeUp>;
  readonly REDEMPTIONS: ObjectNamespace<LedgerObject>;
  readonly JOURNALS: ObjectNamespace<JournalObject>;
  readonly LANES: ObjectNamespace<LaneObject>;
  readonly WALKS: ObjectNamespace<WalkObject>;
  readonly SHARDS: ObjectNamespace<ShardObject & IndexObject & CustomerShard & KeyShard>;
  readonly FAILED_AUTH: RateLimit;
  /** public/, which holds the contract made at build time and the texts of further languages. */
  readonly ASSETS: Fetcher;
};

const flag = z.pipe(
  z._default(z.enum(["", "0", "1", "true", "false"]), ""),
  z.transform((value) => value === "1" || value === "true"),
);

const settings = z.object({
  /** Private keys that open tenants' secrets; newest first (src/tenants/secrets.ts). */
  CONFIG_KEY: z
    .string({
      error:
        "is missing: `npm run tenant -- keys` makes it, `wrangler secret put CONFIG_KEY` stores it",
    })
    .check(z.minLength(1)),
  ADMIN_TOKEN: z.optional(z.string().check(z.minLength(32, "must have at least 32 characters"))),
  ACCESS_TEAM_DOMAIN: z.optional(z.string()),
  ACCESS_AUDIENCE: z.optional(z.string()),
  /** Only in local configuration: http and loopback upstreams. */
  ALLOW_LOCAL_UPSTREAMS: flag,
  /** Host names of this gateway, with commas: never called as an upstream. */
  OWN_HOSTS: z.pipe(
    z._default(z.string(), ""),
    z.transform((hosts) =>
      hosts
        .split(",")
        .map((host) => host.trim())
        .filter((host) => host !== ""),
    ),
  ),
  CONFIG_TTL_MS: z._default(
    z
      .pipe(z.union([z.string(), z.number()]), z.transform(Number))
      .check(z.int(), z.gte(0), z.lte(300_000)),
    30_000,
  ),
  /** `eu`, `fedramp`; cannot be changed once objects exist. */
  DATA_JURISDICTION: z._default(z.enum(["", "eu", "fedramp"]), ""),
});

export type Settings = z.output<typeof settings>;

export type CheckedEnv =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Checks the environment once, at the edge: a bad one answers a named error rather than failing later. */
export const checkEnv = (env: unknown): CheckedEnv => {
  const read = settings.safeParse(env, { error: englishFault });
  if (read.success) return { ok: true, settings: read.data };
  return {
    ok: false,
    faults: read.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`),
  };
};
