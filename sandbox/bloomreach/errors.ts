import type { Json, JsonObject } from "../json.ts";
import { type Reply, reply } from "../reply.ts";
import type { Profile } from "./profile.ts";

type Member = "error" | "errors" | "message";

/** A request that the vendor does not take, before it is known whether it stands alone or in a batch. */
export interface Refusal {
  status: number;
  errors: string[];
  member: Member;
}

export function refusal(status: number, text: string, member: Member = "errors"): Refusal {
  return { status, errors: [text], member };
}

/** Which member carries the text differs by endpoint (contracts/bloomreach.md §2, published); a profile can force one. */
export function refused(profile: Profile, { status, errors, member }: Refusal): Reply {
  const style = profile.errorStyle === "published" ? member : profile.errorStyle;
  return reply(status, {
    success: false,
    [style]: style === "errors" ? errors : errors.join("; "),
  });
}

/** Unknown URL (third party); a wrong method in the same shape (assumed). */
export function notRouted(code: 404 | 405, description: string): Reply {
  return reply(code, { errors: { code, description } });
}

/** The body on an error that a fault asks for; none of these is published. */
export function faultBody(status: number): Json {
  const texts: Record<number, string> = {
    401: "Access key not provided",
    403: "No permission",
    404: "Customer does not exist",
    429: "Too many requests",
  };
  const body: JsonObject = { success: false, error: texts[status] ?? `Status ${String(status)}` };
  return body;
}
