import { createLogUpdate } from "log-update";
import { printNote } from "./output.ts";
import { Refusal } from "./refusal.ts";

/** How something that goes on in the gateway is watched. */
export type Followed<State> = {
  readonly ask: () => Promise<State>;
  readonly isOver: (state: State) => boolean;
  /** Drawn over and over on a terminal. */
  readonly drawn: (state: State) => string;
  /** Printed now and then where there is none. */
  readonly line: (state: State) => string;
  /** Ctrl-C leaves it running: how to look again. */
  readonly left: string;
};

const everyMs = 1_000;
const lineEveryMs = 10_000;
/** A gateway that is being deployed anew is away for a moment. */
const mostMisses = 15;

/**
 * Watches until it is over. All of it goes to standard error: a pipe gets the result alone.
 * @returns undefined when the watcher left by Ctrl-C.
 */
export const follow = async <State>(what: Followed<State>): Promise<State | undefined> => {
  const isTerminal = process.stderr.isTTY;
  const draw = createLogUpdate(process.stderr);
  let lineAt = Date.now() + lineEveryMs;
  let misses = 0;
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<"left">();
  let times = 0;
  const onInterrupt = (): void => {
    times += 1;
    // Whoever is in a hurry.
    if (times > 1) process.exit(130);
    interrupt("left");
  };
  // Not `once`: what gives the cursor back ends the process where it finds no listener but itself.
  process.on("SIGINT", onInterrupt);
  try {
    for (;;) {
      const state = await Promise.race([what.ask(), interrupted]).catch((fault: unknown) => {
        misses += 1;
        if (!(fault instanceof Refusal) || fault.exitCode === 1 || misses > mostMisses) throw fault;
        return undefined;
      });
      if (state === "left") break;
      if (state !== undefined) {
        misses = 0;
        if (isTerminal) draw(what.drawn(state));
        if (what.isOver(state)) return state;
        if (!isTerminal && Date.now() >= lineAt) {
          printNote(what.line(state));
          lineAt = Date.now() + lineEveryMs;
        }
      }
      const pause = new Promise<void>((resolve) => setTimeout(resolve, everyMs));
      if ((await Promise.race([pause, interrupted])) === "left") break;
    }
  } finally {
    process.off("SIGINT", onInterrupt);
    draw.done();
  }
  printNote(what.left);
  // As a shell has it of what Ctrl-C ended.
  process.exitCode = 130;
  return undefined;
};
