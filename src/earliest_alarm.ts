/** The part of a Durable Object's storage that sets its alarm. */
type AlarmStorage = Pick<DurableObjectStorage, "getAlarm" | "setAlarm">;

/**
 * The one alarm of an object, for all of its parts: a wish sets it unless it rings earlier already.
 * One wish after the other, since each must see what the one before has set.
 */
export const earliestAlarm = (storage: AlarmStorage): ((at: number) => Promise<void>) => {
  let last: Promise<void> = Promise.resolve();
  const wish = async (at: number): Promise<void> => {
    // After an eviction only storage knows.
    const set = await storage.getAlarm();
    if (set === null || set > at) await storage.setAlarm(at);
  };
  return (at) => {
    last = last.catch(() => undefined).then(() => wish(at));
    return last;
  };
};
