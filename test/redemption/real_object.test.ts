import fc from "fast-check";
import { expect, it } from "vitest";
import { bundle } from "../../local/bundle.ts";
import { bundlesOfRun } from "../bundles_of_run.ts";
import { useGateway } from "../conformance/harness.ts";
import { histories, policies, type History, type PolicyName } from "./real_object/acts.ts";
import { knownHistories } from "./real_object/known_histories.ts";
import { play } from "./real_object/audit.ts";
import { createRig } from "./real_object/rig.ts";

/** The product's bundle with the test's own entry: its clock moves, its objects can be lost. */
const gateway = useGateway({}, async () => ({
  ...(await bundlesOfRun()),
  gateway: (await bundle("test/redemption/real_object/index.ts", "real-object")).dir,
}));

const names = Object.keys(policies) as PolicyName[];
const firstSeed = Number(process.env.SEED ?? 1);
const seeds = Array.from({ length: Number(process.env.RIGS ?? 24) }, (_, n) => firstSeed + n);
const runs = Math.ceil(Number(process.env.RUNS ?? 312) / seeds.length);
/** A history is made shorter for so long: its waiting is real. */
const shrinksForMs = 30_000;

/** The first rig of each policy plays what is known before anything else. */
const examplesOf = (policy: PolicyName, seed: number): [History][] =>
  seed < firstSeed + names.length
    ? knownHistories
        .filter((known) => known.policy === policy)
        .map(({ history }): [History] => [history])
    : [];

const playOne = (asked: string): void =>
  it("the one history that was asked for", async () => {
    const history = JSON.parse(asked) as History & { readonly policy: PolicyName };
    const story = await play(await createRig(gateway, "asked", history.policy), history);
    console.log(story);
    expect(story).toBe("");
  });

const playMany = (): void =>
  it(
    `${runs * seeds.length} histories of tills, orders, staff, faults and lost objects end well`,
    async () => {
      let failedAt: number | undefined;
      let played = 0;
      await Promise.all(
        seeds.map(async (seed) => {
          const policy = names[seed % names.length] ?? "auto";
          const rig = await createRig(gateway, `rig${seed}`, policy);
          let isMine = false;
          return fc.assert(
            fc.asyncProperty(histories, async (history) => {
              // Elsewhere one has failed already, or this one was made as short as there is time for.
              if (failedAt !== undefined && (!isMine || Date.now() - failedAt > shrinksForMs))
                return;
              const story = await play(rig, history);
              played += 1;
              // One counterexample is made shorter at a time.
              if (failedAt !== undefined && !isMine) return;
              if (story !== "" && failedAt === undefined) {
                failedAt = Date.now();
                isMine = true;
                console.log(
                  `first fault after ${played} histories, policy ${policy}, seed ${seed}\n${story}`,
                );
              }
              expect(story).toBe("");
            }),
            { seed, numRuns: runs, examples: examplesOf(policy, seed) },
          );
        }),
      );
    },
    600_000 + runs * 30_000,
  );

if (process.env.HISTORY === undefined) playMany();
else playOne(process.env.HISTORY);
