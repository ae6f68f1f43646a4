import type { Json, JsonObject } from "../json.ts";
import type { Permissions } from "./permissions.ts";

export interface Property {
  value: Json;
  /** Unix seconds, for last-writer-wins. */
  at: number;
}

export interface SoftId {
  value: string;
  /** Rank of its last use in a write; the lowest is pushed out first. */
  used: number;
}

export interface Customer {
  /** Internal id; a lower one is older (contracts/bloomreach.md §4). */
  id: string;
  createdAt: string;
  hard: Record<string, string>;
  /** In the order they were added. */
  soft: Record<string, SoftId[]>;
  properties: Record<string, Property>;
  /** Values of segmentations, expressions and the like, by definition id. */
  computed: JsonObject;
}

/** Who sent it decides whether a consent counts (consent category `sources`). */
export type Source = "private_api" | "public_api" | "import";

export interface TrackedEvent {
  id: string;
  /** Order of arrival in the profile. */
  order: number;
  customerId: string;
  type: string;
  /** Unix seconds with up to 6 decimals. */
  timestamp: number;
  properties: JsonObject;
  source: Source;
  /** The write that brought it; null for seeds and for what the platform records itself. */
  writeId: string | null;
}

export type WriteName =
  | "customers"
  | "customers/events"
  | "customers/anonymize"
  | "customers/anonymize_bulk";

/** What a write did once it was taken from the queue. */
export interface Outcome {
  at: string;
  customerId: string | null;
  created: boolean;
  /** Internal ids of the profiles that this write merged away. */
  merged: string[];
  /** Soft IDs taken from another profile, as `type=value` → its internal id. */
  taken: Record<string, string>;
  /** Soft IDs pushed out by the limit, as `type=value`. */
  pushedOut: string[];
  /** IDs that clashed with what the profile or another one has, as `type=value`. */
  clashed: string[];
  /** New properties above the quota, lost without an error. */
  discarded: string[];
  /** Properties kept, because what is stored is not older. */
  kept: string[];
  consent: string | null;
}

/** Every command that was received, in a batch or alone, applied or refused. */
export interface Write {
  /** `{seq}.{index}` */
  id: string;
  /** Number of the request in the request log. */
  seq: number;
  /** Position in the batch, 0 for a single call. */
  index: number;
  commandId: string | null;
  at: string;
  name: WriteName;
  data: JsonObject;
  /** The valid ones. */
  ids: Record<string, string>;
  /** Given, but not valid (no letter or digit, null, undefined), as `type=value`. */
  invalidIds: string[];
  /** Unix seconds: update_timestamp, or the time of the event. */
  time: number;
  source: Source;
  /** Empty when it was accepted. */
  errors: string[];
  /** Accepted writes before it with the same content: a repeat is not recognised, it only counts here. */
  repeats: number;
  /** Epoch ms. */
  dueAt: number;
  outcome: Outcome | null;
}

/** A read about a customer for whom a write was still waiting: it may have shown the old state. */
export interface EarlyRead {
  id: string;
  seq: number;
  at: string;
  path: string;
  waiting: string[];
}

export interface Merge {
  id: string;
  at: string;
  from: string;
  into: string;
  writeId: string;
}

export interface Category {
  id: string;
  name: string;
  legitimate_interest: boolean;
  sources: Record<string, boolean>;
}

/** A segmentation, expression, aggregate, prediction or recommendation of the project. */
export interface Definition {
  id: string;
  type: string;
  name: string;
  /** For a customer without a value of its own. */
  otherwise: Json;
}

export interface ApiKey {
  id: string;
  /** For a public token this is the id again. */
  secret: string;
  kind: "private" | "public";
  permissions: Permissions;
  /** Secrets of before, good until then (epoch ms). */
  old: { secret: string; until: number }[];
}
