import type { Basis } from "../src/spi/contract_answers.ts";
import { errorCodes, type ErrorStatus } from "../src/model/error_object.ts";
import { examples } from "./openapi_examples.ts";
import { isPart, schemaRef, type Json, type Part } from "./openapi_schemas.ts";

/** Paths, parameters and answers of the OpenAPI document. */
const parameterRef = (name: string): Part => ({ $ref: `#/components/parameters/${name}` });
const responseRef = (name: string): Part => ({ $ref: `#/components/responses/${name}` });

/** The statuses that Sitoo publishes for its SPI (contracts/sitoo.md 2.3); there is no 409 and no 422. */
const refusals: Readonly<Record<ErrorStatus, string>> = {
  400: "refused, the message says what to do",
  401: "wrong credential",
  403: "not at a self-checkout",
  404: "no such customer, instrument or address",
  429: "too many wrong credentials from one address",
  500: "a fault of the gateway",
  502: "the CRM's answer cannot be read, or its set-up is wrong",
  503: "the CRM is down or busy, or the configuration cannot be read; try again",
  504: "no answer of the CRM in time; what it did is being found out",
};
export const refusalStatuses = Object.keys(refusals)
  .map(Number)
  .filter((status): status is ErrorStatus => status in refusals);

const refused = (description: string): Part => ({
  description,
  content: { "application/json": { schema: schemaRef("Error") } },
});
const told = (status: ErrorStatus): string => `${errorCodes[status]}: ${refusals[status]}.`;
/** What every call can be refused with is told once; the rest has a name of its own. */
const anywhere: readonly ErrorStatus[] = [401, 404, 429, 500, 503];

const errorResponses = (): Part => ({
  ...Object.fromEntries(
    refusalStatuses
      .filter((status) => !anywhere.includes(status))
      .map((status) => [status, refused(told(status))]),
  ),
  Refused: refused(anywhere.map((status) => `${status} ${told(status)}`).join(" ")),
});

const failing = (...statuses: readonly ErrorStatus[]): Part => ({
  ...Object.fromEntries(statuses.map((status) => [status, responseRef(String(status))])),
  default: responseRef("Refused"),
});
const fromCrm = [400, 502, 504] as const;

const answering = (description: string, schema?: Part, example?: Json): Part => ({
  description,
  ...(schema === undefined
    ? {}
    : {
        content: {
          "application/json": { schema, ...(example === undefined ? {} : { example }) },
        },
      }),
});

const listOf = (name: string, atMost?: number): Part => ({
  type: "array",
  items: schemaRef(name),
  ...(atMost === undefined ? {} : { maxItems: atMost }),
});

const jsonBody = (name: string, example: Json): Part => ({
  required: true,
  content: { "application/json": { schema: schemaRef(name), example } },
});

const operation = (operationId: string, summary: string, basis: Basis, more: Part): Part => ({
  operationId,
  summary,
  tags: ["CRM SPI"],
  "x-basis": basis,
  ...more,
});

const keyType = (name: "SearchBy" | "LookupBy"): Part => ({
  name: "key_type",
  in: "query",
  schema: schemaRef(name),
});

const lookup: Part = {
  parameters: [parameterRef("key"), keyType("LookupBy")],
  responses: { 200: responseRef("Looked"), ...failing(403, ...fromCrm) },
};

const redeem: Part = {
  requestBody: { $ref: "#/components/requestBodies/Redeem" },
  responses: { 200: responseRef("Redeemed"), ...failing(...fromCrm) },
};
const undo: Part = {
  description:
    "Idempotent; 200 also for what was never redeemed. `redeemed: true` marks what another register holds.",
  requestBody: { $ref: "#/components/requestBodies/Undo" },
  responses: {
    200: responseRef("Undone"),
    204: responseRef("UndoneEmpty"),
    ...failing(...fromCrm),
  },
};

/** What several paths share. */
const sharedResponses = (): Part => ({
  Looked: answering("A person without `customer_id`, or none.", listOf("Person", 1), [
    examples.person,
  ]),
  Customer: answering("The customer as it is now.", schemaRef("Customer")),
  Redeemed: answering(
    "Redeemed, or the stored answer of a repeat.",
    schemaRef("RedeemResult"),
    examples.redeemed,
  ),
  Undone: answering("Given back.", schemaRef("RedeemResult")),
  UndoneEmpty: answering("The same, where the tenant has `spi.undo_answer: no_content`."),
});
export const requestBodies: Part = {
  Redeem: jsonBody("RedeemBody", examples.redeemBody),
  Undo: { content: { "application/json": { schema: schemaRef("UndoBody") } } },
  Events: {
    required: true,
    content: { "application/json": { schema: listOf("Event"), example: [examples.event] } },
  },
};

