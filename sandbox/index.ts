import { Hono } from "hono";
import type { SandboxEnv } from "./env.ts";
import { isObject } from "./json.ts";

export { BloomreachSandbox } from "./bloomreach/object.ts";
export { SandboxDirectory } from "./directory.ts";
export { OmetriaSandbox } from "./ometria/object.ts";
export { OmniumSandbox } from "./omnium/object.ts";
export { RuleSandbox } from "./rule/object.ts";
export { SitooSandbox } from "./sitoo/object.ts";
export { VoyadoSandbox } from "./voyado/object.ts";

/** A further vendor is one folder, one class and one line here. */
const vendors = {
  bloomreach: (env) => env.BLOOMREACH,
  ometria: (env) => env.OMETRIA,
  omnium: (env) => env.OMNIUM,
  rule: (env) => env.RULE,
  sitoo: (env) => env.SITOO,
  voyado: (env) => env.VOYADO,
} satisfies Record<string, (env: SandboxEnv) => DurableObjectNamespace>;

function namespaceOf(env: SandboxEnv, service: string): DurableObjectNamespace | undefined {
  return Object.entries(vendors).find(([name]) => name === service)?.[1](env);
}

function directoryOf(env: SandboxEnv) {
  return env.DIRECTORY.get(env.DIRECTORY.idFromName("directory"));
}

function toInstance(
  env: SandboxEnv,
  service: string,
  name: string,
  request: Request,
): Response | Promise<Response> {
  const namespace = namespaceOf(env, service);
  if (namespace === undefined)
    return Response.json({ error: `No simulated service named ${service}` }, { status: 404 });
  return namespace.get(namespace.idFromName(name)).fetch(request);
}

const app = new Hono<{ Bindings: SandboxEnv }>();

app.get("/", (c) => c.json({ name: "sitoo-crm-edge-sandbox", services: Object.keys(vendors) }));
app.get("/healthz", (c) => c.json({ status: "ok" }));
app.get("/_sandbox/instances", async (c) =>
  c.json({ items: await directoryOf(c.env).instances() }),
);

app.post("/_sandbox/clock", async (c) => {
  const body: unknown = await c.req.json().catch(() => undefined);
  const offset = isObject(body) ? await directoryOf(c.env).move(body) : undefined;
  if (offset === undefined)
    return c.json(
      { error: "Send {advanceMs: number} or {set: ISO text or epoch milliseconds}" },
      400,
    );
  const now = new Date(Date.now() + offset).toISOString();
  for (const { service, name } of await directoryOf(c.env).instances()) {
    const url = new URL(`/_sandbox/${service}/${name}/clock`, c.req.url);
    await toInstance(
      c.env,
      service,
      name,
      new Request(url, { method: "POST", body: JSON.stringify({ set: now }) }),
    );
  }
  return c.json({ now, offsetMs: offset });
});

app.all("/_sandbox/:service/:name/*", (c) =>
  toInstance(c.env, c.req.param("service"), c.req.param("name"), c.req.raw),
);
app.all("/:service/:name/*", (c) =>
  toInstance(c.env, c.req.param("service"), c.req.param("name"), c.req.raw),
);

export default app;
