import type { JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Category } from "./model.ts";
import type { BloomreachStore } from "./store.ts";

/** `GET /consent/categories`; needs a key, but no permission (contracts/bloomreach.md §6). */
export function categories(store: BloomreachStore): Reply {
  return ok({ results: store.categories.all().map(categoryView) });
}

function categoryView({ id, name, legitimate_interest, sources }: Category): JsonObject {
  return {
    id,
    legitimate_interest,
    sources,
    translations: { "": { name, description: null } },
  };
}
