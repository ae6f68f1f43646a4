import { execFile, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { projectDir } from "../../local/bundle.ts";
import { applyDocument } from "../../src/cli/apply_document.ts";
import { localKeys } from "../../src/cli/local_keys.ts";
import { checkSources } from "../../src/cli/tenant_source.ts";
import { customer, errorBody } from "../../src/spi/contract_answers.ts";
import { startGateway, type TestGateway } from "../local_gateway.ts";

/** Seeded in every sandbox instance (sandbox/README.md). */
export const astrid = "11111111-1111-4111-8111-111111111111";
export const bertil = "22222222-2222-4222-8222-222222222222";
export const hedda = "88888888-8888-4888-8888-888888888888";
export const voucherId = (n: number): string =>
  `a0000001-0000-4000-8000-${String(n).padStart(12, "0")}`;
export const promotionId = (n: number): string =>
  `b0000001-0000-4000-8000-${String(n).padStart(12, "0")}`;
export const nobody = "00000000-0000-4000-8000-00000000dead";

export type Ended = { readonly code: number; readonly out: string; readonly err: string };

export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** undefined when the body is no JSON. */
  readonly json: unknown;
  readonly ms: number;
};

export const send = async (url: string, init: RequestInit = {}): Promise<Reply> => {
  const from = Date.now();
  const headers = new Headers(init.headers);
  // Between two programs of one machine packing costs more than it saves.
  headers.set("Accept-Encoding", "identity");
  // A body that is refused unread ends its connection: no other request may wait on it.
  if (typeof init.body === "string" ? init.body.length > 100_000 : init.body !== undefined)
    headers.set("Connection", "close");
  const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(25_000) });
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json, ms: Date.now() - from };
};

export const basic = (credential: string): string =>
  `Basic ${Buffer.from(credential, "utf8").toString("base64")}`;

export type SpiCall = {
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** `Register-ID`. */
  readonly register?: string;
  /** `Store-ID`. */
  readonly store?: string;
  /** Whole `Authorization` value; null sends none. */
  readonly authorization?: string | null;
};

export type Spi = (
  method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH",
  path: string,
  call?: SpiCall,
) => Promise<Reply>;

