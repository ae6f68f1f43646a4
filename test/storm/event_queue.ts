import type { Reply } from "../conformance/harness.ts";
import type { Sold } from "./shop_day.ts";

const perPost = 10;

/** mulberry32: the same seed loses and repeats the same events. */
const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const shuffled = <Item>(items: readonly Item[], random: () => number): Item[] =>
  items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);

export type Bad = { readonly lost: number; readonly repeated: number; readonly seed: number };

/** Posts of events as a bad day makes them: some never sent, some sent twice, none in order. */
export const badPosts = (
  sold: readonly Sold[],
  { lost, repeated, seed }: Bad,
): { readonly posts: readonly (readonly unknown[])[]; readonly untold: ReadonlySet<number> } => {
  const random = seeded(seed);
  const untold = new Set(sold.flatMap(({ id }) => (random() < lost ? [id] : [])));
  const told = sold.filter(({ id }) => !untold.has(id)).flatMap(({ events }) => events);
  const all = shuffled([...told, ...told.filter(() => random() < repeated)], random);
  const posts = Array.from({ length: Math.ceil(all.length / perPost) }, (_, n) =>
    all.slice(n * perPost, (n + 1) * perPost),
  );
  return { posts, untold };
};

/** One post after the other, each until it is taken, as Sitoo does (contracts/sitoo.md 4). */
export const postAll = async (
  posts: readonly (readonly unknown[])[],
  post: (body: readonly unknown[]) => Promise<Pick<Reply, "status">>,
  onTaken: (taken: number) => Promise<void> = () => Promise.resolve(),
): Promise<void> => {
  for (const [index, body] of posts.entries()) {
    for (;;) {
      const status = await post(body).then(
        (reply) => reply.status,
        () => undefined,
      );
      if (status === 200) break;
      if (status !== undefined && status !== 503) throw new Error(`events are refused: ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await onTaken(index + 1);
  }
};
