import type { CustomerWire } from "./contract_answers.ts";
import type { Card } from "./card.ts";
import { customerWire } from "./customer_wire.ts";
import { maskPerson } from "./self_checkout.ts";
import type { TillCall } from "./till_call.ts";

/** The card as this till may see it. */
export const customerAnswer = (card: Card, call: TillCall): CustomerWire => {
  if (!call.selfCheckout) return customerWire(card, call.channel);
  const customer = maskPerson(card.profile.customer, call.channel.selfCheckout.mask);
  return customerWire({ ...card, profile: { ...card.profile, customer } }, call.channel);
};
