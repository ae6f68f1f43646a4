import type { RuleSettings } from "../../tenants/rule_settings.ts";
import type { CrmCall, CrmOutcome } from "../port.ts";
import type { Reply } from "../reply.ts";
import type { Rule } from "./client.ts";
import { unknownSubscriber } from "./customer_reads.ts";
import { confirmed } from "./errors.ts";

/** Each once: Rule refuses a tag that is named twice (contracts/rule.md 4). */
export const tagsFor = (
  { tags, tagsOf }: RuleSettings,
  feed: keyof RuleSettings["tagsOf"],
): string[] => [...new Set([...tags, ...tagsOf[feed]])];

/** `automation` is left out: it would run flows again, and unblock (contracts/rule.md 4). */
export const addTags = async (
  rule: Rule,
  id: string,
  tags: readonly string[],
  call: CrmCall,
): CrmOutcome<Reply> =>
  confirmed(
    await rule.send(
      {
        route: "POST /v2/subscribers/{id}/tags",
        path: { id },
        query: { identified_by: "id" },
        body: { tags },
      },
      call,
    ),
    { notFound: unknownSubscriber },
    rule.now(),
  );

/** A 404 is of a tag that nobody has: it is taken away already. */
export const removeTag = async (
  rule: Rule,
  id: string,
  tag: string,
  call: CrmCall,
): CrmOutcome<Reply | undefined> => {
  const done = confirmed(
    await rule.send(
      {
        route: "DELETE /v2/subscribers/{id}/tags/{tag}",
        path: { id, tag },
        query: { identified_by: "id" },
      },
      call,
    ),
    { notFound: unknownSubscriber },
    rule.now(),
  );
  return !done.ok && done.failure.kind === "customer_not_found"
    ? { ok: true, value: undefined }
    : done;
};
