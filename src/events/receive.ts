import { contentHash } from "../model/content_hash.ts";
import type { DeadLetter, DeadLetterKind } from "../tenants/dead_letters.ts";
import type { OrderMessage } from "../orders/order_message.ts";
import type { Tenant } from "../tenants/tenant.ts";
import { eventWire, orderData, orderEventTypes, stateChanged } from "./event_wire.ts";

export type ReceiveInput = {
  readonly tenant: Tenant;
  /** The request's body as it came. */
  readonly body: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
};

export type ReceiveDeps = {
  /** One `sendBatch` to the Queue; true once it is stored. */
  enqueue(messages: readonly OrderMessage[]): Promise<boolean>;
  /** True once they are stored. */
  deadLetter(entries: readonly DeadLetter[]): Promise<boolean>;
};

/** What became of the elements of a batch. */
type ReceivedCounts = {
  readonly queued: number;
  readonly repeated: number;
  readonly dead: number;
  /** By event type: what the gateway has no use for. */
  readonly ignored: Readonly<Record<string, number>>;
};

/** 200 goes out with an empty body; 400 drops the batch, 503 has it sent again (contracts/sitoo.md 4.1). */
export type Received =
  | { readonly status: 200; readonly counts: ReceivedCounts }
  | { readonly status: 400; readonly message: string }
  | { readonly status: 503; readonly message: string };

/**
 * Takes a batch of events: each element on its own, good ones to the Queue, bad ones to
 * dead letters, so that one bad event never holds up the rest. Sitoo sends up to ten; any
 * number is taken. Nothing is stored twice by a repeat: the journal knows event ids, dead
 * letters have an id from their content.
 */
export const receiveEvents = async (
  { tenant, body, receivedAt }: ReceiveInput,
  deps: ReceiveDeps,
): Promise<Received> => {
  const elements = parseArray(body);
  if (elements === undefined)
    return { status: 400, message: "The body must be a JSON array of events." };

  const messages = new Map<string, OrderMessage>();
  const dead = new Map<string, DeadLetter>();
  const ignored: Record<string, number> = {};
  let repeated = 0;
  for (const element of elements) {
    const sorted = await sort(element, tenant, receivedAt);
    switch (sorted.kind) {
      case "order": {
        const { message } = sorted;
        const key = `${message.account}/${message.eventId}`;
        const before = messages.get(key);
        if (before === undefined) messages.set(key, message);
        else if (sameEvent(before, message)) repeated += 1;
        // Another event under a used id would be taken for a repeat, and lost.
        else {
          const known = await knownByContent(message);
          if (messages.has(known.eventId)) repeated += 1;
          else messages.set(known.eventId, known);
        }
        break;
      }
      case "dead":
        dead.set(sorted.entry.id, sorted.entry);
        break;
      case "ignored":
        ignored[sorted.type] = (ignored[sorted.type] ?? 0) + 1;
    }
  }

  for (const chunk of chunks([...messages.values()]))
    if (!(await stored(() => deps.enqueue(chunk))))
      return { status: 503, message: "The events could not be queued. Send them again." };
  if (dead.size > 0 && !(await stored(() => deps.deadLetter([...dead.values()]))))
    return { status: 503, message: "The events could not be stored. Send them again." };
  return { status: 200, counts: { queued: messages.size, repeated, dead: dead.size, ignored } };
};

type Sorted =
  | { readonly kind: "order"; readonly message: OrderMessage }
  | { readonly kind: "dead"; readonly entry: DeadLetter }
  | { readonly kind: "ignored"; readonly type: string };

