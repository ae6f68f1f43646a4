import * as z from "zod/mini";
import { bloomreachHandler } from "./schema_bloomreach.ts";
import { omniumHandler } from "./schema_omnium.ts";
import { ometriaHandler } from "./schema_ometria.ts";
import { ruleHandler } from "./schema_rule.ts";
import { voyadoHandler } from "./schema_voyado.ts";

/** The CRMs that can be named under `handler`, a line for each. */
const handlers = {
  voyado: z.optional(voyadoHandler),
  omnium: z.optional(omniumHandler),
  bloomreach: z.optional(bloomreachHandler),
  rule: z.optional(ruleHandler),
  ometria: z.optional(ometriaHandler),
};

export type KnownKind = keyof typeof handlers;

export const handlerKinds = (): readonly string[] => Object.keys(handlers);

/** Exactly one key; references.ts counts them, so that the count is told beside other faults. */
export const handler = z.strictObject(handlers);
