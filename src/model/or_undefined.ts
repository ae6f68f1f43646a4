import * as z from "zod/mini";

const ignored = z.transform((): undefined => undefined);

/**
 * A member without which the rest still counts: undefined where it is missing, null or of another form.
 * Not `z.catch`, which keeps all of zod's helpers in the bundle, 2.8 KiB gzip, and words every fault that it drops.
 */
export const orUndefined = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.union([z.optional(schema), ignored]);
