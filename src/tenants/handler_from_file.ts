import { bloomreachInstance, bloomreachSettings } from "./bloomreach_settings.ts";
import type { Handler } from "./handler.ts";
import { omniumInstance, omniumSettings } from "./omnium_settings.ts";
import { ometriaInstance, ometriaSettings } from "./ometria_settings.ts";
import { ruleInstance, ruleSettings } from "./rule_settings.ts";
import type { ChannelFile } from "./schema.ts";
import type { Market, SitooAccount } from "./tenant.ts";
import { voyadoInstance, voyadoSettings } from "./voyado_settings.ts";

type HandlerRead = {
  readonly handler: Handler;
  /**
   * Host and project: what tells one account of this kind of CRM from another. Ledgers, lanes and
   * indexes are named by it, so it never changes, and holds no key, which may.
   */
  readonly instance: string;
  /** Blocks of the card that the CRM's own settings name, as pasted files do. */
  readonly sections: NonNullable<ChannelFile["client_settings"]["sections"]>;
};

/** A line for each kind of CRM; references.ts has seen to it that exactly one is there. */
export const handlerFromFile = (
  { handler, id }: ChannelFile,
  market: Market,
  account: SitooAccount | undefined,
): HandlerRead => {
  const { voyado, omnium, bloomreach, ometria, rule } = handler;
  if (voyado !== undefined)
    return {
      handler: { kind: "voyado", ...voyadoSettings(voyado, market) },
      instance: voyadoInstance(voyado),
      sections: voyado.sections ?? [],
    };
  if (omnium !== undefined)
    return {
      handler: { kind: "omnium", ...omniumSettings(omnium, market, account) },
      instance: omniumInstance(omnium),
      sections: omnium.sections ?? [],
    };
  if (bloomreach !== undefined)
    return {
      handler: { kind: "bloomreach", ...bloomreachSettings(bloomreach, market) },
      instance: bloomreachInstance(bloomreach),
      sections: bloomreach.sections ?? [],
    };
  if (ometria !== undefined)
    return {
      handler: { kind: "ometria", ...ometriaSettings(ometria) },
      instance: ometriaInstance(ometria),
      sections: ometria.sections ?? [],
    };
  if (rule !== undefined)
    return {
      handler: { kind: "rule", ...ruleSettings(rule, market) },
      instance: ruleInstance(rule),
      sections: rule.sections ?? [],
    };
  throw new Error(`channel "${id}" has no handler`);
};
