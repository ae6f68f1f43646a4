/** Runs one piece of work after the other, whatever becomes of the one before. */
export type Turns = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** Within one object: what is kept in memory is its own. */
export const createTurns = (): Turns => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch((): undefined => undefined);
    return mine;
  };
};
