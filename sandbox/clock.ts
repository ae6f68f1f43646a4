import type { Settings } from "./settings.ts";

/**
 * The instance's own time: real time plus an offset that tests move. Expiry, receipt delay and stale snapshots follow
 * it; rate limits and fault delays follow real time, because they are about the load on the wire.
 */
export class Clock {
  readonly #settings: Settings;
  #offset: number;

  constructor(settings: Settings) {
    this.#settings = settings;
    const stored = settings.get("clockOffset");
    this.#offset = typeof stored === "number" ? stored : 0;
  }

  now(): number {
    return Date.now() + this.#offset;
  }

  iso(): string {
    return new Date(this.now()).toISOString();
  }

  get offset(): number {
    return this.#offset;
  }

  setOffset(offset: number): void {
    this.#offset = offset;
    this.#settings.put("clockOffset", offset);
  }
}

/** Reads `{advanceMs}` or `{set}` (ISO text or epoch ms) into a new offset; undefined when neither is there. */
export function movedOffset(
  offset: number,
  body: { advanceMs?: unknown; set?: unknown },
): number | undefined {
  if (typeof body.advanceMs === "number") return offset + body.advanceMs;
  const at =
    typeof body.set === "number"
      ? body.set
      : typeof body.set === "string"
        ? Date.parse(body.set)
        : Number.NaN;
  return Number.isNaN(at) ? undefined : at - Date.now();
}
