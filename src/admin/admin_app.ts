import type { Context } from "hono";
import { Hono } from "hono/tiny";
import { errorObject } from "../model/error_object.ts";
import type { Found } from "../tenants/cache.ts";

type AdminEnv = {
  /** `found`: the tenant of the path, once it is known to exist. */
  Variables: { requestId: string; found: Found };
};

export const createAdminApp = () => new Hono<AdminEnv>({ strict: false });
export type AdminApp = ReturnType<typeof createAdminApp>;
export type AdminContext = Context<AdminEnv>;

/** undefined when the body is no JSON. */
export const jsonOf = (c: AdminContext): Promise<unknown> =>
  c.req.json().catch((): undefined => undefined);

/** The message is for a person. */
export const refuse = (c: AdminContext, status: 400 | 401 | 404 | 503, message: string) =>
  c.json(errorObject(c.get("requestId"), status, message), status);
