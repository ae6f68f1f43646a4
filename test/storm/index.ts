import * as product from "../../src/index.ts";
import type { Env } from "../../src/env.ts";
import type { OrderMessage } from "../../src/orders/order_message.ts";

/**
 * The product's own Worker for a test of what objects that are lost in the middle of anything leave
 * behind. Bundled with the product's wrangler.toml; nothing of it is in the product's bundle.
 */
type Losable = { lose(): void };

/** Objects that have worked since the Worker was started, by their id. */
const seen = new Map<string, keyof typeof classes>();
const classes = {
  REDEMPTIONS: product.RedemptionLedger,
  JOURNALS: product.OrderJournal,
  LANES: product.DeliveryLane,
  SHARDS: product.IndexShard,
  WALKS: product.OrderWalk,
} as const;

const note = (state: DurableObjectState, binding: keyof typeof classes): void => {
  seen.set(state.id.toString(), binding);
};

// From within: the runtime ends an object only by its own hand.
export class RedemptionLedger extends product.RedemptionLedger implements Losable {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    note(state, "REDEMPTIONS");
  }
  lose(): void {
    this.ctx.abort("lost by the test");
  }
}
export class OrderJournal extends product.OrderJournal implements Losable {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    note(state, "JOURNALS");
  }
  lose(): void {
    this.ctx.abort("lost by the test");
  }
}
export class DeliveryLane extends product.DeliveryLane implements Losable {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    note(state, "LANES");
  }
  lose(): void {
    this.ctx.abort("lost by the test");
  }
}
export class IndexShard extends product.IndexShard implements Losable {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    note(state, "SHARDS");
  }
  lose(): void {
    this.ctx.abort("lost by the test");
  }
}
export class OrderWalk extends product.OrderWalk implements Losable {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    note(state, "WALKS");
  }
  lose(): void {
    this.ctx.abort("lost by the test");
  }
}

/** Each object is lost with this probability. @returns how many were. */
const loseSome = async (env: Env, share: number): Promise<number> => {
  const lost = [...seen].filter(() => Math.random() < share);
  await Promise.all(
    lost.map(async ([id, binding]) => {
      // The product names its objects and needs no ids; the test knows nothing else.
      const namespace = env[binding] as unknown as DurableObjectNamespace;
      const stub = namespace.get(namespace.idFromString(id)) as unknown as {
        lose(): Promise<void>;
      };
      // The call never returns: it dies with the object.
      await stub.lose().catch(() => undefined);
    }),
  );
  return lost.length;
};

export default {
  ...product.default,
  fetch: async (request, env, ctx) => {
    // No tenant can have this name, so no address of the product is covered.
    if (new URL(request.url).pathname !== "/_test/lose")
      return product.default.fetch(request, env, ctx);
    const { share } = await request.json<{ share: number }>();
    return Response.json({ lost: await loseSome(env, share) });
  },
} satisfies ExportedHandler<Env, OrderMessage>;