/** One channel as a till calls it. `base` is the address that stands in Sitoo's settings. */
const spiOf =
  (base: string, credential: string): Spi =>
  (method, path, call = {}) => {
    const query = call.query === undefined ? "" : `?${new URLSearchParams(call.query).toString()}`;
    const authorization = call.authorization === undefined ? basic(credential) : call.authorization;
    return send(`${base}${path}${query}`, {
      method,
      headers: {
        ...(authorization === null ? {} : { Authorization: authorization }),
        ...(call.body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(call.register === undefined ? {} : { "Register-ID": call.register }),
        ...(call.store === undefined ? {} : { "Store-ID": call.store }),
        ...call.headers,
      },
      ...(call.body === undefined
        ? {}
        : { body: typeof call.body === "string" ? call.body : JSON.stringify(call.body) }),
    });
  };

export type Fault =
  | { readonly type: "latency" | "hang" | "applied_then_hang"; readonly ms: number }
  | {
      readonly type: "status";
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly contentType?: string;
    }
  | { readonly type: "applied_then_status"; readonly status: number }
  | { readonly type: "garbage" | "applied_then_garbage" };

const logged = z.looseObject({
  seq: z.number(),
  method: z.string(),
  path: z.string(),
  query: z.record(z.string(), z.unknown()),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
  status: z.number().nullable(),
  fault: z.string().nullable(),
});
export type Logged = z.infer<typeof logged>;

const history = z.array(z.looseObject({ action: z.string() }));
const voyadoState = z.looseObject({
  contacts: z.array(
    z.looseObject({ id: z.string(), attributes: z.record(z.string(), z.unknown()) }),
  ),
  vouchers: z.array(z.looseObject({ id: z.string(), history })),
  promotions: z.array(z.looseObject({ id: z.string(), history })),
  receipts: z.array(
    z.looseObject({
      uniqueReceiptId: z.string(),
      contactId: z.string(),
      payload: z.looseObject({}),
      repeats: z.array(z.unknown()),
    }),
  ),
});
const made = z.looseObject({ id: z.string() });
const sold = z.looseObject({
  order: z.looseObject({ orderid: z.number(), moneytotal_gross_all: z.string() }),
  events: z.array(z.looseObject({ event_id: z.string() })),
});

/** CRMs that a tenant has a channel of only when it is asked for. */
const others = ["omnium", "bloomreach", "rule", "ometria"] as const;
type Other = (typeof others)[number];
const isOther = (id: unknown): id is Other => others.some((other) => other === id);
type Service = "voyado" | "sitoo" | Other;

/** The hands on one instance of the sandbox: another tenant of the vendor each. */
const instanceOf = (sandboxUrl: string, service: Service, name: string) => {
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const reply = await send(`${sandboxUrl}/_sandbox/${service}/${name}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (reply.status !== 200) throw new Error(`sandbox ${method} ${path}: ${reply.text}`);
    return reply.json;
  };
  const requests = async (path = "", since = 0): Promise<Logged[]> => {
    const query = new URLSearchParams({ path, since: String(since) }).toString();
    const list = await control("GET", `/requests?${query}`);
    return z.object({ items: z.array(logged) }).parse(list).items;
  };
  return {
    control,
    requests,
    /** The number of the newest request: a mark for `requests(path, since)`. */
    mark: async (): Promise<number> => (await requests()).at(-1)?.seq ?? 0,
    fault: (
      fault: Fault,
      match: { readonly path?: string; readonly method?: string } = {},
      times?: number,
    ) => control("POST", "/faults", { fault, match, ...(times === undefined ? {} : { times }) }),
    clearFaults: () => control("DELETE", "/faults"),
    profile: (patch: Readonly<Record<string, unknown>>) => control("POST", "/profile", patch),
    advanceClock: (advanceMs: number) => control("POST", "/clock", { advanceMs }),
    state: async () => voyadoState.parse(await control("GET", "/state")),
    add: async (
      kind: "contacts" | "vouchers" | "promotions" | "receipts",
      row: Readonly<Record<string, unknown>>,
    ) => z.looseObject({ id: z.string().optional() }).parse(await control("POST", `/${kind}`, row)),
    patch: (kind: "contacts" | "customers" | "vouchers" | "promotions", id: string, row: object) =>
      control("PATCH", `/${kind}/${id}`, row),
    sell: async (sale: Readonly<Record<string, unknown>>) =>
      sold.parse(await control("POST", "/sell", sale)),
  };
};
export type Instance = ReturnType<typeof instanceOf>;

let numbered = 0;
/** Differs in every file and call, so that rows never meet. */
export const unique = (): string => `${process.pid.toString(36)}${(numbered++).toString(36)}`;
let phones = 29;
/** The series that Sweden keeps for fiction; seeds end before 30. */
export const nextMobile = (): string => `+467017406${String(++phones).padStart(2, "0")}`;

/** A contact of its own for one test, with what it can redeem. */
export const addCustomer = async (
  voyado: Instance,
  rows: {
    readonly contact?: Readonly<Record<string, unknown>>;
    readonly attributes?: Readonly<Record<string, unknown>>;
    readonly vouchers?: readonly Readonly<Record<string, unknown>>[];
    readonly promotions?: readonly Readonly<Record<string, unknown>>[];
  } = {},
) => {
  const email = `exempel-${unique()}@example.com`;
  const { id } = made.parse(
    await voyado.add("contacts", {
      attributes: {
        firstName: "Prov",
        lastName: "Exempel",
        email,
        countryCode: "SE",
        ...rows.attributes,
      },
      ...rows.contact,
    }),
  );
  const many = async (
    kind: "vouchers" | "promotions",
    list: readonly Readonly<Record<string, unknown>>[] = [],
  ): Promise<string[]> => {
    const ids: string[] = [];
    for (const row of list)
      ids.push(made.parse(await voyado.add(kind, { contactId: id, ...row })).id);
    return ids;
  };
  return {
    id,
    email,
    vouchers: await many("vouchers", rows.vouchers),
    promotions: await many("promotions", rows.promotions),
  };
};

/** How often an instrument was really taken and given back, as the CRM itself counts. */
export const effectOf = async (
  voyado: Instance,
  id: string,
): Promise<{ readonly redeemed: number; readonly reactivated: number }> => {
  const state = await voyado.state();
  const row = [...state.vouchers, ...state.promotions].find((one) => one.id === id);
  const count = (action: string): number =>
    (row?.history ?? []).filter((entry) => entry.action === action).length;
  return { redeemed: count("redeem"), reactivated: count("reactivate") };
};

type Document = Record<string, unknown>;
export type TenantChange = {
  /** Over the keys of that CRM's channel. */
  readonly [Kind in Other]?: Document;
} & {
  /** Over the channel's own keys; objects merge. */
  readonly channel?: Document;
  readonly voyado?: Document;
  readonly market?: Document;
  readonly top?: Document;
  /** Changes the finished document. */
  readonly edit?: (document: Document) => void;
};

const isDocument = (value: unknown): value is Document =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const merged = (base: Document, over: Document): Document => {
  const result: Document = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const before = result[name];
    result[name] = isDocument(before) && isDocument(value) ? merged(before, value) : value;
  }
  return result;
};

const omniumSecrets = {
  client_id: "sandbox-omnium-client",
  client_secret: "sandbox-omnium-secret",
};
const secrets = {
  api_key: "sandbox-voyado-key",
  api_password: "sandbox-sitoo-password",
  rule_key: "sandbox-rule-key",
};

/** A tenant file like local/demo.yaml, with sandbox instances of its own that bear its name. */
export const tenantDocument = async (
  name: string,
  sandboxUrl: string,
  change: TenantChange = {},
): Promise<Document> => {
  const demo = (await readFile(join(projectDir, "local/demo.yaml"), "utf8"))
    .replaceAll("http://127.0.0.1:8788", sandboxUrl)
    .replace("/sitoo/demo/", `/sitoo/${name}/`)
    .replace("/voyado/demo/", `/voyado/${name}/`)
    .replace("${DEMO_SITOO_PASSWORD}", secrets.api_password)
    .replace("/rule/demo/", `/rule/${name}/`)
    .replace("${DEMO_RULE_KEY}", secrets.rule_key)
    .replace("/omnium/demo", `/omnium/${name}`)
    .replace("${DEMO_OMNIUM_ID}", omniumSecrets.client_id)
    .replace("${DEMO_OMNIUM_SECRET}", omniumSecrets.client_secret)
    .replace("${DEMO_VOYADO_KEY}", secrets.api_key)
    .replace("/bloomreach/demo", `/bloomreach/${name}`)
    .replace("${DEMO_BLOOMREACH_KEY}", "sandbox-bloomreach-key")
    .replace("${DEMO_BLOOMREACH_SECRET}", "sandbox-bloomreach-secret")
    .replace("${DEMO_BLOOMREACH_ID_KEY}", "sandbox-bloomreach-id-key-0123456789");
  const base: unknown = parse(demo);
  if (!isDocument(base)) throw new Error("demo.yaml is no mapping");
  const document = merged(base, { ...change.top, tenant: name });
  if (change.market !== undefined)
    document.market = merged(document.market as Document, change.market);
  const crm = document.crm as { channels: Document[] };
  const voyado = { handler: { voyado: change.voyado ?? {} } };
  crm.channels = crm.channels.flatMap((channel) => {
    if (!isOther(channel.id)) return [merged(merged(channel, change.channel ?? {}), voyado)];
    const asked = change[channel.id];
    return asked === undefined ? [] : [merged(channel, asked)];
  });
  const orders = document.orders as { deliver_to: Document[] };
  orders.deliver_to = orders.deliver_to.filter(({ channel }) => channel !== "ometria");
  change.edit?.(document);
  return document;
};

export type Onboarded = {
  readonly name: string;
  /** user:password */
  readonly spi: string;
  readonly events: string;
};

const written = (pair: { readonly username: string; readonly password: string } | undefined) =>
  pair === undefined ? "" : `${pair.username}:${pair.password}`;

/**
 * One gateway for a test file, started before and stopped after its tests. What the gateway
 * logged is printed only when a test fails.
 */
export const useGateway = (
  vars: Readonly<Record<string, string>> = {},
  bundles?: Parameters<typeof startGateway>[1],
) => {
  let started: TestGateway | undefined;
  let logsBefore = 0;
  beforeAll(async () => {
    started = await startGateway(vars, bundles);
  });
  afterAll(async () => {
    await started?.stop();
  });
  afterEach(({ task }) => {
    const lines = started?.logs.slice(logsBefore) ?? [];
    logsBefore = started?.logs.length ?? 0;
    if (task.result?.state === "fail")
      console.log(
        lines
          .slice(-12)
          .map(({ message }) => message)
          .join("\n"),
      );
  });
  const running = (): TestGateway => {
    if (started === undefined) throw new Error("the gateway runs only inside tests");
    return started;
  };
  const voyado = (name = "demo"): Instance => instanceOf(running().sandbox.url, "voyado", name);
  const omnium = (name = "demo"): Instance => instanceOf(running().sandbox.url, "omnium", name);
  const rule = (name = "demo"): Instance => instanceOf(running().sandbox.url, "rule", name);
  const sitoo = (name = "demo"): Instance => instanceOf(running().sandbox.url, "sitoo", name);
  const ometria = (name = "demo"): Instance => instanceOf(running().sandbox.url, "ometria", name);

  return {
    running,
    /** The simulation of any CRM, for what is the same with all of them. */
    crm: (service: Exclude<Service, "sitoo">, name = "demo"): Instance =>
      instanceOf(running().sandbox.url, service, name),
    voyado,
    omnium,
    rule,
    sitoo,
    ometria,
    sandboxUrl: (): string => running().sandbox.url,
    /** A till of tenant `demo`, or of another one. */
    till: (tenant?: Onboarded, channel = "voyado"): Spi =>
      spiOf(
        `${running().gateway.url}/${tenant?.name ?? "demo"}/${channel}/v2`,
        tenant?.spi ?? running().demo.spi,
      ),
    /** Posts a batch as Sitoo does. */
    events: (body: unknown, tenant?: Onboarded, path = "/events"): Promise<Reply> =>
      send(`${running().gateway.url}/${tenant?.name ?? "demo"}${path}`, {
        method: "POST",
        headers: {
          Authorization: basic(tenant?.events ?? running().demo.events),
          "Content-Type": "application/json",
        },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    admin: (path: string): Promise<Reply> =>
      send(`${running().gateway.url}/admin${path}`, {
        headers: { Authorization: `Bearer ${running().adminToken}` },
      }),
    adminPost: (path: string, body: unknown = {}): Promise<Reply> =>
      send(`${running().gateway.url}/admin${path}`, {
        method: "POST",
        headers: { Authorization: `Bearer ${running().adminToken}` },
        body: JSON.stringify(body),
      }),
    /** Kills the gateway and the sandbox, and starts both on what they have stored. */
    restart: async (): Promise<void> => {
      started = await running().restart();
    },
    /** What Cloudflare does by the crons of wrangler.toml. */
    scheduled: async (cron: string): Promise<void> => {
      const worker = await running().gateway.miniflare.getWorker("sitoo-crm-edge");
      const { outcome } = await worker.scheduled({ cron });
      expect(outcome).toBe("ok");
    },
    /** The command as an operator runs it; locally it finds the gateway by its state. */
    command: (
      args: readonly string[],
      env: Readonly<Record<string, string>> = {},
    ): Promise<Ended> =>
      new Promise((resolve) => {
        execFile(
          process.execPath,
          [join(projectDir, "src/cli/tenant.ts"), ...args],
          {
            cwd: projectDir,
            env: { PATH: process.env["PATH"] ?? "", STATE_DIR: running().stateDir, ...env },
          },
          (fault, out, err) => {
            const code = typeof fault?.code === "number" ? fault.code : fault === null ? 0 : -1;
            resolve({ code, out, err });
          },
        );
      }),
    /** A further tenant, with sandbox instances of its own. */
    onboard: async (name: string, change: TenantChange = {}): Promise<Onboarded> => {
      const { gateway, sandbox, stateDir } = running();
      const text = JSON.stringify(await tenantDocument(name, sandbox.url, change));
      const [checked] = checkSources([{ name: `${name}.json`, text }], {
        variables: {},
        missing: "error",
        allowLiteral: true,
      });
      if (checked?.clear === undefined)
        throw new Error(`tenant ${name}: ${JSON.stringify(checked?.diagnostics)}`);
      const applied = await applyDocument({
        db: await gateway.miniflare.getD1Database("DB"),
        publicKey: (await localKeys(stateDir)).publicKey,
        tenant: name,
        file: checked.clear,
        now: Date.now(),
      });
      if (applied.kind !== "applied") throw new Error(`tenant ${name}: ${applied.kind}`);
      const { spi, events } = applied.credentials;
      return { name, spi: written(spi), events: written(events) };
    },
    /** The same through the command that an integrator runs. */
    onboardByCommand: async (name: string, change: TenantChange = {}): Promise<Onboarded> => {
      const { sandbox, stateDir } = running();
      const file = join(stateDir, `${name}.json`);
      await writeFile(file, JSON.stringify(await tenantDocument(name, sandbox.url, change)));
      const args = ["src/cli/tenant.ts", "apply", file, "--json", "--allow-literal-secrets"];
      const printed = await new Promise<string>((resolve, reject) => {
        const child = spawn(process.execPath, args, {
          cwd: projectDir,
          env: { ...process.env, STATE_DIR: stateDir },
        });
        let out = "";
        let err = "";
        child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
        child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
        child.on("error", reject);
        child.on("exit", (code) =>
          code === 0 ? resolve(out) : reject(new Error(`apply: ${code}\n${err}`)),
        );
      });
      const credential = z.object({ username: z.string(), password: z.string() });
      const result = z
        .object({ credentials: z.object({ spi: credential, events: credential }) })
        .parse(JSON.parse(printed));
      return {
        name,
        spi: written(result.credentials.spi),
        events: written(result.credentials.events),
      };
    },
  };
};

/** A 2xx answer whose body is what the contract says. */
export const accepted = <Schema extends z.core.$ZodType>(
  reply: Reply,
  schema: Schema,
  status = 200,
): z.output<Schema> => {
  expect(reply.status, reply.text).toBe(status);
  expect(reply.headers.get("content-type")).toMatch(/^application\/json/);
  const read = z.safeParse(schema, reply.json);
  if (!read.success) throw new Error(`${z.prettifyError(read.error)}\n${reply.text}`);
  return read.data;
};

const codes: Readonly<Record<number, string>> = {
  400: "bad-request",
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  429: "too-many-requests",
  500: "other",
  502: "bad-gateway",
  503: "other",
  504: "other",
};

/** Signs of what no answer may hold: stacks, source files, secrets, the CRM's address. */
const neverAnswered =
  /\bat \w+ \(|\.ts:\d|\.js:\d|sandbox-voyado-key|sandbox-rule-key|sandbox-sitoo-password|127\.0\.0\.1|apikey|TypeError|ZodError/i;

/** A refusal in the error object of contracts/sitoo.md 2.3. @returns the message for the cashier. */
export const refused = (reply: Reply, status: number, message?: RegExp): string => {
  expect(reply.status, reply.text).toBe(status);
  const body = errorBody.parse(reply.json);
  expect(body.error_code).toBe(codes[status]);
  expect(body.request_id).toBe(reply.headers.get("x-request-id"));
  expect(body.request_id).not.toBe("");
  expect(body.error_data.message.length).toBeGreaterThan(5);
  expect(reply.text).not.toMatch(neverAnswered);
  if (message !== undefined) expect(body.error_data.message).toMatch(message);
  return body.error_data.message;
};

/** The one customer of a search. */
export const foundOne = (reply: Reply): z.output<typeof customer> => {
  const list = accepted(reply, z.array(customer).length(1));
  const [only] = list;
  if (only === undefined) throw new Error("nobody");
  expect(reply.text).not.toContain("null");
  return only;
};

export const foundNobody = (reply: Reply): void => {
  expect(reply.status, reply.text).toBe(200);
  expect(reply.json).toEqual([]);
};

/** Asks until it holds: for what happens behind an answer. */
export const eventually = async <Value>(
  ask: () => Promise<Value | undefined | false>,
  what: string,
  withinMs = 15_000,
): Promise<Value> => {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
};
