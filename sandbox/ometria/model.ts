import type { Json, JsonObject } from "../json.ts";

export const RECORD_TYPES = ["contact", "order", "product", "custom_event"] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

/** Where a listing came from (contracts/ometria.md §5): decides who wins when listings disagree. */
export const SOURCES = [
  "preference_centre",
  "api",
  "csv",
  "overlay",
  "in_app",
  "js_tracker",
  "form",
  "importer",
  "third_party",
] as const;
export type Source = (typeof SOURCES)[number];

export const OPT_IN = ["EXPLICITLY_OPTEDIN", "EXPLICITLY_OPTEDOUT", "NOT_SPECIFIED"] as const;
export type OptIn = (typeof OPT_IN)[number];

/** Why a record is refused, as `_errors` words it: path such as "root > lastname" (published). */
export interface Problem {
  message: string;
  path: string;
}

/** Which request caused an effect, and when on the instance's clock. */
export interface Cause {
  /** Number in the request log; 0 for seeds and control calls. */
  seq: number;
  atMs: number;
}

/** One record as it arrived: the queue, and the audit of every delivery with its repeats. */
export interface Received {
  number: number;
  seq: number;
  at: string;
  requestId: string;
  /** null: the record does not say what it is. */
  type: RecordType | null;
  id: string | null;
  collection: string | null;
  record: Json;
  /** Epoch ms at which it is validated and stored. */
  dueAt: number;
  outcome: "queued" | "stored" | "failed";
  /** Epoch ms at which the profile learns of it; null when it has, or never will. */
  profileDueAt: number | null;
  problems: Problem[];
}

export interface Delivery {
  seq: number;
  at: string;
  requestId: string;
  /** Other content than the delivery before it. */
  differs: boolean;
}

/** What every stored record has: the upsert key, an internal id that lists are sorted by, and its deliveries. */
export interface Stored {
  /** Type-wide key: the id, for contacts `collection/id`. */
  key: string;
  number: number;
  id: string;
  fields: JsonObject;
  createdAt: string;
  updatedAt: string;
  version: number;
  deliveries: Delivery[];
}

export interface Listing extends Stored {
  collection: string;
  source: Source;
  profileId: string | null;
  /** `@force_optin`: unforced updates leave it alone, even those of this listing (published). */
  forced: { value: OptIn; at: string } | null;
  lists: number[];
  /** Answered yes to the SMS that asks for confirmation; for the collection `optin:sms`. */
  smsConfirmedAt: string | null;
}

export interface Order extends Stored {
  profileId: string | null;
  /** grand_total less the sum of its parts, decimal text; "0" when they agree (contracts/ometria.md §4). */
  totalsOff: string;
  unknownProducts: string[];
}

export type Product = Stored;

export interface CustomEvent extends Stored {
  /** Cut to the length that the account keeps. */
  eventType: string;
  profileId: string | null;
}

/** A cluster of listings and orders; `view` is what the Data API answers, made when the profile last learned something. */
export interface Profile {
  id: string;
  number: number;
  createdAt: string;
  updatedAt: string;
  tags: string[];
  properties: JsonObject;
  welcomedAt: string | null;
  smsAllowed: boolean;
  emails: string[];
  view: JsonObject;
}

/** One row of `_errors`, with the number of the record that it is about. */
export interface PushError {
  number: number;
  received: number;
  requestId: string;
  type: RecordType | null;
  id: string | null;
  record: Json;
  at: string;
  problem: Problem;
}

/** A transactional e-mail: no idempotency exists, so a second one is a second row. */
export interface Mail {
  number: number;
  seq: number;
  at: string;
  body: JsonObject;
  /** false: `sandbox` was true. */
  delivered: boolean;
  /** Merge fields that the template uses and `data` does not fill. */
  blank: string[];
}

export interface Unsubscribe {
  number: number;
  profile_id: string;
  email_address: string;
  type: string;
  timestamp: string;
  reason: string;
}

/** What Ometria sends by itself: the welcome after a first opt-in, and the SMS that asks for confirmation. */
export interface Sent {
  number: number;
  kind: "welcome" | "sms_confirmation";
  seq: number;
  at: string;
  profileId: string;
  to: string;
}

/** A test's wish that records fail late although they are right. */
export interface Refusal {
  id: string;
  type: RecordType;
  recordId: string | null;
  times: number;
  problem: Problem;
}
