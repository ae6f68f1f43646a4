import type { JsonObject } from "../json.ts";
import { type Reply, reply } from "../reply.ts";
import type { Profile } from "./profile.ts";

export type Version = "v2" | "v3";

/** Ends a request before anything was written. */
export class Refused extends Error {
  readonly reply: Reply;

  constructor(answer: Reply) {
    super(`refused with ${answer.status}`);
    this.reply = answer;
  }
}

/** v2 says `{error, message}`, v3 `{message}` (published); the codes but NotAuthorized, LimitExceed, UnexpectedError are (assumed). */
export function refusal(version: Version, status: number, code: string, message: string): Refused {
  return new Refused(reply(status, version === "v2" ? { error: code, message } : { message }));
}

export const subscriberNotFound = (version: Version): Refused =>
  refusal(version, 404, "SubscriberNotFound", "The subscriber was not found.");
export const tagNotFound = (version: Version, tag: string): Refused =>
  refusal(version, 404, "TagNotFound", `The tag ${tag} was not found.`);

/** What is wrong with a request, field by field; `refuse` ends the request when there is something. */
export class Problems {
  readonly #version: Version;
  readonly #profile: Profile;
  readonly #fields: Record<string, string[]> = {};

  constructor(version: Version, profile: Profile) {
    this.#version = version;
    this.#profile = profile;
  }

  add(field: string, message: string): void {
    (this.#fields[field] ??= []).push(message);
  }

  refuse(): void {
    if (Object.keys(this.#fields).length === 0) return;
    const fields: JsonObject = this.#fields;
    const [message = ""] = Object.values(this.#fields).flat();
    throw new Refused(
      this.#version === "v2"
        ? reply(400, { error: "ValidationError", message, fields })
        : reply(this.#profile.v3ValidationStatus, { message, errors: fields }),
    );
  }
}
