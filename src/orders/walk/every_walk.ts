import { errorName } from "../delivery_work.ts";
import { eachOf } from "../few_at_once.ts";
import type { WalkPlace } from "./walk_name.ts";

/**
 * Calls the walk of every site of every tenant, a few at a time. One that cannot be reached is left
 * to the next time: none of the others waits for it.
 */
export const everyWalk = async (
  sites: (after: string) => Promise<{
    readonly sites: readonly WalkPlace[];
    readonly next: string | undefined;
  }>,
  work: (place: WalkPlace) => Promise<void>,
  { operation, log }: { operation: string; log: (entry: Record<string, unknown>) => void },
): Promise<void> => {
  for (let after: string | undefined = ""; after !== undefined;) {
    const part: Awaited<ReturnType<typeof sites>> = await sites(after);
    await eachOf(part.sites, (place) =>
      work(place).catch((error: unknown) =>
        log({ level: "error", event: "walk_away", ...place, operation, error: errorName(error) }),
      ),
    );
    after = part.next;
  }
};
