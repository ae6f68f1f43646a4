import { Hono } from "hono/tiny";
import type { CreateCustomer } from "../crm/create_customer.ts";
import type { Crm } from "../crm/port.ts";
import type { Shape } from "../model/shape.ts";
import type { Redemptions } from "../redemption/redemptions.ts";
import {
  loggedTenant,
  readCredential,
  type Authentication,
  type BasicCredential,
} from "../tenants/authenticate.ts";
import type { Found } from "../tenants/cache.ts";
import type { Channel } from "../tenants/tenant.ts";
import { customerBody, redeemBody, undoBody } from "./contract_requests.ts";
import { createCustomer } from "./create_customer.ts";
import { english } from "./english.ts";
import { getCustomer } from "./get_customer.ts";
import { listAdditionalOptions } from "./list_additional_options.ts";
import { listConsents } from "./list_consents.ts";
import { listTransactions } from "./list_transactions.ts";
import { lookupCustomer } from "./lookup_customer.ts";
import type { Problem } from "./problem.ts";
import { redeem } from "./redeem.ts";
import { searchCustomer } from "./search_customer.ts";
import { isSelfCheckout } from "./self_checkout.ts";
import { createStopwatch } from "./stopwatch.ts";
import type { Texts } from "./texts.ts";
import { readTill } from "./till_headers.ts";
import type { Answer } from "./till_call.ts";
import { undoRedeem } from "./undo_redeem.ts";
import { updateCustomer } from "./update_customer.ts";
import type { Operation, Spi } from "./operation.ts";
import { readBody, withBody } from "./request_body.ts";
import { requestShape } from "./request_shape.ts";
import { problemResponse } from "./wire_error.ts";

/** What the surface needs of the rest of the gateway; all I/O comes through here. */
export type SpiDeps = {
  readonly now: () => number;
  readonly authenticate: (
    tenant: string,
    shown: BasicCredential | undefined,
    waitUntil: (work: Promise<unknown>) => void,
  ) => Promise<Authentication>;
  /** Counts a wrong credential; false when the address has shown too many. */
  readonly mayFail: (tenant: string, address: string) => Promise<boolean>;
  readonly open: (
    found: Found,
    channel: Channel,
    waitUntil: (work: Promise<unknown>) => void,
  ) => {
    readonly crm: Crm;
    readonly redemptions: Redemptions;
    readonly createCustomer: CreateCustomer;
  };
  readonly redeemIsPaused: (
    found: Found,
    channel: Channel,
    waitUntil: (work: Promise<unknown>) => void,
  ) => Promise<boolean>;
  /** What is said to cashiers in the language of a locale; never late, never rejected. */
  readonly texts: (locale: string, waitUntil: (work: Promise<unknown>) => void) => Promise<Texts>;
  readonly captureShape: (tenant: string, operation: string, shape: Shape) => Promise<void>;
  readonly log: (entry: Record<string, unknown>) => void;
};

/** The longest that a till waits for us (contracts/sitoo.md 2.1: it gives up at 10 s). */
const tillWaitsMs = 7_500;

const search: Operation = (call, c) =>
  searchCustomer(call, { key: c.req.query("key"), keyType: c.req.query("key_type") });
const lookup: Operation = (call, c) =>
  lookupCustomer(call, { key: c.req.query("key"), keyType: c.req.query("key_type") });
const redeemItems = withBody(redeemBody, (call, body, c) =>
  redeem(call, c.req.param("customer_id"), body),
);
const undoItems = withBody(
  undoBody,
  (call, body, c) =>
    undoRedeem(
      call,
      { customerId: c.req.param("customer_id"), redeemId: c.req.param("redeem_id") },
      body,
    ),
  true,
);

/**
 * The routes as a table: so much of contracts/sitoo.md 2.2 is assumed that paths must be able to
 * change without touching logic. The first match wins, so `lookup` stands before `{customer_id}`.
 */
