import * as z from "zod/mini";
import type { CrmFailure } from "../../model/crm_failure.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { OmniumSettings } from "../../tenants/omnium_settings.ts";
import { createLru, type Lru } from "../../tenants/lru.ts";
import type { Upstream } from "../../upstream/answer.ts";
import { answered, parseJson, statusFailure } from "../../upstream/classify.ts";
import { createSlots, type Slots } from "../../upstream/slots.ts";
import type { CrmCall } from "../port.ts";
import type { Campaign } from "./campaign_wire.ts";
import { urlOf, userAgent } from "../route.ts";

type Token = { readonly text: string; readonly renewAt: number };

/** What all calls of one API user share within an isolate. */
export type Session = {
  readonly slots: Slots;
  token: Token | undefined;
  renewal: Promise<Outcome<Token, CrmFailure>> | undefined;
  /** Campaigns that coupons name, for ten minutes (contracts/omnium.md 13); undefined is one that is gone. */
  readonly campaigns: Lru<{ readonly campaign: Campaign | undefined; readonly until: number }>;
};

/** Ten of the twenty that Omnium allows an API user, so that other clients keep room (contracts/omnium.md 2). */
const atOnce = 10;
const callTimeoutMs = 2_500;
/** Ten days, unless the answer says otherwise. */
const usualLifeS = 864_000;

export const newSession = (now: () => number): Session => ({
  slots: createSlots(atOnce, now),
  token: undefined,
  renewal: undefined,
  campaigns: createLru(1_000),
});

const sessions = createLru<Session>(500);

/** The isolate's own: adapters come and go with each reading of the tenant file, a token stays for days. */
export const sessionOf = (
  { apiUrl, clientId, clientSecret }: OmniumSettings,
  now: () => number,
): Session => {
  const key = JSON.stringify([apiUrl, clientId, clientSecret]);
  const session = sessions.get(key) ?? newSession(now);
  sessions.set(key, session);
  return session;
};

export type TokenIo = {
  readonly settings: OmniumSettings;
  readonly upstream: Upstream;
  readonly now: () => number;
};

/**
 * The token, fetched once however many ask. The request that fetches may end before it has told the
 * others, so they wait no longer than a call takes, and then fetch themselves.
 */
export const tokenOf = async (
  session: Session,
  io: TokenIo,
  call: CrmCall,
): Promise<Outcome<string, CrmFailure>> => {
  const held = () =>
    session.token !== undefined && io.now() < session.token.renewAt ? session.token : undefined;
  const known = held();
  if (known !== undefined) return ok(known.text);
  if (session.renewal !== undefined) {
    const patience = Math.max(0, Math.min(callTimeoutMs, call.deadline - io.now()));
    const told = await Promise.race([
      session.renewal,
      new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), patience)),
    ]);
    if (told !== undefined) return told.ok ? ok(told.value.text) : told;
  }
  const renewal = fetchToken(io, call);
  session.renewal = renewal;
  const fetched = await renewal;
  if (session.renewal === renewal) session.renewal = undefined;
  if (!fetched.ok) return fetched;
  session.token = fetched.value;
  return ok(fetched.value.text);
};

const tokenSchema = z.looseObject({
  accessToken: z.string().check(z.minLength(1)),
  expiresIn: z.optional(z.number()),
});

/** `POST /api/Token`, all of it in the query: its URL holds the secret, and is told to nobody (contracts/omnium.md 2). */
const fetchToken = async (
  { settings, upstream, now }: TokenIo,
  call: CrmCall,
): Promise<Outcome<Token, CrmFailure>> => {
  const what = "omnium POST /api/Token";
  const { clientId, clientSecret } = settings;
  const answer = answered(
    await upstream({
      method: "POST",
      url: urlOf(settings.apiUrl, {
        route: "POST /api/Token",
        query: { clientId, clientSecret, returnAsJson: "true" },
      }),
      headers: { "User-Agent": userAgent, Accept: "application/json" },
      deadline: call.deadline,
      timeoutMs: callTimeoutMs,
    }),
    what,
  );
  if (!answer.ok) return failed(notSent(answer.failure, what));
  const { status, headers, text } = answer.value;
  if (status < 200 || status > 299)
    return failed(
      status === 400
        ? { kind: "set_up_fault", detail: `${what}: HTTP 400` }
        : notSent(statusFailure(status, headers, what, now()), what),
    );
  const parsed = tokenSchema.safeParse(parseJson(text ?? ""));
  // Without `returnAsJson` the answer is the bare token; an older Omnium may not know the switch.
  const bare = /^"?([\w-]+\.[\w-]+\.[\w-]+)"?$/.exec(text?.trim() ?? "")?.[1];
  const accessToken = parsed.success ? parsed.data.accessToken : bare;
  if (accessToken === undefined)
    return failed(notSent({ kind: "unreadable", detail: `${what}: HTTP ${status}` }, what));
  const lifeS = (parsed.success ? parsed.data.expiresIn : undefined) ?? usualLifeS;
  return ok({ text: accessToken, renewAt: now() + lifeS * 900 });
};

/** Without a token nothing of what was asked can have happened. */
const notSent = (failure: CrmFailure, what: string): CrmFailure =>
  failure.kind === "timed_out" || failure.kind === "unreadable" || failure.kind === "unavailable"
    ? { kind: "unavailable", sent: false, detail: `${what}: ${failure.kind}` }
    : failure;
