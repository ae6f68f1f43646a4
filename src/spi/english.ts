import type { Texts } from "./texts.ts";

/** What a cashier reads where there is no other language: the one that is always at hand. */
export const english: Texts = {
  messages: {
    unauthorized:
      "Wrong user name or password for this gateway. Check the CRM settings of the account.",
    too_many_attempts:
      "Too many wrong log-ins. Wait a minute, then check the user name and password.",
    not_found:
      "There is nothing at this address. Check the CRM URL in the settings of the account.",
    try_again: "The customer register cannot be reached right now. Wait a moment and try again.",
    internal:
      "Something went wrong in the gateway. Try again, and report the request id if it stays.",
    check_fields: "Check what was entered. {fields}",
    not_at_self_checkout: "This cannot be done at a self-checkout. Ask the staff for help.",
    customer_not_found: "The customer is not in the register any more. Search again.",
    instrument_not_found:
      "The offer or bonus check is not this customer's. Open the customer again.",
    several_matches:
      "Several customers share what was searched for. Search by something else, such as the member number.",
    already_member: "Already a member. Search by e-mail, mobile or personal id instead of adding.",
    being_created: "The customer is being added right now. Wait a few seconds, then search.",
    already_redeemed: "Already used elsewhere. Open the customer again to see what is left.",
    expired: "Expired, so it cannot be used. Open the customer again to see what is left.",
    not_redeemable_here: "This offer cannot be used in a shop.",
    cannot_reverse: "It cannot be given back in the customer register.",
    crm_busy: "The customer register is very busy. Wait a few seconds and try again.",
    crm_down: "The customer register is down. Go on without it, or try again in a while.",
    crm_silent: "The customer register did not answer in time. Try again.",
    crm_unreadable:
      "The customer register gave an answer that cannot be read. Try again, and report it if it stays.",
    crm_set_up: "The connection to the customer register is not set up right. Tell the support.",
    crm_refused:
      "The customer register refused. Open the customer again and check what was entered.",
    not_supported: "The customer register has no such function.",
    used_at: "Already used{store}{time}. It cannot be used again.",
    in_use_at: "It is being used right now{store}. It cannot be used twice.",
    just_undone: "It was just given back at this till. Wait a few seconds, then use it again.",
    outcome_unknown:
      "The customer register has not confirmed yet. Try again in a moment; nothing is lost or used twice.",
    too_late: "The customer register was too slow, so nothing was used. Try again.",
    too_little_left: "Only {left} is left on the bonus check. Take off no more than that.",
    redeem_paused:
      "Redeeming is switched off for now. Go on without it, or ask the support when it is back.",
  },
  inStore: " in store {id}",
  elsewhere: " at another till",
  fields: {},
  notShown: "Not shown right now:",
  cardParts: {
    promotions: "offers",
    bonus_checks: "bonus checks",
    labels: "labels",
    redemptions: "what is in use",
  },
};
