import type { Profile } from "./profile.ts";

/**
 * Load and error rate of one account, v2 and v3 together, by the instance's clock, so that a test can wait out a block
 * by moving it. Kept in memory: an account whose object is lost starts anew.
 */
export class Limits {
  #answers: { at: number; error: boolean; served: boolean }[] = [];
  #blockedUntil = 0;

  /** When to come back, for a call that is one too many or comes during a block; undefined lets it pass. */
  stop(now: number, profile: Profile): number | undefined {
    if (now < this.#blockedUntil) {
      // Coming back early lengthens the block (published), by how much is (assumed).
      this.#blockedUntil += profile.blockExtensionMs;
      return this.#blockedUntil;
    }
    const served = this.#within(now, profile.requestsWindowMs).filter((one) => one.served);
    if (profile.requestsAllowed === 0 || served.length < profile.requestsAllowed) return undefined;
    this.#answers.push({ at: now, error: true, served: false });
    this.#block(now, profile);
    return Math.max((served[0]?.at ?? now) + profile.requestsWindowMs, this.#blockedUntil);
  }

  /** 4xx answers count as errors (published); above the ceiling the account is blocked and the count begins anew (assumed). */
  served(now: number, status: number, profile: Profile): void {
    const oldest = now - Math.max(profile.requestsWindowMs, profile.errorWindowMs);
    // A clock that was set back leaves entries in the future behind: they are gone too.
    this.#answers = this.#answers.filter(({ at }) => at > oldest && at <= now);
    this.#answers.push({ at: now, error: status >= 400 && status < 500, served: true });
    this.#block(now, profile);
  }

  #block(now: number, profile: Profile): void {
    if (this.#share(now, profile) <= profile.errorPercentLimit) return;
    this.#blockedUntil = now + profile.blockMs;
    this.#answers = [];
  }

  percent(now: number, profile: Profile): number {
    // During a block it is what led to it; the number itself is not kept, and any above the limit says the same.
    if (now < this.#blockedUntil) return Math.min(100, profile.errorPercentLimit + 1);
    return Math.round(this.#share(now, profile));
  }

  current(now: number, profile: Profile): number {
    return this.#within(now, profile.requestsWindowMs).filter((one) => one.served).length;
  }

  blockedUntil(now: number): number | undefined {
    return now < this.#blockedUntil ? this.#blockedUntil : undefined;
  }

  /** Puts the account where a test wants it, without the calls that would lead there. */
  set(now: number, given: { requests: number; errors: number; blockForMs: number }): void {
    this.#answers = Array.from({ length: given.requests }, (_, index) => ({
      at: now,
      error: index < given.errors,
      served: true,
    }));
    this.#blockedUntil = given.blockForMs === 0 ? 0 : now + given.blockForMs;
  }

  #share(now: number, profile: Profile): number {
    const recent = this.#within(now, profile.errorWindowMs);
    const errors = recent.filter((one) => one.error).length;
    return (errors * 100) / Math.max(recent.length, profile.errorMinRequests);
  }

  #within(now: number, windowMs: number): { at: number; error: boolean; served: boolean }[] {
    return this.#answers.filter(({ at }) => at > now - windowMs && at <= now);
  }
}
