import { describe, expect, it } from "vitest";
import { mayHaveActed } from "../model/crm_failure.ts";
import { answered, retryAfter, statusFailure } from "./classify.ts";

const now = Date.parse("2030-01-31T10:00:00Z");
const failureAt = (status: number, headers: Record<string, string> = {}) =>
  statusFailure(status, new Headers(headers), "crm GET /x", now);

describe("what a status means", () => {
  it.each([
    [301, "set_up_fault"],
    [400, "refused"],
    [401, "set_up_fault"],
    [403, "set_up_fault"],
    [404, "refused"],
    [408, "unavailable"],
    [409, "refused"],
    [429, "rate_limited"],
    [500, "unavailable"],
    [504, "unavailable"],
    [200, "unreadable"],
  ])("%i is %s", (status, kind) => expect(failureAt(status).kind).toBe(kind));

  it("leaves open whether a write happened after a 5xx or an unreadable 2xx, and not after a 4xx", () => {
    expect([200, 500, 504].map((status) => mayHaveActed(failureAt(status)))).toEqual([
      true,
      true,
      true,
    ]);
    expect([400, 401, 404, 409, 429].some((status) => mayHaveActed(failureAt(status)))).toBe(false);
  });

  it("reads Retry-After as seconds or as a date", () => {
    expect(failureAt(429, { "retry-after": "7" })).toEqual({
      kind: "rate_limited",
      retryAfterMs: 7000,
    });
    expect(retryAfter("Thu, 31 Jan 2030 10:01:00 GMT", now)).toBe(60_000);
    expect(retryAfter("Thu, 31 Jan 2030 09:00:00 GMT", now)).toBe(0);
    expect(retryAfter("soon", now)).toBeUndefined();
    expect(failureAt(429)).toEqual({ kind: "rate_limited" });
  });
});

describe("calls without an answer", () => {
  it("may have acted once sent, and not when never sent", () => {
    const acted = (answer: Parameters<typeof answered>[0]) => {
      const outcome = answered(answer, "crm");
      return outcome.ok ? undefined : mayHaveActed(outcome.failure);
    };
    expect(acted({ kind: "timed_out", sent: true })).toBe(true);
    expect(acted({ kind: "timed_out", sent: false })).toBe(false);
    expect(acted({ kind: "broken", sent: true, detail: "lost" })).toBe(true);
    expect(acted({ kind: "broken", sent: false, detail: "refused" })).toBe(false);
    expect(acted({ kind: "forbidden", detail: "not https" })).toBe(false);
  });
});
