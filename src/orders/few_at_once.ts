/** Six connections are all that an object has, and Sitoo needs one. */
const atOnce = 4;

/** Runs one after the other on each of a few roads; rejects with the first that fails. */
export const eachOf = async <Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const left = [...items];
  const road = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, road));
};
