import type { Channel } from "../tenants/tenant.ts";
import type { Upstream } from "../upstream/answer.ts";
import type { Crm } from "./port.ts";
import { loadedWhenAsked } from "./loaded_when_asked.ts";
import type { Log } from "./reply.ts";
import { capabilitiesOf as bloomreachCapabilities } from "./bloomreach/capabilities.ts";
import { capabilitiesOf as omniumCapabilities } from "./omnium/capabilities.ts";
import { capabilitiesOf as ometriaCapabilities } from "./ometria/capabilities.ts";
import { capabilitiesOf as ruleCapabilities } from "./rule/capabilities.ts";
import { capabilitiesOf as voyadoCapabilities } from "./voyado/capabilities.ts";

/** The CRM behind a channel, a case for each kind. Holds no state: one is made per request. */
export const createCrm = (
  channel: Channel,
  upstream: Upstream,
  log: Log,
  now: () => number = Date.now,
): Crm => {
  const { handler, market, client, delivery } = channel;
  switch (handler.kind) {
    case "bloomreach":
      return loadedWhenAsked(bloomreachCapabilities(handler), async () => {
        const { createBloomreach } = await import("./bloomreach/adapter.ts");
        return createBloomreach({ settings: handler, channel }, upstream, log, now);
      });
    case "voyado":
      return loadedWhenAsked(voyadoCapabilities(handler), async () => {
        const { createVoyado } = await import("./voyado/adapter.ts");
        const options = { settings: handler, sections: client.sections, market };
        return createVoyado(options, upstream, log, now);
      });
    case "omnium":
      return loadedWhenAsked(omniumCapabilities(handler), async () => {
        const options = { settings: handler, sections: client.sections, market };
        const { voyado } = handler;
        if (voyado === undefined) {
          const { createOmnium } = await import("./omnium/adapter.ts");
          return createOmnium(options, upstream, log, now);
        }
        const { createOmniumWithVoyado } = await import("./omnium/with_voyado.ts");
        return createOmniumWithVoyado({ ...options, voyado }, upstream, log, now);
      });
    case "ometria":
      return loadedWhenAsked(ometriaCapabilities(handler), async () => {
        const { createOmetria } = await import("./ometria/adapter.ts");
        const options = { settings: handler, sections: client.sections, market, delivery };
        return createOmetria(options, upstream, log, now);
      });
    case "rule":
      return loadedWhenAsked(ruleCapabilities(handler), async () => {
        const { createRule } = await import("./rule/adapter.ts");
        const options = { settings: handler, sections: client.sections, market };
        return createRule(options, upstream, log, now);
      });
  }
};
