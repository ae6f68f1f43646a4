import type { OrderMessage } from "../orders/order_message.ts";
import { replayType } from "../orders/order_message.ts";
import { isMail } from "../orders/receipt_mail.ts";
import type { DeadLetterKind, StoredDeadLetter } from "../tenants/dead_letters.ts";
import { type AdminApp, refuse } from "./admin_app.ts";

type Page = { readonly replayed?: boolean; readonly limit?: number; readonly before?: number };

export type DeadLetterDeps = {
  /** Newest first. */
  readonly deadLetters: (tenant: string, page?: Page) => Promise<readonly StoredDeadLetter[]>;
  readonly deadLetter: (tenant: string, id: string) => Promise<StoredDeadLetter | undefined>;
  readonly markReplayed: (tenant: string, id: string) => Promise<boolean>;
  readonly enqueue: (messages: readonly OrderMessage[]) => Promise<boolean>;
  readonly now: () => number;
};

/** What one call replays: one batch of the queue. */
const atOnce = 100;
const pageSize = 1_000;
/** What a person looks through at once. */
const listed = 100;

/**
 * Kinds that a person must look at first: a replay could deliver a second time,
 * or would change nothing and only take the letter out of sight.
 */
const needsALook = (kind: DeadLetterKind): boolean =>
  kind === "unclear" || kind.startsWith("redemption_");

/** The message that has an order read and delivered again; undefined when the letter names no order. */
const replayOf = (letter: StoredDeadLetter, at: number): OrderMessage | undefined => {
  const { tenant, account, site, orderId, destination } = letter;
  if (account === undefined || site === undefined || orderId === undefined) return undefined;
  return {
    tenant,
    account,
    site,
    orderId,
    eventId: `replay-${letter.id}-${at}`,
    type: replayType,
    // The order may have others that are not to be sent twice.
    ...(destination !== undefined && isMail(destination) ? { channels: [destination] } : {}),
    at,
    receivedAt: at,
  };
};

const isForAll = (letter: StoredDeadLetter): boolean =>
  letter.orderId !== undefined && !needsALook(letter.kind);

/** The newest open letters that can be replayed together, and one more to know whether that is all. */
const replayable = async (deps: DeadLetterDeps, tenant: string) => {
  const letters = new Map<string, StoredDeadLetter>();
  let before: number | undefined;
  for (;;) {
    const page = await deps.deadLetters(tenant, {
      limit: pageSize,
      ...(before === undefined ? {} : { before }),
    });
    for (const letter of page) if (isForAll(letter)) letters.set(letter.id, letter);
    const last = page.at(-1)?.createdAt;
    if (page.length < pageSize || last === undefined || letters.size > atOnce)
      return [...letters.values()];
    // The next page begins within the last millisecond of this one: letters may share it.
    before = before === last + 1 ? last : last + 1;
  }
};

/** `/tenants/{t}/dead-letters`: what was given up, and trying it again. */
export const addDeadLetterRoutes = (app: AdminApp, deps: DeadLetterDeps): void => {
  app.get("/tenants/:tenant/dead-letters", async (c) => {
    const found = await deps.deadLetters(c.req.param("tenant"), {
      replayed: c.req.query("replayed") === "1",
      limit: listed + 1,
    });
    return c.json({ items: found.slice(0, listed), more: found.length > listed });
  });

  app.post("/tenants/:tenant/dead-letters/replay", async (c) => {
    const { tenant } = c.req.param();
    const found = await replayable(deps, tenant);
    const letters = found.slice(0, atOnce);
    const at = deps.now();
    const messages = letters.flatMap((letter) => replayOf(letter, at) ?? []);
    if (messages.length > 0 && !(await deps.enqueue(messages)))
      return refuse(c, 503, "They could not be queued. Try again.");
    await Promise.all(letters.map(({ id }) => deps.markReplayed(tenant, id)));
    return c.json({ replayed: letters.map(({ id }) => id), more: found.length > letters.length });
  });

  app.post("/tenants/:tenant/dead-letters/:id/replay", async (c) => {
    const { tenant, id } = c.req.param();
    const letter = await deps.deadLetter(tenant, id);
    if (letter === undefined) return refuse(c, 404, "There is no such dead letter.");
    const message = replayOf(letter, deps.now());
    if (message === undefined)
      return refuse(c, 404, "It names no order, so there is nothing to try again.");
    if (!(await deps.enqueue([message])))
      return refuse(c, 503, "It could not be queued. Try again.");
    await deps.markReplayed(tenant, id);
    return c.json({ replayed: id });
  });
};
