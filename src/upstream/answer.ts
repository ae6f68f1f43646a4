/**
 * What came of one upstream call. A call that got no clear answer is never called a failure:
 * `sent` says whether the other side may have acted.
 */
export type UpstreamAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: Headers;
      /** The body as text; undefined when reading it broke off. */
      readonly text: string | undefined;
    }
  /** Nothing arrived before the deadline. */
  | { readonly kind: "timed_out"; readonly sent: boolean }
  /** The connection could not be made, or broke. */
  | { readonly kind: "broken"; readonly sent: boolean; readonly detail: string }
  /** Not an address that the gateway may call (design.md 8, Upstream). */
  | { readonly kind: "forbidden"; readonly detail: string };

export type UpstreamRequest = {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** Upper bound of this one call, in milliseconds. */
  readonly timeoutMs: number;
};

/** Sends once. Never retries, never follows a redirect, never throws. */
export type Upstream = (request: UpstreamRequest) => Promise<UpstreamAnswer>;
