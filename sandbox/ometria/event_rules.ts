import * as z from "zod";
import { type JsonObject, text } from "../json.ts";
import { email, id, properties, time } from "./field_rules.ts";
import type { Problem } from "./model.ts";
import { problemsOf } from "./problems.ts";
import type { AccountProfile } from "./profile.ts";

/** contracts/ometria.md §7; that at least one identity is needed is (assumed). */
const fields = z
  .strictObject({
    id,
    event_type: z.string().min(1),
    timestamp: time,
    identity_email: email.nullish(),
    identity_account_id: id.nullish(),
    profile_id: z.string().min(1).nullish(),
    properties,
  })
  .superRefine((event, context) => {
    if (!event.identity_email && !event.identity_account_id && !event.profile_id)
      context.addIssue({ code: "custom", path: ["identity_email"], message: "is required" });
  });

/** `@merge` is for contact, product and order (published). */
const directives = z.strictObject({ "@type": z.literal("custom_event") });

export function eventProblems(
  profile: AccountProfile,
  given: { directives: JsonObject },
  stored: { fields: JsonObject },
): Problem[] {
  const problems = [
    ...problemsOf(directives, given.directives, profile.unknownFields),
    ...problemsOf(fields, stored.fields, profile.unknownFields),
  ];
  const type = cutType(profile, stored.fields);
  // A type must be set up first (published); that others come to nothing late is (assumed).
  if (type !== "" && !profile.eventTypes.some((one) => one.slice(0, profile.maxEventType) === type))
    problems.push({ message: "is not a set up event type", path: "root > event_type" });
  return problems;
}

/** Longer types are cut without a word (published). */
export function cutType(profile: AccountProfile, event: JsonObject): string {
  return (text(event["event_type"]) ?? "").slice(0, profile.maxEventType);
}
