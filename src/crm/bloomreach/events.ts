import * as z from "zod/mini";
import { failed, ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome } from "../port.ts";
import { orUndefined, parseEach } from "../wire_values.ts";
import type { Ids } from "./batch.ts";
import type { Bloomreach } from "./client.ts";

const eventSchema = z.looseObject({
  type: z.string(),
  timestamp: z.number(),
  properties: z.record(z.string(), z.unknown()),
});
export type TrackedEvent = z.infer<typeof eventSchema>;

const dataSchema = z.looseObject({ data: orUndefined(z.array(z.unknown())) });

/** Newest first; there is no filter by date and no count (contracts/bloomreach.md 6). */
export const readEvents = async (
  bloomreach: Bloomreach,
  customer_ids: Ids,
  event_types: readonly string[],
  page: { readonly limit: number; readonly skip: number },
  call: CrmCall,
): CrmOutcome<{ readonly events: readonly TrackedEvent[]; readonly isLast: boolean }> => {
  const answer = await bloomreach.send(
    "data/customers/events",
    { customer_ids, event_types, order: "desc", ...page },
    call,
  );
  if (!answer.ok) return answer;
  const entries = dataSchema.safeParse(answer.value).data?.data;
  if (entries === undefined) return failed({ kind: "unreadable", detail: "bloomreach events" });
  return ok({ events: parseEach(eventSchema, entries), isLast: entries.length < page.limit });
};

const pageSize = 100;
/** Two thousand newer events of one customer: whoever has more has no history that a till would look at. */
const mostPages = 20;

/**
 * The ids of events that are there already, of those that happened at `from` or after: Bloomreach
 * keeps each repeat as one more event, so a repeat is looked for before it is sent (3).
 */
export const eventIdsSince = async (
  bloomreach: Bloomreach,
  ids: Ids,
  types: readonly string[],
  from: number,
  call: CrmCall,
): CrmOutcome<ReadonlySet<string>> => {
  const found = new Set<string>();
  for (let page = 0; page < mostPages; page += 1) {
    const window = { limit: pageSize, skip: page * pageSize };
    const read = await readEvents(bloomreach, ids, types, window, call);
    // Made a moment ago, and not there yet: nor is anything of theirs.
    if (!read.ok) return read.failure.kind === "customer_not_found" ? ok(found) : read;
    const { events, isLast } = read.value;
    for (const { properties } of events)
      if (typeof properties["event_id"] === "string") found.add(properties["event_id"]);
    const oldest = events.at(-1)?.timestamp ?? from;
    // The moment may have been rounded on its way.
    if (isLast || oldest < from - 1) break;
  }
  return ok(found);
};
