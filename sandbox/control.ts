import { movedOffset } from "./clock.ts";
import { isObject } from "./json.ts";
import type { SandboxInstance } from "./instance.ts";
import { ok, type Reply, reply } from "./reply.ts";
import { type Call, type Route, Routes } from "./router.ts";

/** Control calls that every simulated vendor has; its own follow in `vendor.controls`. No credentials: tests only. */
export function control(instance: SandboxInstance, call: Call): Reply {
  const found =
    common(instance).find(call.method, call.path) ??
    instance.vendor.controls.find(call.method, call.path);
  if (found === undefined) return reply(404, { error: `No control call ${call.path}` });
  if (found === "method") {
    const own = instance.vendor.controls.find(call.method, call.path);
    if (own === undefined || own === "method")
      return reply(405, { error: `${call.method} is not offered on ${call.path}` });
    return own.handler({ ...call, params: own.params });
  }
  return found.handler({ ...call, params: found.params });
}

const built = new WeakMap<SandboxInstance, Routes>();

function common(instance: SandboxInstance): Routes {
  let routes = built.get(instance);
  if (routes === undefined) built.set(instance, (routes = new Routes(commonRoutes(instance))));
  return routes;
}

function commonRoutes(instance: SandboxInstance): Route[] {
  const { log, faults, clock, vendor } = instance;
  return [
    [
      "GET",
      "/requests",
      ({ query }) => ok({ items: log.list(range(query)).map((entry) => ({ ...entry })) }),
    ],
    ["DELETE", "/requests", () => (log.clear(), ok({ cleared: true }))],
    ["GET", "/faults", () => ok({ items: JSON.parse(JSON.stringify(faults.list())) })],
    ["DELETE", "/faults", () => (faults.clear(), ok({ cleared: true }))],
    [
      "DELETE",
      "/faults/:id",
      ({ params }) =>
        faults.remove(params["id"] ?? "")
          ? ok({ removed: true })
          : reply(404, { error: "No such fault" }),
    ],
    [
      "POST",
      "/faults",
      ({ json }) => {
        const added = faults.add(json);
        return "error" in added ? reply(400, { error: added.error }) : ok(added);
      },
    ],
    ["GET", "/profile", () => ok(vendor.profile())],
    [
      "POST",
      "/profile",
      ({ json }) => {
        const refused = vendor.mergeProfile(json ?? null);
        return refused === undefined ? ok(vendor.profile()) : reply(400, refused);
      },
    ],
    ["POST", "/reset", () => (instance.reset(), ok({ reset: true }))],
    ["GET", "/state", () => ok(vendor.state())],
    ["GET", "/clock", () => ok({ now: clock.iso(), offsetMs: clock.offset })],
    [
      "POST",
      "/clock",
      ({ json }) => {
        const offset = isObject(json) ? movedOffset(clock.offset, json) : undefined;
        if (offset === undefined)
          return reply(400, {
            error: "Send {advanceMs: number} or {set: ISO text or epoch milliseconds}",
          });
        clock.setOffset(offset);
        return ok({ now: clock.iso(), offsetMs: offset });
      },
    ],
  ];
}

function range(query: URLSearchParams): { since: number; path: string; limit: number } {
  return {
    since: Number(query.get("since") ?? 0),
    path: query.get("path") ?? "",
    limit: Number(query.get("limit") ?? 20_000),
  };
}
