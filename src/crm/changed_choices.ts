import {
  type CommunicationChannel,
  communicationChannels,
  type Person,
} from "../model/customer.ts";

/** A channel whose former choice is unknown is written too: false is then a choice that the customer made. */
export const changedAccepts = (
  changes: Person,
  before: Person,
): { readonly channel: CommunicationChannel; readonly value: boolean }[] =>
  communicationChannels.flatMap((channel) => {
    const value = changes.accepts?.[channel];
    return value === undefined || value === before.accepts?.[channel] ? [] : [{ channel, value }];
  });

/**
 * Listed and not given before → true; given before and not listed any more → false; else nothing, because a
 * consent that is set cannot return to not set (contracts/voyado.md 13).
 */
export const changedConsents = (
  changes: Person,
  before: Person,
): { readonly id: string; readonly value: boolean }[] => {
  if (changes.consents === undefined) return [];
  const listed = new Set(changes.consents);
  const given = new Set(before.consents ?? []);
  return [
    ...[...listed].filter((id) => !given.has(id)).map((id) => ({ id, value: true })),
    ...[...given].filter((id) => !listed.has(id)).map((id) => ({ id, value: false })),
  ];
};
