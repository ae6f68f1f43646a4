import type { Person } from "../../model/customer.ts";
import type { Instruments, Profile } from "../port.ts";

export const nothing: Instruments = {
  promotions: [],
  bonusChecks: [],
  voucherPasswords: [],
  sections: [],
  degraded: [],
};

export const choicesOf = ({ accepts, consents }: Person): Person => ({
  ...(accepts === undefined ? {} : { accepts }),
  ...(consents === undefined ? {} : { consents }),
});

/** One card of both. Without a contact nobody has said anything that Voyado would know. */
export const joined = (own: Profile, contact: Profile | undefined): Profile => {
  const statusText =
    own.inactive === true ? own.statusText : (contact?.statusText ?? own.statusText);
  const { accepts, consents, protectedIdentity } = contact?.customer ?? {};
  return {
    customer: {
      ...own.customer,
      accepts: accepts ?? {},
      consents: consents ?? [],
      ...(protectedIdentity === undefined ? {} : { protectedIdentity }),
    },
    sections: [...own.sections, ...(contact?.sections ?? [])],
    voucherPasswords: [...new Set([...own.voucherPasswords, ...(contact?.voucherPasswords ?? [])])],
    ...(statusText === undefined ? {} : { statusText }),
    ...(own.inactive === undefined ? {} : { inactive: own.inactive }),
    degraded: [...new Set([...own.degraded, ...(contact?.degraded ?? [])])],
  };
};
