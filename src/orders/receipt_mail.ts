/**
 * Receipts by e-mail: each one that staff ask for is a delivery of its own, beside the order's, at every
 * destination that mails them. Its row in the journal is named after the channel and the request.
 */

/** No channel can be called so. The number counts what was asked for of one order, from 1. */
export const mailName = (channel: string, number: number): string => `${channel} mail ${number}`;

export const isMail = (name: string): boolean => name.includes(" mail ");

/** The channel that a delivery goes to, whatever it brings. */
export const channelOf = (name: string): string => name.split(" ", 1)[0] ?? name;

/** Enough to tell two addresses apart for whoever knows them. */
export const maskedAddress = (address: string): string => {
  const domain = address.slice(address.lastIndexOf("@") + 1);
  return `${address.slice(0, 1)}…@${domain.slice(0, 1)}…`;
};
