import type { JsonObject } from "../json.ts";
import { type Reply, reply } from "../reply.ts";

/** Error body as in contracts/voyado.md §3 (third party). */
export function refuse(
  status: number,
  errorCode: string,
  message: string,
  extra: JsonObject = {},
): Reply {
  return reply(status, { errorCode, message, ...extra, requestId: crypto.randomUUID() });
}

/** 422 with one description per broken rule (third party). */
export function invalid(descriptions: readonly string[]): Reply {
  return refuse(422, "ValidationError", "The request is invalid.", {
    validationErrors: descriptions.map((errorDescription) => ({ errorDescription })),
  });
}

export const contactNotFound = (): Reply =>
  refuse(404, "ContactNotFound", "Contact was not found.");
export const invalidContactId = (): Reply =>
  refuse(400, "InvalidContactId", "The contact id is not a valid id.");
export const invalidContactType = (): Reply =>
  refuse(400, "InvalidContactType", "The contact type is not valid.");