/** Another path that a till may use for the same operation; which one it is, Sitoo does not publish. */
const alias = (
  operationId: string,
  of: string,
  { parameters, requestBody, responses }: Part,
): Part =>
  operation(operationId, `The same as ${of}`, "assumed", {
    ...(parameters === undefined ? {} : { parameters }),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: {
      ...(isPart(responses) && responses["200"] !== undefined ? { 200: responses["200"] } : {}),
      ...failing(),
    },
  });

const customerAnswer: Part = responseRef("Customer");

const undoOf = "DELETE /customers/{customer_id}/redeem";

/** Below `/{tenant}/{channel}/v2`; src/spi/routes.ts has the same table, and a test compares them. */
const spiPaths: Readonly<Record<string, Part>> = {
  "/customers": {
    get: operation("searchCustomer", "Find a customer by a key", "published", {
      parameters: [parameterRef("key"), { ...keyType("SearchBy"), required: true }],
      responses: {
        200: answering("One customer, or none; never 404.", listOf("Customer", 1), [
          examples.customer,
        ]),
        ...failing(403, ...fromCrm),
      },
    }),
    post: operation("createCustomer", "Add a customer", "third party", {
      description: "The same form again within ten minutes answers the same customer.",
      requestBody: jsonBody("CustomerBody", examples.createBody),
      responses: {
        200: answering("By `spi.create_answer`.", schemaRef("Created")),
        201: answering(
          "The same, where the tenant has `spi.create_status: 201`.",
          schemaRef("Created"),
        ),
        ...failing(403, ...fromCrm),
      },
    }),
  },
  "/lookup": {
    get: operation(
      "lookupCustomer",
      "Ask the person register, to fill in a form",
      "assumed",
      lookup,
    ),
  },
  "/lookup_customers": { get: alias("lookupCustomer2", "GET /lookup", lookup) },
  "/customers/lookup": { get: alias("lookupCustomer3", "GET /lookup", lookup) },
  "/customers/{customer_id}": {
    get: operation("getCustomer", "Read a customer", "third party", {
      responses: { 200: customerAnswer, ...failing(...fromCrm) },
    }),
    put: operation("updateCustomer", "Edit a customer", "third party", {
      description: "Partial: a field that is not sent stays as it is.",
      requestBody: jsonBody("CustomerBody", examples.updateBody),
      responses: { 200: customerAnswer, ...failing(...fromCrm) },
    }),
  },
  "/customers/{customer_id}/transactions": {
    get: operation("listTransactions", "Purchase history, newest first", "assumed", {
      parameters: [parameterRef("start"), parameterRef("num")],
      responses: {
        200: answering(
          "An array, or a page where the tenant has `spi.transactions_answer: page`.",
          {
            oneOf: [
              listOf("Transaction"),
              {
                type: "object",
                required: ["totalcount", "items"],
                properties: { totalcount: { type: "integer" }, items: listOf("Transaction") },
              },
            ],
          },
          [examples.transaction],
        ),
        ...failing(403, ...fromCrm),
      },
    }),
  },
  "/customers/{customer_id}/redeem": {
    post: operation("redeem", "Redeem promotions and bonus checks", "assumed", redeem),
    delete: operation("undoRedeem", "Give back what was redeemed", "assumed", undo),
  },
  "/customers/{customer_id}/redeem/{redeem_id}": {
    delete: alias("undoRedeemById", undoOf, undo),
  },
  "/redeem": {
    post: alias(
      "redeem2",
      "POST /customers/{customer_id}/redeem, with `customer_id` in the body",
      redeem,
    ),
    delete: alias("undoRedeem2", undoOf, undo),
  },
  "/redeem/{redeem_id}": { delete: alias("undoRedeemById2", undoOf, undo) },
  "/consents": {
    get: operation("listConsents", "Consents that a form can ask for", "third party", {
      responses: {
        200: answering("All of them.", listOf("Consent"), [examples.consent]),
        ...failing(...fromCrm),
      },
    }),
  },
  "/additional_options": {
    get: operation("listAdditionalOptions", "Further choices of a form", "assumed", {
      responses: {
        200: answering("`[]` with every CRM so far.", listOf("AdditionalOption")),
        ...failing(),
      },
    }),
  },
};

