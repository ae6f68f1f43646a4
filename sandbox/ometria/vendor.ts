import * as z from "zod";
import type { Clock } from "../clock.ts";
import type { Vendor } from "../instance.ts";
import { isObject, type Json, toJson } from "../json.ts";
import { RateLimit } from "../rate_limit.ts";
import type { Reply } from "../reply.ts";
import { type Call, Routes } from "../router.ts";
import { seedOmetria } from "../seed/ometria.ts";
import type { Settings } from "../settings.ts";
import { controls } from "./controls.ts";
import { BadRequest, refuse } from "./errors.ts";
import { gate, judgeKey } from "./gate.ts";
import { profileSchema } from "./profile.ts";
import { processDue } from "./queue.ts";
import { routes } from "./routes.ts";
import { inOrder, OmetriaStore } from "./store.ts";
import { refresh } from "./view.ts";

export class OmetriaVendor implements Vendor {
  readonly #store: OmetriaStore;
  readonly #routes: Routes;
  readonly #rate = new RateLimit();
  readonly controls: Routes;

  constructor(sql: SqlStorage, settings: Settings, clock: Clock) {
    this.#store = new OmetriaStore(sql, settings, clock);
    this.#routes = new Routes(routes(this.#store));
    this.controls = new Routes(controls(this.#store));
  }

  answer(call: Call): Reply {
    processDue(this.#store);
    const found = this.#routes.find(call.method, call.path);
    const stopped = gate(call, this.#store.profile, this.#rate, found);
    if (stopped !== undefined) return stopped;
    if (found === undefined || found === "method") return refuse(404, "Not found.");
    try {
      return found.handler({ ...call, params: found.params });
    } catch (error) {
      if (error instanceof BadRequest) return refuse(400, error.message);
      throw error;
    }
  }

  judge(_call: Call, name: string, value: string): boolean | undefined {
    return judgeKey(this.#store.profile, name, value);
  }

  errorBody(_status: number): Json {
    return { status: "ERROR", message: "A fault that a test asked for." };
  }

  seed(): void {
    this.#store.clear();
    this.#store.profile = profileSchema.parse({});
    seedOmetria(this.#store);
  }

  state(): Json {
    const store = this.#store;
    processDue(store);
    const rows = (all: readonly { number: number }[]): Json =>
      inOrder(all).map((row) => toJson(row));
    return {
      received: rows(store.received.all()),
      contacts: rows(store.listings.all()),
      orders: rows(store.orders.all()),
      products: rows(store.products.all()),
      events: rows(store.events.all()),
      profiles: rows(store.profiles.all()),
      errors: rows(store.errors.all()),
      mails: rows(store.mails.all()),
      unsubscribes: rows(store.unsubscribes.all()),
      sent: rows(store.sent.all()),
    };
  }

  profile(): Json {
    return toJson(this.#store.profile);
  }

  mergeProfile(patch: Json): { error: string } | undefined {
    if (!isObject(patch)) return { error: "Send an object with the settings to change." };
    const merged = profileSchema.safeParse({ ...this.#store.profile, ...patch });
    if (!merged.success) return { error: z.prettifyError(merged.error) };
    const store = this.#store;
    // What was due before is done under the old rules; profiles are then shown by the new ones.
    processDue(store);
    store.profile = merged.data;
    for (const { id, updatedAt } of store.profiles.all())
      refresh(store, id, { seq: 0, atMs: Date.parse(updatedAt) }, true);
    return undefined;
  }
}
