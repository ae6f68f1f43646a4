import type { Problems } from "./errors.ts";
import { byKey } from "./find_subscriber.ts";
import { phoneNumber } from "./identifiers.ts";
import type { Subscriber } from "./model.ts";
import type { RuleStore } from "./store.ts";

/** What every write may say of who is meant; the empty is as good as missing. */
interface Identity {
  email?: string | null | undefined;
  phone_number?: string | null | undefined;
}

export function checkIdentity(who: Identity, at: string, problems: Problems): void {
  if (!who.email && !who.phone_number)
    problems.add(`${at}email`, "An email or a phone number is required.");
  checkPhone(who, at, problems);
}

export function checkPhone(who: Identity, at: string, problems: Problems): void {
  const { phone_number: phone } = who;
  if (phone !== undefined && phone !== null && phoneNumber(phone) === undefined)
    problems.add(`${at}phone_number`, "The phone number is not valid.");
}

/** Who has the e-mail, and who has the phone when that is somebody else. */
export function matches(store: RuleStore, who: Identity): Subscriber[] {
  const phone = usablePhone(who);
  const found = [
    who.email ? byKey(store, "email", who.email) : undefined,
    phone === undefined ? undefined : byKey(store, "phone_number", phone),
  ];
  return [...new Map(found.flatMap((one) => (one ? [[one.id, one] as const] : []))).values()];
}

export function usablePhone({ phone_number: phone }: Identity): string | undefined {
  return phone === undefined || phone === null ? undefined : phoneNumber(phone);
}

export function identity(who: Identity): Partial<Subscriber> {
  const phone = usablePhone(who);
  return {
    ...(who.email ? { email: who.email } : {}),
    ...(phone === undefined ? {} : { phoneNumber: phone }),
  };
}

/** The other one's phone stays with the other one. */
export function ownIdentity(
  store: RuleStore,
  matched: Subscriber,
  who: Identity,
): Partial<Subscriber> {
  const { phoneNumber: phone, ...rest } = identity(who);
  const holder = phone ? byKey(store, "phone_number", phone) : undefined;
  return holder === undefined || holder.id === matched.id ? identity(who) : rest;
}

export function made(store: RuleStore, members: Partial<Subscriber>): Subscriber {
  const at = store.clock.iso();
  return store.subscribers.put({
    id: members.id ?? store.nextId("subscriber"),
    email: null,
    phoneNumber: null,
    customIdentifier: null,
    language: store.profile.language,
    status: "ACTIVE",
    optedIn: true,
    createdAt: at,
    updatedAt: at,
    tags: [],
    segments: [],
    automated: [],
    preferences: [],
    ...members,
  });
}
