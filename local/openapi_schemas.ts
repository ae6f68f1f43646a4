import * as z from "zod/mini";
import { backfillBody } from "../src/admin/backfill_body.ts";
import { pauseBody } from "../src/admin/pause_body.ts";
import { bonusCheckBody } from "../src/admin/bonus_check_body.ts";
import { reassignBody } from "../src/admin/reassign_body.ts";
import { reverseBody, reverseOneBody } from "../src/admin/reverse_body.ts";
import * as answers from "../src/spi/contract_answers.ts";
import * as requests from "../src/spi/contract_requests.ts";
import { searchKeyTypes } from "../src/spi/search_key.ts";

/** The schemas of the OpenAPI document, made from those that the Worker reads and answers by. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };
export type Part = { readonly [key: string]: Json };

export const schemaRef = (name: string): Part => ({ $ref: `#/components/schemas/${name}` });

/**
 * What JSON Schema says of whole numbers by itself; what OpenAPI has no use for; that answers have no
 * further properties, on which no reader should rely; and bounds of requests that no form comes near.
 */
const isNoise = (key: string, value: Json): boolean =>
  key === "$schema" ||
  key === "$id" ||
  key === "additionalProperties" ||
  key === "maxLength" ||
  key === "maxItems" ||
  (key === "minimum" && value === Number.MIN_SAFE_INTEGER) ||
  (key === "maximum" && value === Number.MAX_SAFE_INTEGER);

export const isPart = (value: Json | undefined): value is Part =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const mapParts = (value: Json, change: (part: Part) => Part): Json => {
  if (Array.isArray(value)) return value.map((item: Json) => mapParts(item, change));
  if (!isPart(value)) return value;
  return Object.fromEntries(
    Object.entries(change(value)).map(([key, item]) => [key, mapParts(item, change)]),
  );
};

const componentsOf = (
  named: Readonly<Record<string, z.ZodMiniType>>,
  io: "input" | "output",
): Record<string, Json> => {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { io, uri: (id) => `#/components/schemas/${id}` });
  const plain: Record<string, Json> = JSON.parse(JSON.stringify(made.schemas));
  return Object.fromEntries(
    Object.entries(plain).map(([id, schema]) => [
      id,
      mapParts(schema, (part) =>
        Object.fromEntries(Object.entries(part).filter(([key, value]) => !isNoise(key, value))),
      ),
    ]),
  );
};

/** Gives a structure that stands in several places a name of its own. */
const hoist = (schemas: Record<string, Json>, name: string, at: readonly string[]): void => {
  const found = at.reduce<Json | undefined>(
    (value, step) => (isPart(value) ? value[step] : undefined),
    schemas,
  );
  if (!isPart(found)) throw new Error(`there is nothing at ${at.join(".")} to be called ${name}`);
  const same = JSON.stringify(found);
  for (const [id, schema] of Object.entries(schemas))
    schemas[id] = mapParts(schema, (part) =>
      JSON.stringify(part) === same ? schemaRef(name) : part,
    );
  schemas[name] = found;
};

/** Says a schema as another one and what it has besides. */
const extend = (schemas: Record<string, Json>, name: string, base: string): void => {
  const [whole, part] = [schemas[name], schemas[base]];
  if (!isPart(whole) || !isPart(part) || !isPart(whole["properties"]))
    throw new Error(`${name} is no object`);
  const inherited = isPart(part["properties"]) ? part["properties"] : {};
  const own = Object.entries(whole["properties"]).filter(([key]) => !(key in inherited));
  schemas[name] = { allOf: [schemaRef(base)], ...whole, properties: Object.fromEntries(own) };
};

const event: Part = {
  type: "object",
  required: ["event_id", "event_type", "event_date", "account_id", "data"],
  properties: {
    event_id: { type: "string" },
    event_type: {
      type: "string",
      description: "`order` and `booking` lead to an order; any other is counted and left.",
    },
    event_date: { type: "integer", description: "Unix seconds." },
    account_id: { type: "integer" },
    data: {
      type: "object",
      required: ["eshop_id", "order_id", "order_event_type"],
      properties: {
        eshop_id: { type: "integer" },
        order_id: { type: "integer" },
        order_event_type: { type: "string" },
        order_state_changed: { type: "string", enum: ["open", "closed", "cancelled"] },
      },
    },
  },
  "x-basis": "published",
};

/** Every schema of the document, by its name. */
export const schemas = (): Record<string, Json> => {
  const { errorBody, ...spoken } = answers;
  const made = {
    ...componentsOf(
      {
        Error: errorBody,
        Address: spoken.address,
        Promotion: spoken.promotion,
        BonusCheck: spoken.bonusCheck,
        Section: spoken.section,
        Person: spoken.person,
        Customer: spoken.customer,
        Created: spoken.created,
        Consent: spoken.consent,
        AdditionalOption: spoken.additionalOption,
        Transaction: spoken.transaction,
        RedeemResult: spoken.redeemResult,
      },
      "output",
    ),
    ...componentsOf(
      {
        CustomerBody: requests.customerBody,
        RedeemBody: requests.redeemBody,
        UndoBody: requests.undoBody,
        BackfillBody: backfillBody,
        PauseBody: pauseBody,
        ReverseBody: reverseBody,
        ReverseOneBody: reverseOneBody,
        ReassignBody: reassignBody,
        BonusCheckBody: bonusCheckBody,
      },
      "input",
    ),
    Event: event,
    SearchBy: {
      type: "string",
      enum: [...searchKeyTypes],
      description: "member_number is published, the others are assumed.",
    },
    LookupBy: { type: "string", enum: ["personal_id", "mobile"], "x-basis": "assumed" },
  };
  const redeem = ["RedeemBody", "properties"];
  hoist(made, "InstrumentId", [...redeem, "items", "items", "properties", "id"]);
  hoist(made, "Amount", [...redeem, "items", "items", "properties", "amount"]);
  hoist(made, "BonusCheckRef", [...redeem, "bonus_checks", "items"]);
  hoist(made, "AddressBody", ["CustomerBody", "properties", "invoice_address"]);
  extend(made, "Customer", "Person");
  return made;
};
