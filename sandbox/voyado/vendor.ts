import type { Clock } from "../clock.ts";
import type { Vendor } from "../instance.ts";
import { isObject, type Json, toJson } from "../json.ts";
import { RateLimit } from "../rate_limit.ts";
import { type Reply, reply } from "../reply.ts";
import { type Call, Routes } from "../router.ts";
import { seedVoyado } from "../seed/voyado.ts";
import type { Settings } from "../settings.ts";
import { labelsOf, withContact } from "./contacts.ts";
import { controls } from "./controls.ts";
import { gate } from "./gate.ts";
import { profileSchema } from "./profile.ts";
import { importDue } from "./receipts.ts";
import { routes } from "./routes.ts";
import { VoyadoStore } from "./store.ts";
import * as z from "zod";

export class VoyadoVendor implements Vendor {
  readonly #store: VoyadoStore;
  readonly #routes: Routes;
  readonly #rate = new RateLimit();
  readonly controls: Routes;

  constructor(sql: SqlStorage, settings: Settings, clock: Clock) {
    this.#store = new VoyadoStore(sql, settings, clock);
    this.#routes = new Routes(routes(this.#store));
    this.controls = new Routes(controls(this.#store));
  }

  answer(call: Call): Reply {
    const { profile } = this.#store;
    const stopped = gate(call, profile, this.#rate);
    if (stopped !== undefined) return stopped;
    importDue(this.#store);
    const found = profile.missingPaths.some((path) => call.path.startsWith(path))
      ? undefined
      : (this.#routes.find(call.method, call.path) ?? this.#labels(call));
    if (found === "method")
      return reply(405, {
        message: `The requested resource does not support http method '${call.method}'.`,
      });
    if (found === undefined)
      return reply(404, { message: "No HTTP resource was found that matches the request URI." });
    return found.handler({ ...call, params: found.params });
  }

  judge(_call: Call, header: string, value: string): boolean | undefined {
    return header === "apikey" ? this.#store.profile.apiKeys.includes(value) : undefined;
  }

  errorBody(status: number): Json {
    const requestId = crypto.randomUUID();
    if (status === 504)
      return { errorCode: "GatewayTimeout", message: "The gateway timed out.", requestId };
    // 401, 403 and 429 bodies are not published.
    if (status === 401 || status === 403 || status === 429) return { message: `Status ${status}` };
    return { errorCode: "SandboxFault", message: "A fault that a test asked for.", requestId };
  }

  seed(): void {
    this.#store.clear();
    this.#store.profile = profileSchema.parse({});
    seedVoyado(this.#store);
  }

  state(): Json {
    const store = this.#store;
    importDue(store);
    const rows = (all: readonly object[]): Json => all.map((row) => toJson(row));
    return {
      contacts: rows(store.contacts.all()),
      vouchers: rows(store.vouchers.all()),
      promotions: rows(store.promotions.all()),
      receipts: rows(store.receipts.all()),
      points: rows(store.points.all()),
      stores: rows(store.stores.all()),
      consents: rows(store.consents.all()),
    };
  }

  profile(): Json {
    return toJson(this.#store.profile);
  }

  mergeProfile(patch: Json): { error: string } | undefined {
    if (!isObject(patch)) return { error: "Send an object with the settings to change." };
    const merged = profileSchema.safeParse({ ...this.#store.profile, ...patch });
    if (!merged.success) return { error: z.prettifyError(merged.error) };
    this.#store.profile = merged.data;
    return undefined;
  }

  /** A tenant whose Swagger shows a path for labels (contracts/voyado.md §4.7). */
  #labels(call: Call): ReturnType<Routes["find"]> {
    const { labelsUrl } = this.#store.profile;
    if (labelsUrl === "") return undefined;
    const path = labelsUrl.replace("{contactId}", ":contactId").replace(/^\/?(?=api\/)/, "/");
    return new Routes([
      ["GET", path, withContact(this.#store, (contact) => labelsOf(this.#store, contact))],
    ]).find(call.method, call.path);
  }
}
