import * as z from "zod/mini";
import type { CommunicationChannel } from "../../model/customer.ts";

/** A contact as Engage sent it, its spellings evened out. Attributes depend on the tenant. */
export type Contact = {
  readonly id: string;
  /** The whole body, for values beside `attributes` (contracts/voyado.md 4.3). */
  readonly root: Readonly<Record<string, unknown>>;
  readonly preferences: Partial<Readonly<Record<CommunicationChannel, boolean>>>;
  readonly consents: readonly { readonly id: string; readonly value: boolean }[];
};

const contactSchema = z.looseObject({ id: z.string().check(z.minLength(1)) });
const consentSchema = z.looseObject({
  id: z.pipe(z.union([z.string(), z.number()]), z.transform(String)),
  value: z.optional(z.unknown()),
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A member of an object; names are compared exactly first, then without case. */
const member = (holder: unknown, name: string): unknown => {
  if (!isRecord(holder)) return undefined;
  if (Object.hasOwn(holder, name)) return holder[name];
  const wanted = name.toLowerCase();
  const key = Object.keys(holder).find((candidate) => candidate.toLowerCase() === wanted);
  return key === undefined ? undefined : holder[key];
};

const within = (holder: unknown, path: string): unknown => {
  // Some attribute names have dots of their own, such as `nps.grade`.
  const whole = member(holder, path);
  return whole === undefined ? path.split(".").reduce(member, holder) : whole;
};

/** A value by its (dotted) name: under `attributes` first, then beside it. */
export const attributeOf = (contact: Contact, path: string): unknown => {
  const inAttributes = within(member(contact.root, "attributes"), path);
  return inAttributes === undefined ? within(contact.root, path) : inAttributes;
};

/** An attribute as text; undefined when it is empty or no scalar. */
export const textAttribute = (contact: Contact, path: string): string | undefined => {
  const value = attributeOf(contact, path);
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value !== "string" || value.trim() === "") return undefined;
  return value.trim();
};

/** true and "true" alike: both occur. */
export const booleanOf = (value: unknown): boolean | undefined => {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  const text = value.toLowerCase();
  return text === "true" ? true : text === "false" ? false : undefined;
};

/** Engage's own names; reads allow an `s` at the end and any case (contracts/voyado.md 4.3). */
export const preferenceNames = {
  email: "acceptsEmail",
  sms: "acceptsSms",
  mail: "acceptsPostal",
} as const;

const preferencesOf = (root: unknown): Contact["preferences"] => {
  const holders = [member(root, "preferences"), member(root, "attributes"), root];
  const choice = (name: string) =>
    holders
      .flatMap((holder) => [member(holder, name), member(holder, `${name}s`)])
      .map(booleanOf)
      .find((value) => value !== undefined);
  const email = choice(preferenceNames.email);
  const sms = choice(preferenceNames.sms);
  const mail = choice(preferenceNames.mail);
  return {
    ...(email === undefined ? {} : { email }),
    ...(sms === undefined ? {} : { sms }),
    ...(mail === undefined ? {} : { mail }),
  };
};

const consentsOf = (root: unknown): Contact["consents"] => {
  const listed = member(root, "consents") ?? member(member(root, "attributes"), "consents");
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((entry) => {
    const consent = consentSchema.safeParse(entry);
    const value = consent.success ? booleanOf(consent.data.value) : undefined;
    // Without a value a consent is neither given nor refused.
    return consent.success && value !== undefined ? [{ id: consent.data.id, value }] : [];
  });
};

/** Reads the body of a contact; undefined when it is none. */
export const parseContact = (json: unknown): Contact | undefined => {
  const parsed = contactSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const root = parsed.data;
  return { id: root.id, root, preferences: preferencesOf(root), consents: consentsOf(root) };
};

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * An answer that is nothing but a contact's id: a quoted JSON string (published, third party);
 * unquoted, or in an object, is tolerated.
 */
export const parseContactId = (json: unknown, text: string | undefined): string | undefined => {
  const candidate =
    json === undefined ? text?.trim() : isRecord(json) ? (json["id"] ?? json["contactId"]) : json;
  return typeof candidate === "string" && guid.test(candidate) ? candidate : undefined;
};
