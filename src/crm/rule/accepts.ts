import type { CommunicationChannel, Person } from "../../model/customer.ts";
import type { RuleSettings } from "../../tenants/rule_settings.ts";
import type { Read } from "./customer_wire.ts";
import { contactKey, fieldText } from "./field_keys.ts";
import { isNew } from "./rule_time.ts";

/** Ways of contact that Rule itself sends by; it has no post. */
export const messageTypes = { email: "email", sms: "text_message" } as const;
export type Sent = keyof typeof messageTypes;

const choiceOf = (read: Read, settings: RuleSettings, channel: CommunicationChannel) => {
  const text = fieldText(read.fields, contactKey(settings, `accepts_${channel}`))?.toLowerCase();
  if (text === "true" || text === "1" || text === "yes") return true;
  return text === "false" || text === "0" || text === "no" ? false : undefined;
};

const isSuppressed = ({ subscriber }: Read, channel: Sent): boolean =>
  subscriber.suppressions.some(({ messageType }) => messageType === messageTypes[channel]);

/**
 * Accepted is what Rule may send campaigns to (contracts/rule.md 7, assumed): the suppressions decide,
 * since people join and leave in Rule, too. The field beside them tells for the post, for a channel
 * without an address, and in the minutes after a create, whose suppression may have failed.
 */
export const acceptsOf = (
  read: Read,
  settings: RuleSettings,
  now: number,
): NonNullable<Person["accepts"]> => {
  const { email, phone, optedIn } = read.subscriber;
  const sent = (channel: Sent, address: string | undefined): boolean | undefined => {
    if (isSuppressed(read, channel) || optedIn === false) return false;
    const choice = choiceOf(read, settings, channel);
    return address === undefined || (choice === false && isNew(read, now)) ? choice : true;
  };
  const all = {
    email: sent("email", email),
    sms: sent("sms", phone),
    mail: choiceOf(read, settings, "mail"),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
};

/** Channels of a new customer that they said no to and Rule would send to. */
export const leftOpen = (read: Read, settings: RuleSettings, now: number): Sent[] =>
  isNew(read, now)
    ? (["email", "sms"] as const).filter(
        (channel) => choiceOf(read, settings, channel) === false && !isSuppressed(read, channel),
      )
    : [];
