import type { One, Set, TillName } from "./acts.ts";

/** When something happened: by the order in which this side saw it, and by the rig's clock. */
export type Moment = { readonly tick: number; readonly at: number };

export type Answer = Moment & {
  readonly status: number;
  readonly redeemId: string | undefined;
  /** Of each instrument in the answer, whether it counts as used. */
  readonly redeemed: ReadonlyMap<One, boolean>;
  readonly text: string;
};
/** What a till asked, and what it heard; undefined when it was not there any more. */
export type Call = {
  readonly kind: "redeem" | "undo" | "card";
  readonly till: TillName;
  readonly ones: readonly One[];
  /** Undone by it instead of by name. */
  readonly redeemId?: string;
  readonly sent: Moment;
  answer?: Answer;
};
export type Order = {
  readonly id: string;
  readonly number: number;
  readonly till: TillName;
  readonly set: Set;
  readonly closed: boolean;
  readonly made: Moment;
  /** A cart that a till may still pay, and when it was paid by another order or given up. */
  readonly parked: boolean;
  left?: Moment;
  readonly source?: string;
  /** The journal has been told of it. */
  told: boolean;
  /** Told that all of it came back. */
  returned?: Moment;
};
export type Elsewhere = Moment & {
  readonly by: "web" | "staff" | "operator";
  readonly one?: One;
  readonly redeemId?: string;
  readonly done: boolean;
};

export const createStory = (now: () => number) => {
  const began = now();
  const lines: string[] = [];
  let tick = 0;
  const moment = (): Moment => ({ tick: ++tick, at: now() });
  return {
    calls: [] as Call[],
    orders: [] as Order[],
    elsewhere: [] as Elsewhere[],
    moment,
    say: (what: string): void => {
      lines.push(`${((now() - began) / 1_000).toFixed(2)}s ${what}`);
    },
    since: (at: number): string => `${((at - began) / 1_000).toFixed(2)}s`,
    lines,
  };
};
export type Story = ReturnType<typeof createStory>;
