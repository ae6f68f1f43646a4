/** Sliding window of one second per key, in real time: the nth request ago must be at least a second old. */
export class RateLimit {
  readonly #times = new Map<string, number[]>();

  /** True when this request is one too many; a refused request does not count. Limit 0 means no limit. */
  exceeded(key: string, perSecond: number): boolean {
    if (perSecond === 0) return false;
    const now = Date.now();
    const times = (this.#times.get(key) ?? []).filter((at) => now - at < 1000);
    this.#times.set(key, times);
    if (times.length >= perSecond) return true;
    times.push(now);
    return false;
  }
}
