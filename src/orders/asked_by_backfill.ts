import type { Sale } from "../model/sale.ts";
import type { Orders } from "../tenants/tenant.ts";
import { withheld, type Withheld } from "./destinations.ts";
import { backfillType, type OrderMessage } from "./order_message.ts";

/**
 * What an event is kept as. A backfill's says which destinations it is for: the journal keeps events as
 * long as their order, so what was asked for outlives every crash without a table of its own.
 */
export const typeNoted = ({ type, channels }: OrderMessage): string =>
  channels === undefined ? type : `${type}:${channels.join(",")}`;

export type Asked = {
  /** Whether a backfill is to bring the order there. */
  readonly isFor: (channel: string) => boolean;
  /** Neither an event nor the catch-up has brought the order: it is history. */
  readonly historyOnly: boolean;
};

/** @param types of the order's events, as they are kept. */
export const askedOf = (types: readonly string[]): Asked => {
  const asked = types.flatMap((type) => {
    const [name, channels] = type.split(":");
    return name === backfillType ? [channels?.split(",")] : [];
  });
  return {
    // One that names no destination is for each that there is.
    isFor: (channel) => asked.some((channels) => channels?.includes(channel) ?? true),
    historyOnly: asked.length > 0 && asked.length === types.length,
  };
};

/** Why a destination does not get the sale: a backfill overrides `live_from`, and only where it was asked to. */
export const withheldAt = (
  orders: Orders,
  sale: Sale,
  channel: string,
  asked: Asked,
): Withheld | undefined =>
  asked.historyOnly && !asked.isFor(channel)
    ? "not in this backfill"
    : withheld(orders, sale, asked.isFor(channel));
