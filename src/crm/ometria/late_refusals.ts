import * as z from "zod/mini";
import { orUndefined } from "../../model/or_undefined.ts";
import type { CrmCall, CrmOutcome, LateRefusal } from "../port.ts";
import { valueOf } from "../reply.ts";
import { parseEach } from "../wire_values.ts";
import { withoutPersons } from "../without_persons.ts";
import type { Ometria } from "./client.ts";
import { failureOf } from "./errors.ts";
import { orderPrefix } from "./order_record.ts";

const said = { error_message: orUndefined(z.string()), error_path: orUndefined(z.string()) };

/** The two texts stand in the row (published), or in its `message` (assumed). */
const row = z.looseObject({
  record_type: orUndefined(z.string()),
  record_id: orUndefined(z.string()),
  timestamp: orUndefined(z.string()),
  message: orUndefined(z.looseObject(said)),
  ...said,
});

const rows = (json: unknown): readonly z.output<typeof row>[] | undefined =>
  Array.isArray(json) ? parseEach(row, json) : undefined;

/** The hundred newest push errors: records that were received, and turned out wrong (contracts/ometria.md 3). */
export const refusedLate = async (
  ometria: Ometria,
  call: CrmCall,
): CrmOutcome<readonly LateRefusal[]> => {
  const reply = await ometria.send({ method: "GET", name: "/push/_errors" }, call);
  const read = valueOf(reply, rows, failureOf(ometria.now()));
  if (!read.ok) return read;
  const prefix = orderPrefix(ometria.delivery);
  return {
    ok: true,
    value: read.value.flatMap((one): readonly LateRefusal[] => {
      const { record_type: type, record_id: id, timestamp: at } = one;
      if (type === undefined || id === undefined || at === undefined || !(Date.parse(at) > 0))
        return [];
      const message = one.error_message ?? one.message?.error_message ?? "no reason given";
      const path = one.error_path ?? one.message?.error_path;
      const number =
        type === "order" && id.startsWith(prefix) && /^\d{1,15}$/.test(id.slice(prefix.length))
          ? Number(id.slice(prefix.length))
          : undefined;
      return [
        {
          record: type,
          id,
          ...(number === undefined ? {} : { orderId: number }),
          reason: withoutPersons(message.slice(0, 300)),
          ...(path === undefined ? {} : { field: path.slice(0, 100) }),
          at: new Date(at).toISOString(),
        },
      ];
    }),
  };
};
