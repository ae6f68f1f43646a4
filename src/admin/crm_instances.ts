import type { Found } from "../tenants/cache.ts";
import type { Channel } from "../tenants/tenant.ts";

export const noChannel = "There is no such channel.";

/** One channel of each CRM instance: channels of the same one share their customers. */
export const instancesOf = ({ tenant }: Found): readonly Channel[] =>
  [...tenant.channels.values()].filter(
    (one, index, all) =>
      all.findIndex(({ crmInstance }) => crmInstance === one.crmInstance) === index,
  );
