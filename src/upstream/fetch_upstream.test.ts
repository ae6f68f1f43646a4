import { describe, expect, it } from "vitest";
import type { UpstreamRequest } from "./answer.ts";
import { createUpstream } from "./fetch_upstream.ts";

const request: UpstreamRequest = {
  method: "POST",
  url: "https://acme.voyado.com/api/v3/contacts?email=astrid%40example.com",
  headers: { apikey: "secret-key" },
  body: "{}",
  deadline: Date.now() + 60_000,
  timeoutMs: 50,
};

const upstreamWith = (send: typeof fetch) =>
  createUpstream({ fetch: send, now: Date.now, ownHosts: [], allowLocal: false });

/** A fetch that only ends when it is aborted, as the runtime's does. */
const silent: typeof fetch = (_url, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
  });

const failing =
  (error: Error): typeof fetch =>
  () =>
    Promise.reject(error);

describe("one upstream call", () => {
  it("sends method, headers and body, and follows no redirect", async () => {
    const seen: RequestInit[] = [];
    const upstream = upstreamWith((_url, init) => {
      seen.push(init ?? {});
      return Promise.resolve(
        new Response(null, { status: 302, headers: { location: "https://elsewhere.example" } }),
      );
    });
    const answer = await upstream(request);
    expect(answer).toMatchObject({ kind: "answered", status: 302, text: "" });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: "POST",
      headers: { apikey: "secret-key" },
      body: "{}",
      redirect: "manual",
    });
  });

  it("is unclear when no answer came in time, and sends once only", async () => {
    let sent = 0;
    const upstream = upstreamWith((url, init) => {
      sent += 1;
      return silent(url, init);
    });
    expect(await upstream(request)).toEqual({ kind: "timed_out", sent: true });
    expect(sent).toBe(1);
  });

  it("holds its deadline even where the runtime ignores the abort", async () => {
    const upstream = upstreamWith(() => new Promise(() => undefined));
    expect(await upstream(request)).toEqual({ kind: "timed_out", sent: true });
  });

  it("ends at the deadline of the whole call when that is earlier", async () => {
    const upstream = upstreamWith(silent);
    const started = Date.now();
    await upstream({ ...request, timeoutMs: 10_000, deadline: started + 40 });
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it("sends nothing after the deadline", async () => {
    let sent = 0;
    const upstream = upstreamWith(() => {
      sent += 1;
      return Promise.resolve(new Response());
    });
    expect(await upstream({ ...request, deadline: Date.now() - 1 })).toEqual({
      kind: "timed_out",
      sent: false,
    });
    expect(sent).toBe(0);
  });

  it("keeps the status of an answer whose body never ends", async () => {
    const endless = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"errorCode":')),
    });
    const upstream = upstreamWith(() => Promise.resolve(new Response(endless, { status: 409 })));
    expect(await upstream(request)).toMatchObject({
      kind: "answered",
      status: 409,
      text: undefined,
    });
  });

  it("gives no text of a body that breaks off or is too large", async () => {
    const broken = new ReadableStream({
      pull: (controller) => controller.error(new Error("reset")),
    });
    const huge = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)),
    });
    for (const body of [broken, huge]) {
      const upstream = upstreamWith(() => Promise.resolve(new Response(body)));
      const answer = await upstream({ ...request, timeoutMs: 5000 });
      expect(answer).toMatchObject({ kind: "answered", status: 200, text: undefined });
    }
  });

  it("reads characters that are split between chunks", async () => {
    const bytes = new TextEncoder().encode('"Åsa"');
    const body = new ReadableStream({
      start: (controller) => {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const upstream = upstreamWith(() => Promise.resolve(new Response(body)));
    expect(await upstream(request)).toMatchObject({ text: '"Åsa"' });
  });

  it("says that nothing was sent only where the connection surely was not made", async () => {
    const refused = new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } });
    expect(await upstreamWith(failing(refused))(request)).toMatchObject({
      kind: "broken",
      sent: false,
    });
    const unknownHost = new TypeError("fetch failed", { cause: { code: "ENOTFOUND" } });
    expect(await upstreamWith(failing(unknownHost))(request)).toMatchObject({
      kind: "broken",
      sent: false,
    });
    for (const message of [
      "Network connection lost.",
      "internal error; reference = abc",
      "other side closed",
    ]) {
      expect(await upstreamWith(failing(new Error(message)))(request)).toMatchObject({
        kind: "broken",
        sent: true,
      });
    }
  });

  it("puts neither address nor key into the detail", async () => {
    const thrown = new Error(`connecting ${request.url} with secret-key`);
    const answer = await upstreamWith(failing(thrown))(request);
    expect(JSON.stringify(answer)).not.toMatch(/astrid|secret|voyado/);
    const forbidden = await upstreamWith(silent)({
      ...request,
      url: "http://acme.voyado.com/?email=astrid",
    });
    expect(forbidden).toEqual({ kind: "forbidden", detail: "not https" });
  });

  it("calls fetch without a receiver, as the runtime demands", async () => {
    const strict = function (this: unknown) {
      return Promise.resolve(new Response(this === undefined ? "fine" : "illegal invocation"));
    };
    expect(await upstreamWith(strict)(request)).toMatchObject({ text: "fine" });
  });
});