/** Parameters in the order of the path, then who calls. */
const pathParameters = (path: string): Part[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => parameterRef(name ?? ""));
const till = ["StoreId", "StaffId", "RegisterId"].map(parameterRef);

const spi = (): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(spiPaths).map(([below, item]) => {
      const path = `/{tenant}/{channel}/v2${below}`;
      return [path, { parameters: [...pathParameters(path), ...till], ...item }];
    }),
  );

const receiveEvents = (operationId: string): Part => ({
  operationId,
  summary: "Take a batch of events",
  tags: ["Events SPI"],
  security: [{ events: [] }],
  requestBody: { $ref: "#/components/requestBodies/Events" },
  responses: {
    200: { description: "Stored; the body is empty." },
    ...failing(400),
  },
});

const admin = (
  operationId: string,
  summary: string,
  answer: Part,
  { parameters: asked, requestBody }: { parameters?: readonly Part[]; requestBody?: Part } = {},
): Part => ({
  operationId,
  summary,
  tags: ["Operations"],
  security: [{ admin: [] }, { access: [] }],
  ...(asked === undefined ? {} : { parameters: asked }),
  ...(requestBody === undefined ? {} : { requestBody }),
  responses: {
    200: { description: "docs/admin.md", content: { "application/json": { schema: answer } } },
    ...(asked === undefined && requestBody === undefined ? failing() : failing(400)),
  },
});
const asking = (name: string, description: string): Part => ({
  name,
  in: "query",
  schema: { type: "string" },
  description,
});
const reversing = (schema: string): { requestBody: Part } => ({
  requestBody: jsonBody(schema, { reason: "The till lost the sale." }),
});
const reassigning: { requestBody: Part } = {
  requestBody: jsonBody("ReassignBody", {
    customer: "22222222-2222-4222-8222-222222222222",
    reason: "The cashier scanned another customer's card.",
  }),
};
const items: Part = {
  type: "object",
  required: ["items"],
  properties: { items: { type: "array", items: { type: "object" } } },
};
const object: Part = { type: "object" };
const redemptions: Part = {
  type: "object",
  required: ["redemptions"],
  properties: { redemptions: { type: "array", items: { type: "object" } } },
};

const pauses: Part = {
  type: "object",
  required: ["pauses"],
  properties: { pauses: { type: "array", items: { type: "object" } } },
};

const adminPaths: Readonly<Record<string, Part>> = {
  "/shapes": {
    get: admin("listShapes", "Forms of first-seen requests, never their values", items),
  },
  "/dead-letters": {
    get: admin("listDeadLetters", "What was given up and not replayed, newest first", items, {
      parameters: [asking("replayed", "`1`: those that were replayed as well.")],
    }),
  },
  "/dead-letters/replay": {
    post: admin("replayDeadLetters", "Try all orders again that need no look first", object),
  },
  "/dead-letters/{id}/replay": { post: admin("replayDeadLetter", "Try an order again", object) },
  "/orders": {
    get: admin("findOrders", "Events, hops and deliveries of an order, by receipt or id", items, {
      parameters: [
        asking("receipt", "Receipt number; Sitoo is asked for its order."),
        asking("order", "Sitoo's order id, in any account of the tenant."),
      ],
    }),
  },
  "/orders/{account}/{site}/{order}": {
    get: admin("traceOrder", "Events, hops and deliveries of one order", object),
  },
  "/lanes": { get: admin("listLanes", "How orders get on with each destination", items) },
  "/pauses": {
    get: admin("listPauses", "What is held back", pauses),
    post: admin("pause", "Hold redeems or orders back", pauses, {
      requestBody: jsonBody("PauseBody", { what: "orders", channel: "voyado" }),
    }),
    delete: admin("resume", "Let go on what was held back", pauses, {
      parameters: [
        asking("what", "`redeem`, `orders` or `all`; all when left out."),
        asking("channel", "What was paused for this channel alone."),
      ],
    }),
  },
  "/orders/{account}/{site}/{order}/reassign": {
    post: admin(
      "reassignOrder",
      "Give the sale of an order to the customer whose it is",
      object,
      reassigning,
    ),
  },
  "/customers/{customer}/orders": {
    get: admin("listCustomerOrders", "A customer's orders in every CRM instance", items),
  },
  "/channels/{channel}/customers/{customer}/orders": {
    get: admin("listOrdersOf", "Orders that are or were a customer's, newest first", items),
  },
  "/customers/{customer}/redemptions": {
    get: admin("traceCustomer", "A customer's redemptions in every CRM instance", redemptions),
  },
  "/channels/{channel}/customers/{customer}/redemptions": {
    get: admin("traceRedemptions", "State and trail of a customer's redemptions", redemptions),
  },
  "/channels/{channel}/customers/{customer}/redemptions/{redemption_id}/reverse": {
    post: admin(
      "reverseRedemption",
      "Give one redemption back by hand",
      redemptions,
      reversing("ReverseOneBody"),
    ),
  },
  "/channels/{channel}/bonus-checks": {
    post: admin(
      "issueBonusChecks",
      "Bring bonus checks to customers, some lines of a file",
      items,
      {
        requestBody: jsonBody("BonusCheckBody", {
          rows: [
            { row: 2, email: "astrid@example.com", checks: [{ id: "BC-1", value: "100.00" }] },
          ],
          dry_run: true,
        }),
      },
    ),
  },
  "/walks": { get: admin("listWalks", "How far the catch-up of each site is", items) },
  "/walks/run": { post: admin("runWalks", "Catch up now", items) },
  "/backfills": {
    get: admin("listBackfills", "Backfills and how far they are, newest first", items),
    post: admin("startBackfill", "Bring history, or count it", items, {
      requestBody: jsonBody("BackfillBody", { from: "2026-01-01", to: "2026-06-30" }),
    }),
  },
  "/backfills/{id}": {
    get: admin("showBackfill", "One backfill, with what a dry run counted", items),
  },
  "/backfills/{id}/stop": { post: admin("stopBackfill", "Bring no more of it", items) },
  "/backfills/{id}/resume": { post: admin("resumeBackfill", "Go on where it stopped", items) },
  "/proof": {
    get: admin("prove", "Sitoo's closed orders of a day against every destination", items, {
      parameters: [
        asking("day", "Day of sale, YYYY-MM-DD, where the market is."),
        asking("since", "Epoch milliseconds: a proof begun then or later is new enough."),
      ],
    }),
  },
  "/redemptions/{redeem_id}": {
    get: admin("traceRedeemId", "State and trail of what a till's answer redeemed", redemptions),
  },
  "/redemptions/{redeem_id}/reverse": {
    post: admin(
      "reverseRedeemId",
      "Give back by hand what a till's answer redeemed",
      redemptions,
      reversing("ReverseBody"),
    ),
  },
};

