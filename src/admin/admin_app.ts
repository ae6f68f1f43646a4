import type { Context } from "hono";
import { Hono } from "hono/tiny";
import type { Found } from "../tenants/cache.ts";

type AdminEnv = {
  /** `found`: the tenant of the path, once it is known to exist. */
  Variables: { requestId: string; found: Found };
};

export const createAdminApp = () => new Hono<AdminEnv>({ strict: false });
export type AdminApp = ReturnType<typeof createAdminApp>;
export type AdminContext = Context<AdminEnv>;

const codes = {
  400: "bad-request",
  401: "unauthorized",
  404: "not-found",
  503: "other",
} as const;

/** undefined when the body is no JSON. */
export const jsonOf = (c: AdminContext): Promise<unknown> =>
  c.req.json().catch((): undefined => undefined);

/** The error object of every surface; the message is for a person. */
export const refuse = (c: AdminContext, status: keyof typeof codes, message: string) =>
  c.json(
    { request_id: c.get("requestId"), error_code: codes[status], error_data: { message } },
    status,
  );
