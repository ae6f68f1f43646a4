import type { Json, JsonObject } from "../json.ts";

export const FIELD_TYPES = [
  "text",
  "single",
  "multiple",
  "json",
  "date",
  "datetime",
  "time",
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];
export const MESSAGE_TYPES = ["email", "text_message"] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];
export const STATUSES = ["ACTIVE", "BLOCKED", "PENDING"] as const;

export interface Subscriber {
  id: number;
  email: string | null;
  phoneNumber: string | null;
  customIdentifier: string | null;
  language: string;
  status: (typeof STATUSES)[number];
  optedIn: boolean;
  createdAt: string;
  updatedAt: string;
  tags: number[];
  segments: number[];
  /** Tags whose automation has run: `send` runs it once only. */
  automated: number[];
  preferences: { id: number; isOptedIn: boolean }[];
}

export interface Tag {
  id: number;
  name: string;
  createdAt: string;
}

/** Those who hold a tag, as it was when last computed: taking the tag away does not compute it. */
export interface Segment {
  id: number;
  name: string;
  tag: string;
}

export interface Preference {
  id: number;
  name: string;
}

export interface Field {
  id: number;
  name: string;
  type: FieldType;
}

export interface Group {
  id: number;
  name: string;
  historical: boolean;
  fields: Field[];
  createdAt: string;
  updatedAt: string;
}

/** Values of one group of one subscriber; a historical group has one for each write, any other a single one. */
export interface FieldRecord {
  id: number;
  subscriberId: number;
  groupId: number;
  historical: boolean;
  createdAt: string;
  /** Epoch ms from which reads and searches know it. */
  visibleFrom: number;
  /** By field id. */
  values: Record<string, string | string[]>;
  /** Every write that reached it, newest last, with the values as they were sent. */
  writes: { seq: number; at: string; call: string; values: Record<string, string | string[]> }[];
  /** The first record of this subscriber and group with the very same values: a double delivery. */
  repeatOf: number | null;
}

export interface Suppression {
  id: number;
  subscriberId: number;
  createdAt: string;
  dispatcherType: "campaign" | "transactional";
  messageType: MessageType;
  sourceType: "user" | "admin" | "spam" | "api";
}

/** One effect on one subscriber, for the audit of a test; never deleted with the subscriber. */
export interface Change {
  n: number;
  seq: number;
  at: string;
  call: string;
  subscriberId: number;
  kind: string;
  detail: JsonObject;
}

/** Who is meant, as a request spells it. */
export interface Who {
  email?: string | undefined;
  phone_number?: string | undefined;
  id?: number | undefined;
  custom_identifier?: string | undefined;
}

/** What was answered 204 or with counters, and is done when its time has come. */
export interface Job {
  id: number;
  seq: number;
  at: string;
  dueAt: number;
  call: string;
  kind: "addTags" | "removeTags" | "block" | "unblock" | "suppress" | "unsuppress" | "upsert";
  body: JsonObject;
  callbackUrl: string | null;
  doneAt: string | null;
  /** Entries that named nobody. */
  missed: Json[];
}
