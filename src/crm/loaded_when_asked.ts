import { ok } from "../model/outcome.ts";
import { mailsNone } from "./mails_none.ts";
import { failed } from "../model/outcome.ts";
import type { Capabilities, Crm } from "./port.ts";

/**
 * An adapter whose code an isolate reads when it first asks the CRM: a retailer has one CRM or two, and
 * the others' code would only make each start slower. What a CRM can do is known before that.
 */
export const loadedWhenAsked = (capabilities: Capabilities, load: () => Promise<Crm>): Crm => {
  let loading: Promise<Crm> | undefined;
  const crm = (): Promise<Crm> => (loading ??= load());
  const { promotion, bonus_check } = capabilities.commit;
  return {
    capabilities,
    search: async (...call) => (await crm()).search(...call),
    lookup: async (...call) => (await crm()).lookup(...call),
    get: async (...call) => (await crm()).get(...call),
    create: async (...call) => (await crm()).create(...call),
    update: async (...call) => (await crm()).update(...call),
    purchases: async (...call) => (await crm()).purchases(...call),
    consents: async (...call) => (await crm()).consents(...call),
    instruments: async (...call) => (await crm()).instruments(...call),
    commit: async (...call) => (await crm()).commit(...call),
    reverse: async (...call) => (await crm()).reverse(...call),
    status: async (...call) => (await crm()).status(...call),
    deliver: async (...call) => (await crm()).deliver(...call),
    issueChecks: async (...call) =>
      (await (await crm()).issueChecks?.(...call)) ?? failed({ kind: "not_supported" }),
    mailReceipt: async (...call) => (await (await crm()).mailReceipt?.(...call)) ?? mailsNone,
    ...(capabilities.refusesLate === true
      ? { refusedLate: async (call) => (await (await crm()).refusedLate?.(call)) ?? ok([]) }
      : {}),
    ...(promotion && bonus_check
      ? {}
      : {
          mirror: async (...call) => {
            const { mirror } = await crm();
            if (mirror === undefined) throw new Error("a CRM that cannot redeem has a mirror");
            return mirror(...call);
          },
        }),
  };
};
