import * as z from "zod";
import { type JsonObject, toJson } from "../json.ts";
import { type Problem, type Received, RECORD_TYPES } from "./model.ts";
import type { OmetriaStore } from "./store.ts";

const refusalInput = z.strictObject({
  type: z.enum(RECORD_TYPES),
  id: z.string().nullable().default(null),
  message: z.string().default("not a valid value"),
  path: z.string().default("root"),
  times: z.int().positive().default(1),
});

/** Right records of this kind fail late, as often as asked. */
export function addRefusal(store: OmetriaStore, input: unknown): JsonObject {
  const { type, id, message, path, times } = refusalInput.parse(input);
  const row = {
    id: `r${crypto.randomUUID().slice(0, 8)}`,
    type,
    recordId: id,
    times,
    problem: { message, path },
  };
  return toJson(store.refusals.put(row));
}

/** The problem that a test wished for this record (control call `POST /refusals`); undefined for all others. */
export function refusalFor(store: OmetriaStore, row: Received): Problem[] | undefined {
  const wished = store.refusals
    .all()
    .find(({ type, recordId }) => type === row.type && (recordId === null || recordId === row.id));
  if (wished === undefined) return undefined;
  if (wished.times > 1) store.refusals.put({ ...wished, times: wished.times - 1 });
  else store.refusals.delete(wished.id);
  return [wished.problem];
}
