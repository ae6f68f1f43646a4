import { DurableObject } from "cloudflare:workers";
import { Clock } from "./clock.ts";
import { control } from "./control.ts";
import type { SandboxEnv } from "./env.ts";
import { Faults, type Fault } from "./faults.ts";
import { type Json, parseJson } from "./json.ts";
import { type Reply, toResponse } from "./reply.ts";
import { loggedBody, loggedHeaders, loggedQuery, RequestLog } from "./request_log.ts";
import type { Call, Routes } from "./router.ts";
import { Settings } from "./settings.ts";

/** What a vendor's simulation adds to the common machinery. */
export interface Vendor {
  /** Strict answer to one request, with its effect. Synchronous, therefore atomic. */
  answer(call: Call): Reply;
  /** True or false for a header, query parameter or body field that holds a credential, undefined for all others. */
  judge(call: Call, name: string, value: string): boolean | undefined;
  /**
   * For vendors that cap the calls under way: a refusal at the door, which no fault touches, or what to call when the
   * answer is out.
   */
  admit?(call: Call): Reply | (() => void);
  /** The body this vendor would put on an error that a fault asks for. */
  errorBody(status: number): Json;
  /** Empties the data and seeds it again. */
  seed(): void;
  state(): Json;
  profile(): Json;
  mergeProfile(patch: Json): { error: string } | undefined;
  /** Control calls of this vendor alone, below /_sandbox/{service}/{name}. */
  controls: Routes;
}

/** One isolated instance: request log, faults and clock around a vendor's simulation. */
export abstract class SandboxInstance extends DurableObject<SandboxEnv> {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: RequestLog;
  readonly faults: Faults;
  abstract readonly service: string;
  abstract readonly vendor: Vendor;

  constructor(ctx: DurableObjectState, env: SandboxEnv) {
    super(ctx, env);
    this.settings = new Settings(ctx.storage.sql);
    this.clock = new Clock(this.settings);
    this.log = new RequestLog(ctx.storage.sql);
    this.faults = new Faults(this.settings);
    // Runs after the subclass is built: the callback begins with an await.
    void ctx.blockConcurrencyWhile(() => this.#start());
  }

  async #start(): Promise<void> {
    await Promise.resolve();
    if (this.settings.get("seeded") === true) return;
    const directory = this.env.DIRECTORY.get(this.env.DIRECTORY.idFromName("directory"));
    this.clock.setOffset(await directory.join(this.service, this.ctx.id.name ?? ""));
    this.reset();
    this.settings.put("seeded", true);
  }

  /** Data, profile, faults and log as on first touch; the clock stays, as tests move it apart from the data. */
  reset(): void {
    this.ctx.storage.transactionSync(() => {
      this.faults.clear();
      this.log.clear();
      this.vendor.seed();
    });
  }

  override async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const body = await request.text();
    const controlled = url.pathname.startsWith("/_sandbox/");
    // /{service}/{name}/rest or /_sandbox/{service}/{name}/rest
    const path = `/${url.pathname
      .split("/")
      .slice(controlled ? 4 : 3)
      .join("/")}`;
    const call: Call = {
      method: request.method,
      path,
      query: url.searchParams,
      headers: request.headers,
      body,
      json: parseJson(body),
      params: {},
      seq: 0,
    };
    return toFinal(
      controlled ? { reply: control(this, call) } : await this.#serve(call, url.search),
    );
  }

  async #serve(call: Call, search: string): Promise<Served> {
    const started = Date.now();
    const judge = (name: string, value: string): boolean | undefined =>
      this.vendor.judge(call, name, value);
    const entry = this.log.open({
      at: this.clock.iso(),
      method: call.method,
      path: call.path,
      query: loggedQuery(call.query, judge),
      headers: loggedHeaders(call.headers, judge),
      body: loggedBody(call.body, call.json, judge),
    });
    call.seq = entry.seq;
    const admitted = this.vendor.admit?.(call) ?? (() => undefined);
    const close = (status: number, fault: string | null): void =>
      this.log.close(entry, { status, fault, ms: Date.now() - started });
    if ("status" in admitted) {
      close(admitted.status, null);
      return { reply: admitted };
    }
    try {
      const { latencyMs, fault, label } = this.faults.choose(
        call.method,
        call.path + safeDecode(search),
        call.seq,
      );
      if (latencyMs > 0) await scheduler.wait(latencyMs);
      const served = await this.#withFault(fault, call);
      close(served.reply.status, label);
      return served;
    } finally {
      admitted();
    }
  }

  async #withFault(fault: Fault | undefined, call: Call): Promise<Served> {
    switch (fault?.type) {
      case undefined:
      case "latency":
        return { reply: this.#answer(call) };
      case "status":
        return { reply: this.#broken(fault) };
      case "applied_then_status":
        this.#answer(call);
        return { reply: this.#broken(fault) };
      case "hang":
        await scheduler.wait(fault.ms);
        return { reply: this.#broken({ status: 504 }) };
      case "applied_then_hang": {
        const answer = this.#answer(call);
        await scheduler.wait(fault.ms);
        return { reply: answer };
      }
      case "garbage":
        return { reply: { status: 200 }, raw: GARBAGE };
      case "applied_then_garbage":
        return { reply: { status: this.#answer(call).status }, raw: GARBAGE };
    }
  }

  #answer(call: Call): Reply {
    // No transaction around it: writes of one synchronous turn are committed together, and reads then cost no commit.
    return this.vendor.answer(call);
  }

  #broken(fault: {
    status: number;
    body?: Json | undefined;
    headers?: Record<string, string> | undefined;
    contentType?: string | undefined;
  }): Reply {
    const body = fault.body ?? this.vendor.errorBody(fault.status);
    const headers = {
      ...fault.headers,
      ...(fault.contentType === undefined ? {} : { "content-type": fault.contentType }),
    };
    return { status: fault.status, headers, ...(bodyless(fault.status) ? {} : { body }) };
  }
}

interface Served {
  reply: Reply;
  /** A body that is not what its content type says. */
  raw?: string;
}

const GARBAGE = '<html><body><h1>Bad Gateway</h1>{"items":[';

function toFinal(served: Served): Response {
  if (served.raw !== undefined) {
    return new Response(bodyless(served.reply.status) ? null : served.raw, {
      status: served.reply.status,
      headers: { "content-type": "application/json" },
    });
  }
  // A fault with its own content type sends its body as it is, e.g. an HTML page.
  const { body, headers, status } = served.reply;
  if (typeof body === "string" && headers?.["content-type"] !== undefined)
    return new Response(body, { status, headers });
  return toResponse(served.reply);
}

function bodyless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

function safeDecode(search: string): string {
  try {
    return decodeURIComponent(search);
  } catch {
    return search;
  }
}
