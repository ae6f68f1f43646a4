import type * as z from "zod/mini";
import { noted } from "../model/noted.ts";

/** The schema with what `said` says of it; in the Worker, where it says nothing, the schema itself. */
export const described = <Schema extends z.ZodMiniType>(
  schema: Schema,
  text: string | undefined,
): Schema => (text === undefined ? schema : noted(schema, { description: text }));
