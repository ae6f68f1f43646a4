import type { Context } from "hono";
import { Hono } from "hono/tiny";
import { errorObject } from "../model/error_object.ts";
import { shapeOf, type Shape } from "../model/shape.ts";
import {
  loggedTenant,
  readCredential,
  type Authentication,
  type BasicCredential,
} from "../tenants/authenticate.ts";
import { readBodyText } from "../tenants/body_text.ts";
import { receiveEvents, type ReceiveDeps } from "./receive.ts";

export type EventsDeps = ReceiveDeps & {
  readonly now: () => number;
  readonly authenticate: (
    tenant: string,
    shown: BasicCredential | undefined,
    waitUntil: (work: Promise<unknown>) => void,
  ) => Promise<Authentication>;
  readonly mayFail: (tenant: string, address: string) => Promise<boolean>;
  readonly captureShape: (tenant: string, operation: string, shape: Shape) => Promise<void>;
  readonly log: (entry: Record<string, unknown>) => void;
};

type Events = Context<{ Variables: { requestId: string } }>;

/** Far more than ten notices: a refused body loses its events for good. */
const largestBody = 1024 * 1024;

const shapeOfText = (body: string): Shape => {
  try {
    return { body: shapeOf(JSON.parse(body)) };
  } catch {
    return { body: "not JSON" };
  }
};

/**
 * `POST /{tenant}/events`, and `POST /{tenant}` the same (contracts/sitoo.md 4.1, 4.3).
 * Sitoo's queue stands still until its head is taken: what cannot be stored is 503, which every
 * edition of the page retries; a refusal loses the events, so it is logged as an alert.
 */
export const eventRoutes = (deps: EventsDeps) => {
  const app = new Hono<{ Variables: { requestId: string } }>({ strict: false });

  const receive = async (c: Events): Promise<Response> => {
    const startedAt = deps.now();
    const tenant = c.req.param("tenant") ?? "";
    const refuse = (status: 400 | 401 | 404 | 429 | 503, why: string): Response => {
      deps.log({
        level: status === 503 ? "error" : "alert",
        event: "events_refused",
        request_id: c.get("requestId"),
        tenant: loggedTenant(tenant),
        status,
        why,
        ms: deps.now() - startedAt,
      });
      if (status === 401)
        c.header("WWW-Authenticate", 'Basic realm="sitoo-crm-edge events", charset="UTF-8"');
      return c.json(errorObject(c.get("requestId"), status, why), status);
    };

    const found = await deps.authenticate(tenant, readCredential(c.req.raw), (work) =>
      c.executionCtx.waitUntil(work),
    );
    switch (found.kind) {
      case "unavailable":
        return refuse(503, "The configuration cannot be read right now. Send the events again.");
      case "unknown_tenant":
        return refuse(404, "There is no such tenant. Check base_url of the event subscription.");
      case "unauthorized": {
        const may = await deps.mayFail(tenant, c.req.header("CF-Connecting-IP") ?? "");
        // 429 is retried, so a burst of wrong credentials costs no event more than it must.
        return may
          ? refuse(401, "Wrong user name or password for events.")
          : refuse(429, "Too many wrong log-ins. Wait a minute.");
      }
      case "found":
        break;
    }
    const body = await readBodyText(c.req.raw, largestBody);
    if (body === undefined) return refuse(400, "The body is larger than 1 MiB.");
    if (found.tenant.capture === "shapes") {
      c.executionCtx.waitUntil(deps.captureShape(found.tenant.name, "events", shapeOfText(body)));
    }
    const received = await receiveEvents(
      { tenant: found.tenant, body, receivedAt: startedAt },
      deps,
    );
    if (received.status !== 200) return refuse(received.status, received.message);
    deps.log({
      event: "events",
      request_id: c.get("requestId"),
      tenant,
      status: 200,
      ...received.counts,
      ms: deps.now() - startedAt,
    });
    return c.body(null, 200);
  };

  app.post("/:tenant/events", receive);
  app.post("/:tenant", receive);
  return app;
};
