/** The external id by which Omnium's Voyado connector knows a contact (contracts/omnium.md 10). */
export const voyadoContactId = "VoyadoContactId";

const prefix = `${voyadoContactId}:`;

/**
 * A customer that an order names by Voyado's id, as an id that this adapter resolves: which customer of
 * Omnium's that is, nobody above can know (contracts/omnium.md 9.3).
 */
export const foreignId = (contactId: string): string => prefix + contactId;

/** The contact's id in Voyado; undefined for an id of Omnium's own. */
export const contactIn = (customerId: string): string | undefined =>
  customerId.startsWith(prefix) ? customerId.slice(prefix.length) : undefined;
