import type { Channel } from "../tenants/tenant.ts";
import type { Upstream } from "../upstream/answer.ts";
import type { Crm } from "./port.ts";
import { createVoyado } from "./voyado/adapter.ts";
import type { Log } from "./reply.ts";

/** The CRM behind a channel, a case for each kind. Holds no state: one is made per request. */
export const createCrm = (
  channel: Channel,
  upstream: Upstream,
  log: Log,
  now: () => number = Date.now,
): Crm => {
  const { handler, market, client } = channel;
  switch (handler.kind) {
    case "voyado":
      return createVoyado(
        { settings: handler, sections: client.sections, market },
        upstream,
        log,
        now,
      );
  }
};
