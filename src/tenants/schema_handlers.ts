import * as z from "zod/mini";
import { bloomreachHandler } from "./schema_bloomreach.ts";
import { omniumHandler } from "./schema_omnium.ts";
import { ruleHandler } from "./schema_rule.ts";
import { voyadoHandler } from "./schema_voyado.ts";

/** Named in the design, and not built yet: file_check.ts says so plainly, rather than call it unknown. */
const notYet = z.optional(z.never());

/** The CRMs that can be named under `handler`. A new one takes the place of its line. */
const handlers = {
  voyado: z.optional(voyadoHandler),
  omnium: z.optional(omniumHandler),
  bloomreach: z.optional(bloomreachHandler),
  rule: z.optional(ruleHandler),
  ometria: notYet,
};

export type KnownKind = keyof typeof handlers;

/** Those that an adapter speaks. */
export const handlerKinds = (): readonly string[] =>
  Object.entries(handlers).flatMap(([kind, { def }]) =>
    def.innerType.def.type === "never" ? [] : [kind],
  );

/** Exactly one key; references.ts counts them, so that the count is told beside other faults. */
export const handler = z.strictObject(handlers);
