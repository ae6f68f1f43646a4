import { addressFault, type AddressPolicy } from "./address.ts";
import type { Upstream, UpstreamAnswer, UpstreamRequest } from "./answer.ts";

/** Bodies beyond this count as unreadable: an isolate has 128 MB for all its requests. */
const maximumBodyBytes = 8 * 1024 * 1024;

export type UpstreamOptions = AddressPolicy & {
  readonly fetch: typeof fetch;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

/** Makes the one way out of the gateway; what its calls promise is in `Upstream`. */
export const createUpstream = (options: UpstreamOptions): Upstream => {
  // Called through `options` it would get `this`, which the runtime's own fetch refuses.
  const { fetch: send } = options;

  return async (request) => {
    const fault = addressFault(request.url, options);
    if (fault !== undefined) return { kind: "forbidden", detail: fault };

    const patience = Math.min(request.timeoutMs, request.deadline - options.now());
    if (patience <= 0) return { kind: "timed_out", sent: false };

    const controller = new AbortController();
    const head: { received?: Response } = {};
    const { promise: expired, resolve: expire } = Promise.withResolvers<UpstreamAnswer>();
    const timer = setTimeout(() => {
      // A status is a clear answer even when its body never ends.
      expire(
        head.received === undefined
          ? { kind: "timed_out", sent: true }
          : withText(head.received, undefined),
      );
      controller.abort();
    }, patience);
    try {
      // The race, beside the signal, holds also where a runtime is slow to honour an abort.
      return await Promise.race([expired, attempt(send, request, controller.signal, head)]);
    } finally {
      clearTimeout(timer);
    }
  };
};

const attempt = async (
  send: typeof fetch,
  request: UpstreamRequest,
  signal: AbortSignal,
  head: { received?: Response },
): Promise<UpstreamAnswer> => {
  try {
    const response = await send(request.url, {
      method: request.method,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      // A followed redirect would carry the API key to another host.
      redirect: "manual",
      signal,
    });
    head.received = response;
    return withText(response, await textOf(response));
  } catch (thrown) {
    if (signal.aborted) return { kind: "timed_out", sent: true };
    return { kind: "broken", ...brokenBy(thrown) };
  }
};

const withText = (response: Response, text: string | undefined): UpstreamAnswer => ({
  kind: "answered",
  status: response.status,
  headers: response.headers,
  text,
});

/** The body, or undefined when it broke off or is too large. */
const textOf = async (response: Response): Promise<string | undefined> => {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > maximumBodyBytes) {
        await reader.cancel();
        return undefined;
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return undefined;
  }
};

const neverConnected: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "host name could not be looked up",
  CERT_HAS_EXPIRED: "certificate expired",
};

/**
 * What a thrown fetch error tells. Only these say surely that no request left: Node's codes, and messages that name
 * the connect step. workerd says "Network connection lost." for a refused connection as for one that broke after
 * sending, and "internal error" for an unknown host, so there it counts as sent.
 */
const brokenBy = (thrown: unknown): { sent: boolean; detail: string } => {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const code =
    typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  const known = neverConnected[code];
  if (known !== undefined) return { sent: false, detail: known };

  const message = thrown instanceof Error ? thrown.message : "";
  if (/connect\(\).*refused/i.test(message)) return { sent: false, detail: "connection refused" };
  if (/DNS lookup failed/i.test(message)) return { sent: false, detail: "no such host" };
  return { sent: true, detail: "connection lost" };
};
