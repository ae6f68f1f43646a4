import * as z from "zod";
import type { Clock } from "../clock.ts";
import type { Vendor } from "../instance.ts";
import { isObject, type Json, toJson } from "../json.ts";
import type { Reply } from "../reply.ts";
import { type Call, Routes } from "../router.ts";
import { seedBloomreach } from "../seed/bloomreach.ts";
import type { Settings } from "../settings.ts";
import { judged } from "./access.ts";
import { stateOf } from "./audit.ts";
import { controls } from "./controls.ts";
import { faultBody, notRouted } from "./errors.ts";
import { profileSchema } from "./profile.ts";
import { routes } from "./routes.ts";
import { BloomreachStore } from "./store.ts";

export class BloomreachVendor implements Vendor {
  readonly #store: BloomreachStore;
  readonly #routes: Routes;
  readonly controls: Routes;

  constructor(sql: SqlStorage, settings: Settings, clock: Clock) {
    this.#store = new BloomreachStore(sql, settings, clock);
    this.#routes = new Routes(routes(this.#store));
    this.controls = new Routes(controls(this.#store));
  }

  /** Every response has a request id (published); here it ends in the number of the request in the log. */
  answer(call: Call): Reply {
    const answer = this.#answer(call);
    const requestId = `00000000-0000-4000-8000-${String(call.seq).padStart(12, "0")}`;
    return { ...answer, headers: { ...answer.headers, "x-request-id": requestId } };
  }

  #answer(call: Call): Reply {
    const found = this.#routes.find(call.method, call.path);
    if (found === undefined) return notRouted(404, `The URL ${call.path} was not found.`);
    if (found === "method") return notRouted(405, `${call.method} is not allowed here.`);
    return found.handler({ ...call, params: found.params });
  }

  judge(_call: Call, name: string, value: string): boolean | undefined {
    return judged(this.#store, name, value);
  }

  errorBody(status: number): Json {
    return faultBody(status);
  }

  seed(): void {
    this.#store.clear();
    this.#store.profile = profileSchema.parse({});
    seedBloomreach(this.#store);
  }

  state(): Json {
    return stateOf(this.#store);
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
}
