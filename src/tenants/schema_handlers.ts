import * as z from "zod/mini";
import { voyadoHandler } from "./schema_voyado.ts";

/** The CRMs that can be named under `handler`. A new one adds a line here, and one in tenant_from_file.ts. */
const handlers = { voyado: voyadoHandler };

/** Named in the design, and not built yet: said so plainly rather than called unknown. */
const planned = ["omnium", "bloomreach", "rule", "ometria"] as const;

const notYet = (kind: string) =>
  z.optional(
    z.never({
      error: `handler "${kind}" is not available in this version; available: ${handlerKinds.join(", ")}`,
    }),
  );

export const handlerKinds: readonly string[] = Object.keys(handlers);

/** CRMs that take no sale of nobody; the adapter says the same by `anonymousSales`. */
export const takesNoAnonymous: readonly string[] = ["voyado"];

/** True for every key that may stand under `handler`, available or not. */
export const isHandlerKind = (kind: string): boolean =>
  handlerKinds.includes(kind) || planned.some((name) => name === kind);

/** Exactly one key; references.ts counts them, so that the count is told beside other faults. */
export const handler = z.strictObject({
  voyado: z.optional(handlers.voyado),
  omnium: notYet("omnium"),
  bloomreach: notYet("bloomreach"),
  rule: notYet("rule"),
  ometria: notYet("ometria"),
});
