import * as z from "zod/mini";

/** What a credential of ours opens: the CRM SPI, or the Events SPI. */
export const credentialKinds = ["spi", "events"] as const;
export type CredentialKind = (typeof credentialKinds)[number];

const storedCredential = z.object({
  kind: z.enum(credentialKinds),
  username: z.string(),
  /** Of the password, in hexadecimal. */
  sha256: z.string(),
  /** Epoch milliseconds; absent: for ever. */
  expiresAt: z.exactOptional(z.number()),
});

/** What an operator can hold back. */
export const pausable = ["redeem", "orders"] as const;

const pause = z.object({
  what: z.enum(pausable),
  /** Absent: every channel. */
  channel: z.exactOptional(z.string()),
  /** Epoch milliseconds. */
  since: z.number(),
});

const storedTenant = z.object({
  name: z.string(),
  version: z.int(),
  /** Rises with every change of the document, of a credential, of a pause. */
  revision: z.int(),
  /** JSON text with sealed secrets (document.ts). */
  document: z.string(),
  credentials: z.array(storedCredential),
  /** Sitoo accounts whose orders were seen to carry instrument ids (design.md 6.2). */
  accountsWithInstruments: z.exactOptional(z.array(z.int())),
  /** Absent: nothing is held back. */
  pauses: z.exactOptional(z.array(pause)),
});

export type Pause = z.output<typeof pause>;
export type StoredCredential = z.output<typeof storedCredential>;

/** A tenant as stored and as handed to Durable Objects: plain data, secrets encrypted. */
export type StoredTenant = z.output<typeof storedTenant>;

/** Reads the copy that was kept outside the database; undefined when it is not one. */
export const parseStoredTenant = (json: string): StoredTenant | undefined => {
  try {
    return storedTenant.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
};
