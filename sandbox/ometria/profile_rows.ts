import * as z from "zod";
import { type JsonObject, toJson } from "../json.ts";
import type { Call } from "../router.ts";
import type { Profile } from "./model.ts";
import { inOrder, type OmetriaStore } from "./store.ts";
import { refresh } from "./view.ts";

/** `?email=` or `?customer_id=`, with what the Data API does not show. */
export function profileRows(store: OmetriaStore, { query }: Call): JsonObject[] {
  const [email, customer] = [query.get("email")?.toLowerCase(), query.get("customer_id")];
  return inOrder(store.profiles.all())
    .filter(({ emails }) => email === undefined || emails.includes(email))
    .filter(({ view }) => customer === null || view["customer_id"] === customer)
    .map((row) => toJson(row));
}

const patchInput = z.strictObject({
  tags: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.json()).optional(),
});

/** Tags replace, properties merge: what the retailer's own tables would keep on a profile. */
export function patchProfile(store: OmetriaStore, row: Profile, patch: unknown): JsonObject {
  const { tags = row.tags, properties } = patchInput.parse(patch);
  store.profiles.put({ ...row, tags, properties: { ...row.properties, ...properties } });
  refresh(store, row.id, { seq: 0, atMs: store.clock.now() }, true);
  return toJson(store.profiles.get(row.id) ?? row);
}
