/**
 * SQLite lets one process write at a time, and local D1 has no patience of its own: the other process
 * gets SQLITE_BUSY, which workerd also words as an internal error while it asks for the commit token.
 */
const isBusy = (fault: unknown): boolean =>
  fault instanceof Error &&
  /SQLITE_BUSY|database is locked|session commit token: internal error|internal error; reference/.test(
    fault.message,
  );

const attempts = 9;

/**
 * Runs work again, with growing random pauses (10 s in all), while another process has the database.
 * The answer may have been lost and not the write, so `work` must be safe to run twice.
 */
export const whenFree = async <Value>(work: () => Promise<Value>): Promise<Value> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (fault) {
      if (!isBusy(fault) || attempt === attempts) throw fault;
      await new Promise((resolve) =>
        setTimeout(resolve, (0.5 + Math.random()) * 20 * 2 ** attempt),
      );
    }
  }
};
