import * as z from "zod";
import type { Settings } from "./settings.ts";

const faultSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("latency"), ms: z.number().nonnegative() }),
  z.strictObject({
    type: z.literal("status"),
    status: z.int().min(200).max(599),
    body: z.json().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    contentType: z.string().optional(),
  }),
  z.strictObject({ type: z.literal("applied_then_status"), status: z.int().min(200).max(599) }),
  z.strictObject({ type: z.literal("applied_then_hang"), ms: z.number().nonnegative() }),
  z.strictObject({ type: z.literal("hang"), ms: z.number().nonnegative() }),
  z.strictObject({ type: z.literal("garbage") }),
  z.strictObject({ type: z.literal("applied_then_garbage") }),
]);

const ruleSchema = z.strictObject({
  match: z.strictObject({ method: z.string().optional(), path: z.string().optional() }).default({}),
  fault: faultSchema,
  times: z.int().positive().optional(),
  probability: z.number().min(0).max(1).optional(),
  seed: z.int().optional(),
});

export type Fault = z.infer<typeof faultSchema>;
export type FaultRule = z.infer<typeof ruleSchema> & { id: string; hits: number };

export interface ChosenFaults {
  latencyMs: number;
  /** The first matching rule that is not latency. */
  fault: Fault | undefined;
  label: string | null;
}

/** Faults on demand (contracts/voyado.md §16.8). Rules are tried in the order they were added. */
export class Faults {
  readonly #settings: Settings;
  #rules: FaultRule[];

  constructor(settings: Settings) {
    this.#settings = settings;
    const stored = settings.get("faults");
    this.#rules = Array.isArray(stored) ? (stored as unknown as FaultRule[]) : [];
  }

  list(): FaultRule[] {
    return this.#rules;
  }

  add(input: unknown): { id: string } | { error: string } {
    const parsed = ruleSchema.safeParse(input);
    if (!parsed.success) return { error: z.prettifyError(parsed.error) };
    const id = `f${crypto.randomUUID().slice(0, 8)}`;
    this.#save([...this.#rules, { ...parsed.data, id, hits: 0 }]);
    return { id };
  }

  remove(id: string): boolean {
    const kept = this.#rules.filter((rule) => rule.id !== id);
    const found = kept.length < this.#rules.length;
    if (found) this.#save(kept);
    return found;
  }

  clear(): void {
    this.#save([]);
  }

  /** @param seq of the request: what is drawn for it hangs on that and the seed alone, whatever was restarted. */
  choose(method: string, target: string, seq: number): ChosenFaults {
    const chosen: ChosenFaults = { latencyMs: 0, fault: undefined, label: null };
    if (this.#rules.length === 0) return chosen;
    const used: FaultRule[] = [];
    for (const rule of this.#rules) {
      if (rule.fault.type !== "latency" && chosen.fault !== undefined) continue;
      if (!matches(rule, method, target) || !drawn(rule, seq)) continue;
      used.push(rule);
      if (rule.fault.type === "latency") chosen.latencyMs += rule.fault.ms;
      else chosen.fault = rule.fault;
    }
    if (used.length > 0) {
      chosen.label = used.map((rule) => rule.fault.type).join("+");
      const kept = this.#rules.map((rule) =>
        used.includes(rule) ? { ...rule, hits: rule.hits + 1 } : rule,
      );
      this.#save(kept.filter((rule) => rule.times === undefined || rule.hits < rule.times));
    }
    return chosen;
  }

  #save(rules: FaultRule[]): void {
    this.#rules = rules;
    this.#settings.put("faults", rules);
  }
}

/** `path` is tried as a plain substring first and as a regular expression second: both occur in tests. */
function matches(rule: FaultRule, method: string, target: string): boolean {
  if (rule.match.method !== undefined && rule.match.method.toUpperCase() !== method) return false;
  const path = rule.match.path;
  if (path === undefined || target.includes(path)) return true;
  try {
    return new RegExp(path, "u").test(target);
  } catch {
    return false;
  }
}

function drawn(rule: FaultRule, seq: number): boolean {
  return rule.probability === undefined || random(rule.seed ?? 1, seq) < rule.probability;
}

/** mulberry32: the same seed gives the same run of faults, which makes a failing run repeatable. */
function random(seed: number, nth: number): number {
  const state = (seed + Math.imul(nth, 0x6d2b79f5)) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}
