import * as z from "zod";
import type { Clock } from "../clock.ts";
import type { Vendor } from "../instance.ts";
import { isObject, type Json, type JsonObject, toJson } from "../json.ts";
import { RateLimit } from "../rate_limit.ts";
import { ok, type Reply } from "../reply.ts";
import { type Call, type Handler, type Route, Routes } from "../router.ts";
import { seedSitoo } from "../seed/sitoo.ts";
import type { Settings } from "../settings.ts";
import { controls } from "./controls.ts";
import { refuse } from "./errors.ts";
import { listOrders, readOrder } from "./orders.ts";
import { OrderStore } from "./order_store.ts";
import { type Profile, profileSchema } from "./profile.ts";
import { BadQuery } from "./query.ts";
import { type KindName, KINDS, Resources } from "./resources.ts";
import type { Till } from "./till.ts";

const SITE = "/v2/accounts/:account/sites/:site";

export class SitooVendor implements Vendor {
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #orders: OrderStore;
  readonly #resources: Resources;
  readonly #routes: Routes;
  readonly #rate = new RateLimit();
  readonly controls: Routes;
  #profile: Profile;

  constructor(sql: SqlStorage, settings: Settings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#orders = new OrderStore(sql);
    this.#resources = new Resources(sql);
    const stored = profileSchema.safeParse(settings.get("profile") ?? {});
    this.#profile = stored.success ? stored.data : profileSchema.parse({});
    this.#routes = new Routes(this.#restRoutes());
    this.controls = new Routes(controls(() => this.#till()));
  }

  answer(call: Call): Reply {
    // Every REST path ends in .json (published).
    const found = call.path.endsWith(".json")
      ? this.#routes.find(call.method, call.path.slice(0, -".json".length))
      : undefined;
    const account = /^\/v2\/accounts\/(\d+)\//.exec(call.path)?.[1];
    if (account === undefined) return refuse(404, "Not found");
    if (!this.#authorised(call.headers.get("authorization") ?? "", account))
      return refuse(401, "Unauthorized");
    if (this.#rate.exceeded(account, this.#profile.rateLimitPerSecond)) return this.#tooMany();
    if (found === undefined) return refuse(404, "Not found");
    if (found === "method") return refuse(405, "Method not allowed");
    const site = found.params["site"];
    if (site !== undefined && !this.#profile.sites.includes(Number(site)))
      return refuse(404, `Site ${site} not found`);
    try {
      return found.handler({ ...call, params: found.params });
    } catch (error) {
      if (error instanceof BadQuery) return refuse(400, error.message);
      throw error;
    }
  }

  judge(call: Call, header: string, value: string): boolean | undefined {
    if (header !== "authorization") return undefined;
    return this.#authorised(value, /^\/v2\/accounts\/(\d+)\//.exec(call.path)?.[1] ?? "");
  }

  errorBody(status: number): Json {
    return { statuscode: status, errortext: "A fault that a test asked for" };
  }

  seed(): void {
    this.#orders.clear();
    this.#resources.clear();
    for (const name of this.#settings.names("receipt:")) this.#settings.delete(name);
    this.#profile = profileSchema.parse({});
    this.#settings.put("profile", this.#profile);
    seedSitoo(this.#till());
  }

  /** A summary: whole orders are read one by one. */
  state(): Json {
    const { totalcount, items } = this.#orders.list([], {
      start: 0,
      num: 100_000,
      ascending: true,
    });
    const names = [
      "orderid",
      "orderdate",
      "orderstateid",
      "ordertypeid",
      "currencycode",
      "moneytotal_gross_all",
      "creditorderid",
      "warehouseid",
    ];
    const orders = items.map((order): JsonObject => ({
      ...Object.fromEntries(names.map((name) => [name, order[name] ?? null])),
      additionaldata: order["additionaldata"] ?? {},
    }));
    return { totalcount, orders };
  }

  profile(): Json {
    return toJson(this.#profile);
  }

  mergeProfile(patch: Json): { error: string } | undefined {
    if (!isObject(patch)) return { error: "Send an object with the settings to change." };
    const merged = profileSchema.safeParse({ ...this.#profile, ...patch });
    if (!merged.success) return { error: z.prettifyError(merged.error) };
    this.#profile = merged.data;
    this.#settings.put("profile", merged.data);
    return undefined;
  }

  #restRoutes(): Route[] {
    const site = (call: Call): number => Number(call.params["site"]);
    const resources = Object.keys(KINDS) as KindName[];
    const list =
      (name: KindName): Handler =>
      (call) =>
        this.#resources.list(name, this.#profile, call);
    const read =
      (name: KindName): Handler =>
      (call) =>
        this.#resources.read(name, call);
    return [
      [
        "GET",
        "/v2/accounts/:account/orders",
        (call) => listOrders(this.#orders, this.#profile, call, undefined),
      ],
      [
        "GET",
        `${SITE}/orders`,
        (call) => listOrders(this.#orders, this.#profile, call, site(call)),
      ],
      ["GET", `${SITE}/orders/:id`, (call) => readOrder(this.#orders, call, site(call))],
      [
        "GET",
        `${SITE}/settings`,
        (call) =>
          ok({
            eshopid: site(call),
            currencycode: "SEK",
            timezone: "Europe/Stockholm",
            pricesstoredwithvat: true,
            permissions: [],
          }),
      ],
      ...resources.flatMap((name): Route[] => [
        ["GET", `${SITE}/${name}`, list(name)],
        ["GET", `${SITE}/${name}/:id`, read(name)],
      ]),
    ];
  }

  /** User = API id `{accountid}-{n}` (published). */
  #authorised(header: string, account: string): boolean {
    const encoded = /^Basic ([A-Za-z0-9+/=]+)$/.exec(header)?.[1];
    if (encoded === undefined) return false;
    const [user = "", ...password] = fromBase64(encoded).split(":");
    return (
      new RegExp(`^${account}-\\d+$`).test(user) &&
      account !== "" &&
      password.join(":") === this.#profile.password
    );
  }

  /** (third party) the two headers a client reads on 429. */
  #tooMany(): Reply {
    const reset = String(Math.ceil(Date.now() / 1000) + 1);
    return {
      ...refuse(429, "Too many requests"),
      headers: { "retry-after": "1", "x-rate-limit-reset": reset },
    };
  }

  #till(): Till {
    return {
      orders: this.#orders,
      resources: this.#resources,
      settings: this.#settings,
      profile: this.#profile,
      now: Math.floor(this.#clock.now() / 1000),
    };
  }
}

function fromBase64(encoded: string): string {
  try {
    return atob(encoded);
  } catch {
    return "";
  }
}
