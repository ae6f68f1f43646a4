import type * as z from "zod/mini";
import { instrumentKey, type InstrumentRef } from "../model/instrument.ts";
import type { redeemBody, undoBody } from "./contract_requests.ts";

/** The instruments that a body names, each once, whatever the spelling. */
export const instrumentRefs = (body: z.infer<typeof redeemBody>): InstrumentRef[] => {
  const refs: InstrumentRef[] = [
    ...(body.promotions ?? []).map((id) => ({ kind: "promotion", id }) as const),
    ...[...(body.bonus_checks ?? []), ...(body.bonuschecks ?? [])].map(
      ({ id }) => ({ kind: "bonus_check", id }) as const,
    ),
    ...(body.items ?? []).map((item) => ({
      kind: item.type === "promotion" ? ("promotion" as const) : ("bonus_check" as const),
      id: item.id,
    })),
  ];
  return [...new Map(refs.map((ref) => [instrumentKey(ref), ref])).values()];
};

/** What the till takes off with each bonus check, by `instrumentKey`: decimal text, where it says so. */
export const askedAmounts = (body: z.infer<typeof redeemBody>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [
      ...(body.bonus_checks ?? []),
      ...(body.bonuschecks ?? []),
      ...(body.items ?? []).filter(({ type }) => type !== "promotion"),
    ].flatMap(({ id, amount }) =>
      amount === undefined ? [] : [[instrumentKey({ kind: "bonus_check", id }), amount]],
    ),
  );

/** Ids without a kind may be of either: only what the ledger holds is touched. */
export const undoRefs = (body: z.infer<typeof undoBody>): InstrumentRef[] =>
  Array.isArray(body)
    ? body.flatMap((id) => [
        { kind: "promotion", id } as const,
        { kind: "bonus_check", id } as const,
      ])
    : instrumentRefs(body);
