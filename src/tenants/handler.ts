import type { OmniumSettings } from "./omnium_settings.ts";
import type { RuleSettings } from "./rule_settings.ts";
import type { BloomreachSettings } from "./bloomreach_settings.ts";
import type { OmetriaSettings } from "./ometria_settings.ts";
import type { VoyadoSettings } from "./voyado_settings.ts";

/** Each kind of CRM that has an adapter, and what its channels hold. A new kind is one line here. */
type HandlerSettings = {
  readonly voyado: VoyadoSettings;
  readonly omnium: OmniumSettings;
  readonly rule: RuleSettings;
  readonly bloomreach: BloomreachSettings;
  readonly ometria: OmetriaSettings;
};

export type HandlerKind = keyof HandlerSettings;
export type HandlerOf<Kind extends HandlerKind> = { readonly kind: Kind } & HandlerSettings[Kind];
export type Handler = { readonly [Kind in HandlerKind]: HandlerOf<Kind> }[HandlerKind];
