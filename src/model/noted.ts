import * as z from "zod/mini";

/**
 * The schema with notes for documents that are made of it. They lie beside a copy: a shared schema
 * is noted otherwise in each place, and `z.meta` would be one more check of every value.
 */
export const noted = <Schema extends z.ZodMiniType>(
  schema: Schema,
  notes: z.core.GlobalMeta,
): Schema => {
  const own = schema.clone();
  z.globalRegistry.add(own, notes);
  return own;
};
