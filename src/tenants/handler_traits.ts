import { isObject } from "./json.ts";
import type { KnownKind } from "./schema_handlers.ts";

/** What `orders.deliver_to` can say only to some kinds of CRM. */
export const destinationSettings = [
  "namespace",
  "product_id",
  "opt_in_contacts",
  "receipt",
] as const;
export type DestinationSetting = (typeof destinationSettings)[number];

type Traits = {
  /** Takes a sale of nobody; the adapter says the same by `anonymousSales`. */
  readonly takesAnonymous: boolean;
  /** The handler's own switch without which no order goes there. */
  readonly ordersBy?: string;
  /** Those that its destinations know, some with the key of the handler that they need. */
  readonly settings?: { readonly [Setting in DestinationSetting]?: true | string };
};

/**
 * What the check of a tenant file knows of each kind of CRM, also of those that no adapter speaks yet:
 * faults of their destinations are told beside that one. The Worker asks the adapters.
 */
const handlerTraits: Readonly<Record<KnownKind, Traits>> = {
  voyado: { takesAnonymous: false },
  omnium: { takesAnonymous: true, ordersBy: "send_orders" },
  bloomreach: { takesAnonymous: false },
  rule: { takesAnonymous: false },
  ometria: {
    takesAnonymous: true,
    settings: {
      namespace: true,
      product_id: true,
      opt_in_contacts: true,
      receipt: "transactional_api_key",
    },
  },
};

/** True for every key that may stand under `handler`, available or not. */
export const isHandlerKind = (key: string): key is KnownKind => Object.hasOwn(handlerTraits, key);

/** The CRM of a channel as the file has it. */
export type WrittenHandler = {
  readonly kind: KnownKind;
  readonly traits: Traits;
  /** What stands under the kind. */
  readonly block: unknown;
};

/** undefined where the file does not say which CRM it is. */
export const handlerWritten = (handler: unknown): WrittenHandler | undefined => {
  if (!isObject(handler)) return undefined;
  const [kind, another] = Object.keys(handler).filter(isHandlerKind);
  return kind === undefined || another !== undefined
    ? undefined
    : { kind, traits: handlerTraits[kind], block: handler[kind] };
};
