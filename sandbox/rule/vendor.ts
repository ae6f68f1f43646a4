import * as z from "zod";
import type { Clock } from "../clock.ts";
import type { Vendor } from "../instance.ts";
import { isObject, type Json, toJson } from "../json.ts";
import type { Reply } from "../reply.ts";
import { type Call, Routes } from "../router.ts";
import { seedRule } from "../seed/rule.ts";
import type { Settings } from "../settings.ts";
import { controls } from "./controls.ts";
import { Refused, refusal, type Version } from "./errors.ts";
import { gate, limited, rateHeaders } from "./gate.ts";
import { settle } from "./jobs.ts";
import { Limits } from "./limits.ts";
import { profileSchema } from "./profile.ts";
import { routes } from "./routes.ts";
import { stateOf } from "./state.ts";
import { RuleStore } from "./store.ts";

export class RuleVendor implements Vendor {
  readonly #store: RuleStore;
  readonly #routes: Routes;
  readonly #limits = new Limits();
  readonly controls: Routes;

  constructor(sql: SqlStorage, settings: Settings, clock: Clock, base: string) {
    this.#store = new RuleStore(sql, settings, clock);
    this.#routes = new Routes(routes(this.#store, base));
    this.controls = new Routes(controls(this.#store, this.#limits));
  }

  answer(call: Call): Reply {
    const { profile, clock } = this.#store;
    const now = clock.now();
    const version = call.path.startsWith("/api/v2/") ? "v2" : "v3";
    const answer = this.#guarded(call, version, now);
    const rate = answer.status === 429 ? {} : rateHeaders(version, now, profile, this.#limits);
    return {
      ...answer,
      // Rule's clock is the instance's: Retry-After is read against it.
      headers: { ...answer.headers, ...rate, Date: new Date(now).toUTCString() },
    };
  }

  #guarded(call: Call, version: Version, now: number): Reply {
    const { profile } = this.#store;
    try {
      gate(call, version, profile);
    } catch (error) {
      if (error instanceof Refused) return error.reply;
      throw error;
    }
    const stopped = limited(version, now, profile, this.#limits);
    if (stopped !== undefined) return stopped;
    settle(this.#store);
    const answer = this.#routed(call, version);
    this.#limits.served(now, answer.status, profile);
    return answer;
  }

  #routed(call: Call, version: Version): Reply {
    try {
      // The v3 suppressions are written with a slash at the end; both are taken everywhere (assumed).
      const found = this.#routes.find(call.method, call.path.replace(/\/$/, ""));
      // (assumed) both bodies.
      if (found === undefined) throw refusal(version, 404, "NotFound", "Not found.");
      if (found === "method")
        throw refusal(version, 405, "MethodNotAllowed", `${call.method} is not supported here.`);
      const sentAsJson = /^application\/json\b/i.test(call.headers.get("content-type") ?? "");
      return found.handler({
        ...call,
        params: found.params,
        // Another content type is not read at all (assumed), so the body lacks everything.
        json: sentAsJson ? call.json : undefined,
      });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const as200 = version === "v2" && this.#store.profile.v2RefusalsAs200;
      return as200 ? { ...error.reply, status: 200 } : error.reply;
    }
  }

  /** Header, query parameter or body field: all three may carry the key. */
  judge(_call: Call, name: string, value: string): boolean | undefined {
    const { apiKeys } = this.#store.profile;
    if (name === "authorization") return apiKeys.some((key) => value === `Bearer ${key}`);
    return name === "apikey" ? apiKeys.includes(value) : undefined;
  }

  errorBody(status: number): Json {
    return {
      error: status === 429 ? "TooManyRequests" : "UnexpectedError",
      message: "An unexpected error occurred. A test asked for it.",
    };
  }

  seed(): void {
    this.#store.clear();
    this.#store.profile = profileSchema.parse({});
    this.#limits.set(0, { requests: 0, errors: 0, blockForMs: 0 });
    seedRule(this.#store);
  }

  state(): Json {
    settle(this.#store);
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