const operations = (): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(adminPaths).map(([below, item]) => {
      const path = `/admin/tenants/{tenant}${below}`;
      return [path, { parameters: pathParameters(path), ...item }];
    }),
  );

const text: Part = { type: "string" };
const inPath = (name: string, schema: Part = text): [string, Part] => [
  name,
  { name, in: "path", required: true, schema },
];
const inHeader = (key: string, name: string, description: string): [string, Part] => [
  key,
  { name, in: "header", schema: text, description: `${description} Percent-encoded UTF-8.` },
];
const pathName: Part = { type: "string", pattern: "^[a-z][a-z0-9-]{1,31}$" };

export const parameters: Part = Object.fromEntries<Json>([
  inPath("tenant", pathName),
  inPath("channel", pathName),
  ...["customer_id", "redeem_id", "id", "customer", "redemption_id"].map((name) => inPath(name)),
  ...["account", "site", "order"].map((name) => inPath(name, { type: "integer" })),
  ["key", { name: "key", in: "query", required: true, schema: text }],
  ["start", { name: "start", in: "query", schema: { type: "integer", minimum: 0, default: 0 } }],
  [
    "num",
    {
      name: "num",
      in: "query",
      schema: { type: "integer", minimum: 0, default: 10 },
      description: "At most 100 are answered.",
    },
  ],
  inHeader("StoreId", "Store-ID", "`externalid` of the store."),
  inHeader("StaffId", "Staff-ID", "`externalid` of the member of staff."),
  inHeader("RegisterId", "Register-ID", "Id of the register; tells tills apart."),
]);

const open = (operationId: string, summary: string): Part => ({
  operationId,
  summary,
  tags: ["Health"],
  security: [],
  responses: {
    200: { description: summary, content: { "application/json": { schema: object } } },
  },
});

export const responses = (): Part => ({ ...sharedResponses(), ...errorResponses() });

export const paths = (): Part => ({
  ...spi(),
  "/{tenant}/events": {
    parameters: [parameterRef("tenant")],
    post: receiveEvents("receiveEvents"),
  },
  "/{tenant}": { parameters: [parameterRef("tenant")], post: receiveEvents("receiveEvents2") },
  ...operations(),
  "/healthz": { get: open("health", "The Worker answers") },
  "/openapi.json": { get: open("contract", "This document") },
});
