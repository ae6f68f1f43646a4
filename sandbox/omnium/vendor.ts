import * as z from "zod";
import type { Clock } from "../clock.ts";
import type { Vendor } from "../instance.ts";
import { isObject, type Json, toJson } from "../json.ts";
import type { Reply } from "../reply.ts";
import { type Call, Routes } from "../router.ts";
import { seedOmnium } from "../seed/omnium.ts";
import type { Settings } from "../settings.ts";
import { controls } from "./controls.ts";
import { counts, everything } from "./audit.ts";
import { dressed, problem, problemBody, Refused } from "./errors.ts";
import { Gates } from "./limits.ts";
import { mergedProfile, profileSchema } from "./profile.ts";
import { rekey } from "./rekey.ts";
import { isBatch, isScrollStart, routes } from "./routes.ts";
import { OmniumStore } from "./store.ts";
import { clientOf, issueToken, isTokenPath } from "./tokens.ts";
import { runDue } from "./workflow.ts";

export class OmniumVendor implements Vendor {
  readonly #store: OmniumStore;
  readonly #gates: Gates;
  readonly #routes: Routes;
  readonly controls: Routes;

  constructor(sql: SqlStorage, settings: Settings, clock: Clock) {
    this.#store = new OmniumStore(sql, settings, clock);
    this.#gates = new Gates(clock);
    this.#routes = new Routes(routes(this.#store));
    this.controls = new Routes(controls(this.#store, () => this.#counts()));
  }

  /** Token calls count against no limit (published); a call without a token that holds belongs to no user. */
  admit(call: Call): Reply | (() => void) {
    const client = clientOf(this.#store, call.headers.get("authorization"));
    if (client === undefined || isTokenPath(call.path)) return () => undefined;
    const arrival = {
      client: client.id,
      batch: isBatch(call.path),
      scrollStart: isScrollStart(call),
    };
    const entered = this.#gates.enter(arrival, this.#store.profile.limits);
    return "status" in entered ? dressed(entered, this.#store.profile, call.method) : entered;
  }

  answer(call: Call): Reply {
    return dressed(this.#answer(call), this.#store.profile, call.method);
  }

  /** The secret travels in the query here (contracts/omnium.md §2), and a confused client may put it anywhere. */
  judge(_call: Call, name: string, value: string): boolean | undefined {
    if (name === "authorization") return clientOf(this.#store, value) !== undefined;
    const { clients } = this.#store.profile;
    if (/client_?id/.test(name)) return clients.some(({ id }) => id === value);
    if (/secret|token|password/.test(name)) return clients.some(({ secret }) => secret === value);
    return undefined;
  }

  errorBody(status: number): Json {
    return problemBody(status, "A fault that a test asked for.");
  }

  seed(): void {
    this.#store.clear();
    this.#gates.clear();
    this.#store.profile = profileSchema.parse({});
    seedOmnium(this.#store);
  }

  state(): Json {
    runDue(this.#store);
    return { counts: this.#counts(), ...everything(this.#store) };
  }

  profile(): Json {
    return toJson(this.#store.profile);
  }

  mergeProfile(patch: Json): { error: string } | undefined {
    if (!isObject(patch)) return { error: "Send an object with the settings to change." };
    const before = this.#store.profile;
    const merged = mergedProfile(before, patch);
    if (!merged.success) return { error: z.prettifyError(merged.error) };
    this.#store.profile = merged.data;
    rekey(this.#store, before);
    return undefined;
  }

  #answer(call: Call): Reply {
    try {
      if (isTokenPath(call.path)) return issueToken(this.#store, call);
      // (assumed) the token is looked at before the path: an unknown path without one is 401.
      const client = clientOf(this.#store, call.headers.get("authorization"));
      if (client === undefined) return problem(401, "The token is missing, expired or not known.");
      if (!this.#store.profile.plusInPath && /\+|%2b/i.test(call.path))
        return problem(404, "Not found.");
      const found = this.#routes.find(call.method, call.path);
      if (found === "method") return problem(405, `${call.method} is not offered on this path.`);
      if (found === undefined) return problem(404, "There is no such path.");
      this.#store.client = client;
      runDue(this.#store);
      return found.handler({ ...call, params: found.params });
    } catch (error) {
      if (error instanceof Refused) return problem(error.status, error.message);
      throw error;
    } finally {
      this.#store.client = undefined;
    }
  }

  #counts() {
    runDue(this.#store);
    return { ...counts(this.#store), ...this.#gates.state() };
  }
}
