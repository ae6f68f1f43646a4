import * as z from "zod/mini";
import { failed, ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome } from "../port.ts";
import type { Bloomreach } from "./client.ts";
import { refusalOf, textsOf } from "./errors.ts";

export type Ids = Readonly<Record<string, string>>;
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Properties = Readonly<Record<string, Json>>;

export type Command = {
  readonly name: "customers" | "customers/events";
  readonly command_id: string;
  readonly data: { readonly customer_ids: Ids; readonly properties: Properties } & (
    | { readonly update_timestamp: number }
    | { readonly event_type: string; readonly timestamp: number }
  );
};

/** More would be refused (contracts/bloomreach.md 1). */
export const batchSize = 50;

export const secondsOf = (epochMs: number): number => epochMs / 1000;

/**
 * @param at seconds: a late repeat must not undo what was written since (3).
 */
export const updateOf = (customer_ids: Ids, properties: Properties, at: number): Command => ({
  name: "customers",
  command_id: "customer",
  data: { customer_ids, properties, update_timestamp: at },
});

export const eventOf = (
  customer_ids: Ids,
  event_type: string,
  properties: Properties,
  timestamp: number,
  command_id: string,
): Command => ({
  name: "customers/events",
  command_id,
  data: { customer_ids, properties, event_type, timestamp },
});

const resultsSchema = z.looseObject({
  results: z.array(z.looseObject({ success: z.boolean() })),
});

/** Results are by position, and each is judged alone: the first refusal is the answer. At most `batchSize`. */
export const sendBatch = async (
  bloomreach: Bloomreach,
  commands: readonly Command[],
  call: CrmCall,
): CrmOutcome<Record<never, never>> => {
  const answer = await bloomreach.send("track/batch", { commands }, call);
  if (!answer.ok) return answer;
  const { data } = resultsSchema.safeParse(answer.value);
  if (data?.results.length !== commands.length)
    return failed({ kind: "unreadable", detail: "bloomreach batch: not one result for each" });
  const refused = data.results.find(({ success }) => !success);
  return refused === undefined ? ok({}) : failed(refusalOf("bloomreach batch", textsOf(refused)));
};
