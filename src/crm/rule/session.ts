import type { RuleSettings } from "../../tenants/rule_settings.ts";
import { createLru } from "../../tenants/lru.ts";
import { createSlots, type Slots } from "../../upstream/slots.ts";
import type { Read } from "./customer_wire.ts";
import { missKeptMs } from "./capabilities.ts";
import { createKept, type Kept } from "./kept.ts";

/** What all calls to one account share within an isolate. */
export type Session = {
  readonly slots: Slots;
  /** Calls that may be made now; five more each second. */
  pace: { left: number; at: number };
  /** An account that is blocked stays so for longer with each call that comes early (contracts/rule.md 3). */
  pausedUntil: number;
  /** Rule's own count of 4xx answers, as last told. */
  errors: { readonly percent: number; readonly at: number };
  /** Keys that are nobody's: each search that misses is a 404, and counts as an error. */
  readonly misses: Kept<true>;
  /** A subscriber as read for a request, so that their card is two calls and not four. */
  readonly reads: Kept<Read>;
};

/** SDK's default (contracts/rule.md 3), and ours (13, assumed). */
const atOnce = 4;
const callsASecond = 5;
/** A card and an edit may come together. */
const mostAtOnce = 15;
/** A request is over by then. */
const readKeptMs = 5_000;
/** How long what Rule said of its count is believed. */
const errorsKeptMs = 60_000;

export const newSession = (now: () => number): Session => ({
  slots: createSlots(atOnce, now),
  pace: { left: mostAtOnce, at: now() },
  pausedUntil: 0,
  errors: { percent: 0, at: 0 },
  misses: createKept(missKeptMs, 2_000, now),
  reads: createKept(readKeptMs, 200, now),
});

const sessions = createLru<Session>(500);

/** The isolate's own: adapters come and go with each reading of the tenant file. */
export const sessionOf = ({ apiUrl, apiKey }: RuleSettings, now: () => number): Session => {
  const key = JSON.stringify([apiUrl, apiKey]);
  const session = sessions.get(key) ?? newSession(now);
  sessions.set(key, session);
  return session;
};

/** Takes one call, and says how long it waits for its turn. */
export const turnIn = (session: Session, now: number): number => {
  const { left, at } = session.pace;
  const more = (Math.max(0, now - at) / 1000) * callsASecond;
  const mine = Math.min(mostAtOnce, left + more) - 1;
  session.pace = { left: mine, at: now };
  return mine >= 0 ? 0 : Math.ceil((-mine / callsASecond) * 1000);
};

export const errorPercent = ({ errors }: Session, now: number): number =>
  now - errors.at < errorsKeptMs ? errors.percent : 0;

const readKey = (requestId: string, id: string): string => `${requestId} ${id}`;

export const readOfRequest = (
  { reads }: Session,
  requestId: string,
  id: string,
): Read | undefined => reads.get(readKey(requestId, id));
export const keepRead = ({ reads }: Session, requestId: string, read: Read): void =>
  reads.set(readKey(requestId, read.subscriber.id), read);
export const dropRead = ({ reads }: Session, requestId: string, id: string): void =>
  reads.delete(readKey(requestId, id));