const routes: readonly (readonly [
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  name: string,
  run: Operation,
])[] = [
  ["GET", "/customers", "search_customer", search],
  ["POST", "/customers", "create_customer", withBody(customerBody, createCustomer)],
  ["GET", "/lookup", "lookup_customer", lookup],
  ["GET", "/lookup_customers", "lookup_customer", lookup],
  ["GET", "/customers/lookup", "lookup_customer", lookup],
  [
    "GET",
    "/customers/:customer_id",
    "get_customer",
    (call, c) => getCustomer(call, c.req.param("customer_id") ?? ""),
  ],
  [
    "PUT",
    "/customers/:customer_id",
    "update_customer",
    withBody(customerBody, (call, body, c) =>
      updateCustomer(call, c.req.param("customer_id") ?? "", body),
    ),
  ],
  [
    "GET",
    "/customers/:customer_id/transactions",
    "list_transactions",
    (call, c) =>
      listTransactions(call, c.req.param("customer_id") ?? "", {
        start: c.req.query("start"),
        num: c.req.query("num"),
      }),
  ],
  ["POST", "/customers/:customer_id/redeem", "redeem", redeemItems],
  ["DELETE", "/customers/:customer_id/redeem", "undo_redeem", undoItems],
  ["DELETE", "/customers/:customer_id/redeem/:redeem_id", "undo_redeem", undoItems],
  ["POST", "/redeem", "redeem", redeemItems],
  ["DELETE", "/redeem", "undo_redeem", undoItems],
  ["DELETE", "/redeem/:redeem_id", "undo_redeem", undoItems],
  ["GET", "/consents", "list_consents", (call) => listConsents(call)],
  ["GET", "/additional_options", "list_additional_options", () => listAdditionalOptions()],
];

const answer = (c: Spi, outcome: Extract<Answer, { ok: true }>["value"]): Response =>
  outcome.status === 204 ? c.body(null, 204) : c.json(outcome.body ?? null, outcome.status);

/** CRM SPI v2 below `/{tenant}/{channel}/v2` (design.md 3). */
export const spiRoutes = (deps: SpiDeps) => {
  const app = new Hono<{ Variables: { requestId: string } }>({ strict: false });
  const handle =
    (name: string, run: Operation | undefined) =>
    async (c: Spi): Promise<Response> => {
      const stopwatch = createStopwatch(deps.now);
      const startedAt = deps.now();
      const waitUntil = (work: Promise<unknown>): void => c.executionCtx.waitUntil(work);
      const tenantName = c.req.param("tenant") ?? "";
      let channel: Channel | undefined;
      const done = (problem: Problem | undefined, response: Response): Response => {
        response.headers.set("Server-Timing", stopwatch.header());
        deps.log({
          event: "spi",
          request_id: c.get("requestId"),
          tenant: loggedTenant(tenantName),
          operation: name,
          status: response.status,
          outcome:
            problem === undefined
              ? "ok"
              : problem.kind === "crm"
                ? problem.failure.kind
                : problem.kind === "redeem"
                  ? problem.refusal.kind
                  : problem.kind,
          ms: deps.now() - startedAt,
        });
        return response;
      };
      // Who is not known yet is answered in English.
      const texts = async (): Promise<Texts> =>
        channel === undefined ? english : deps.texts(channel.market.locale, waitUntil);
      const refuse = async (problem: Problem): Promise<Response> =>
        done(problem, problemResponse(c, problem, await texts(), channel?.market));

      const found = await stopwatch.time(
        "auth",
        deps.authenticate(tenantName, readCredential(c.req.raw), waitUntil),
      );
      switch (found.kind) {
        case "unavailable":
          return refuse({ kind: "configuration_away" });
        case "unknown_tenant":
          return refuse({ kind: "route_not_found" });
        case "unauthorized": {
          const may = await deps.mayFail(tenantName, c.req.header("CF-Connecting-IP") ?? "");
          return refuse({ kind: may ? "unauthorized" : "too_many_attempts" });
        }
        case "found":
          break;
      }
      channel = found.tenant.channels.get(c.req.param("channel") ?? "");
      // Begun before the CRM is asked, for an answer that may need words after it.
      void texts();
      const body = await readBody(c);
      // A path that we do not know is what an integrator most wants to see.
      if (found.tenant.capture === "shapes" && body.ok)
        waitUntil(deps.captureShape(found.tenant.name, name, requestShape(c, body.value)));
      if (channel === undefined || !channel.till || run === undefined)
        return refuse({ kind: "route_not_found" });
      if (!body.ok) return refuse(body.failure);

      const till = readTill(c.req.raw.headers);
      const calledOn = channel;
      const outcome = await run(
        {
          ...deps.open(found, channel, waitUntil),
          redeemIsPaused: () => deps.redeemIsPaused(found, calledOn, waitUntil),
          texts,
          tenant: found.tenant,
          channel,
          till,
          requestId: c.get("requestId"),
          deadline: startedAt + tillWaitsMs,
          now: deps.now,
          stopwatch,
          selfCheckout: isSelfCheckout(channel, till),
          body: body.value,
        },
        c,
      );
      return outcome.ok ? done(undefined, answer(c, outcome.value)) : refuse(outcome.failure);
    };

  for (const [method, path, name, run] of routes)
    app.on(method, `/:tenant/:channel/v2${path}`, handle(name, run));
  // What is not in the table is 404 like the rest, and only to somebody who may know.
  app.all("/:tenant/:channel/v2/*", handle("unknown", undefined));
  return app;
};
