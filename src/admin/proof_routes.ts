import * as z from "zod/mini";
import type { ProofDifference } from "../orders/walk/proof_table.ts";
import type { ProofView } from "../orders/walk/walk_view.ts";
import type { OrderLetter } from "../tenants/dead_letters.ts";
import { type AdminApp, refuse } from "./admin_app.ts";
import { day } from "./day.ts";
import { mendOf } from "./proof_mend.ts";
import { askWalks, type WalkDeps } from "./walk_routes.ts";

export type ProofDeps = WalkDeps & {
  /** Open dead letters of these orders. */
  readonly lettersOf: (
    tenant: string,
    orderIds: readonly number[],
  ) => Promise<readonly OrderLetter[]>;
};

const question = z.object({ day, since: z.optional(z.string().check(z.regex(/^\d{1,15}$/))) });

/** A day's proof is mostly ready within that; else it is asked for again, with `since`. */
const patienceMs = 20_000;

/** `/tenants/{t}/proof`: Sitoo's closed orders of a day against every destination. */
export const addProofRoutes = (app: AdminApp, deps: ProofDeps): void => {
  app.get("/tenants/:tenant/proof", async (c) => {
    const asked = question.safeParse(c.req.query());
    if (!asked.success) return refuse(c, 400, "Ask by ?day=YYYY-MM-DD.");
    const since = Number(asked.data.since ?? deps.now());
    return askWalks(
      c,
      deps,
      async (walk, place) => {
        await walk.prove(place, { day: asked.data.day, nightly: false, since });
        return walk.proof(place, asked.data.day, patienceMs);
      },
      async (all) => {
        const items = all.flatMap((one) => one ?? []);
        const tenant = c.get("found").tenant.name;
        const letters = await deps.lettersOf(tenant, refused(items));
        return c.json({
          day: asked.data.day,
          state: items.every(({ state }) => state === "done") ? "done" : "running",
          since: Math.min(since, ...items.map(({ startedAt }) => startedAt)),
          items: items.map(({ differences, ...item }) => ({
            ...item,
            differences: differences.map((one) => differenceView(tenant, item, one, letters)),
          })),
        });
      },
    );
  });
};

const refused = (items: readonly ProofView[]): readonly number[] =>
  items.flatMap(({ differences }) =>
    differences.flatMap(({ outcome, order_id }) => (outcome === "refused" ? [order_id] : [])),
  );

const differenceView = (
  tenant: string,
  { account, site, day: of }: Omit<ProofView, "differences">,
  { order_id: orderId, ...difference }: ProofDifference,
  letters: readonly OrderLetter[],
) => {
  const letter = letters.find(
    (one) =>
      one.account === account &&
      one.site === site &&
      one.orderId === orderId &&
      // An order that could not be read has a letter of its own, for all destinations.
      (one.destination ?? difference.destination) === difference.destination,
  );
  return {
    orderId,
    ...difference,
    mend: mendOf(
      { tenant, day: of, order: `${account}/${site}/${orderId}`, ...difference },
      letter?.id,
    ),
  };
};
