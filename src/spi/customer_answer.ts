import type { CustomerWire } from "./contract_answers.ts";
import type { Card } from "./card.ts";
import { customerWire } from "./customer_wire.ts";
import { english } from "./english.ts";
import { maskPerson } from "./self_checkout.ts";
import type { TillCall } from "./till_call.ts";

/** The card as this till may see it. A whole card says nothing of ours, so it waits for no texts. */
export const customerAnswer = async (card: Card, call: TillCall): Promise<CustomerWire> => {
  const texts = card.degraded.length === 0 ? english : await call.texts();
  if (!call.selfCheckout) return customerWire(card, call.channel, texts);
  const customer = maskPerson(card.profile.customer, call.channel.selfCheckout.mask);
  return customerWire({ ...card, profile: { ...card.profile, customer } }, call.channel, texts);
};
