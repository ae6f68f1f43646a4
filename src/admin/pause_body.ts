import * as z from "zod/mini";
import { pausable } from "../tenants/stored_tenant.ts";

const what = z.enum([...pausable, "all"]);
/** Left out: every channel. */
const channel = z.optional(z.string().check(z.minLength(1), z.maxLength(40)));

/** What to hold back. */
export const pauseBody = z.object({ what, channel });

/** What to let go on; left out: everything. */
export const resumeQuery = z.object({ what: z._default(what, "all"), channel });