const sort = async (element: unknown, tenant: Tenant, receivedAt: number): Promise<Sorted> => {
  const dead = async (
    kind: DeadLetterKind,
    reason: string,
    known: Partial<DeadLetter>,
  ): Promise<Sorted> => {
    const name = await contentHash([tenant.name, kind, element]);
    const payload = skeleton(element);
    return {
      kind: "dead",
      entry: {
        ...known,
        id: `event-${name.slice(0, 32)}`,
        tenant: tenant.name,
        kind,
        reason,
        payload,
        createdAt: receivedAt,
      },
    };
  };

  const event = eventWire.safeParse(element);
  if (!event.success) {
    const field = fieldOf(event.error.issues[0]?.path);
    return dead(
      "event_unreadable",
      `the event's ${field ?? "form"} cannot be read`,
      field === undefined ? {} : { field },
    );
  }
  const { event_type: type, account_id: account } = event.data;
  if (!orderEventTypes.includes(type)) return { kind: "ignored", type: type.slice(0, 40) };

  const data = orderData.safeParse(event.data.data);
  if (!data.success) {
    const field = fieldOf(["data", ...(data.error.issues[0]?.path ?? [])]);
    return dead("event_unreadable", `the event's ${field ?? "data"} cannot be read`, {
      account,
      ...(field === undefined ? {} : { field }),
    });
  }
  const { eshop_id: site, order_id: orderId } = data.data;
  const ours = tenant.accounts.some(
    ({ accountId, siteId }) => accountId === account && siteId === site,
  );
  if (!ours)
    return dead(
      "event_not_ours",
      `the tenant has no Sitoo account ${account} with site ${site}: add it, or take the subscription away there`,
      { account, site, orderId },
    );
  const changed = stateChanged(data.data);
  const { event_date: date } = event.data;
  return {
    kind: "order",
    message: {
      tenant: tenant.name,
      account,
      site,
      orderId,
      eventId: await eventId(event.data.event_id, element),
      type: (data.data.order_event_type ?? type).slice(0, 40),
      ...(changed === undefined ? {} : { stateChanged: changed }),
      at: date === undefined || !Number.isSafeInteger(date * 1000) ? receivedAt : date * 1000,
      receivedAt,
    },
  };
};

const sameEvent = (one: OrderMessage, other: OrderMessage): boolean =>
  one.site === other.site &&
  one.orderId === other.orderId &&
  one.type === other.type &&
  one.stateChanged === other.stateChanged;

const knownByContent = async (message: OrderMessage): Promise<OrderMessage> => {
  const { receivedAt: _, ...content } = message;
  return { ...message, eventId: `content-${(await contentHash(content)).slice(0, 32)}` };
};

/** Without an id of its own (or with an absurd one) an event is known by its content. */
const eventId = async (id: string | undefined, element: unknown): Promise<string> =>
  id !== undefined && id.length <= 100
    ? id
    : `content-${(await contentHash(element)).slice(0, 32)}`;

const parseArray = (body: string): readonly unknown[] | undefined => {
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const fieldOf = (path: readonly PropertyKey[] | undefined): string | undefined =>
  path === undefined || path.length === 0 ? undefined : path.map(String).join(".");

/** The ids of an unreadable event. Anything else in it could be a person's. */
const skeleton = (element: unknown): Readonly<Record<string, unknown>> => {
  const scalar = (value: unknown): string | number | undefined =>
    typeof value === "number"
      ? value
      : typeof value === "string" && /^[\w.:{}-]{1,64}$/.test(value)
        ? value
        : undefined;
  const pick = (value: unknown, names: readonly string[]) =>
    typeof value !== "object" || value === null
      ? {}
      : Object.fromEntries(
          Object.entries(value).flatMap(([name, entry]) => {
            const kept = names.includes(name) ? scalar(entry) : undefined;
            return kept === undefined ? [] : [[name, kept]];
          }),
        );
  const data =
    typeof element === "object" && element !== null && "data" in element ? element.data : {};
  return {
    ...pick(element, ["event_id", "event_type", "event_date", "account_id"]),
    data: pick(data, ["eshop_id", "order_id", "order_event_type", "order_state_changed"]),
  };
};

/** `sendBatch` takes 100 messages and 256 KB (platform.md 3), each with some metadata of its own. */
const chunks = (messages: readonly OrderMessage[]): readonly (readonly OrderMessage[])[] => {
  const all: OrderMessage[][] = [];
  let size = 0;
  for (const message of messages) {
    const bytes = new TextEncoder().encode(JSON.stringify(message)).length + 100;
    const last = all.at(-1);
    if (last === undefined || last.length === 100 || size + bytes > 240_000) {
      all.push([message]);
      size = bytes;
    } else {
      last.push(message);
      size += bytes;
    }
  }
  return all;
};

const stored = async (store: () => Promise<boolean>): Promise<boolean> => {
  try {
    return await store();
  } catch {
    return false;
  }
};
