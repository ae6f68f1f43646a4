import type { CreateCustomer } from "../crm/create_customer.ts";
import type { Crm } from "../crm/port.ts";
import type { Sale } from "../model/sale.ts";
import type { Destination } from "../tenants/tenant.ts";
import type { Attempt } from "./attempt.ts";
import type { Sign } from "./breaker.ts";

/** Whose a sale is. */
export type Recipient =
  | {
      /** To be found, as the destination's settings say. */
      readonly kind: "found";
      /** The id on the order that this CRM instance issued. */
      readonly crmId?: string;
      readonly missingCustomer: Destination["missingCustomer"];
      readonly anonymous: Destination["anonymous"];
    }
  | {
      readonly kind: "known";
      /** The CRM's; absent: nobody's. */
      readonly customerId?: string;
      /** Read first: what is taken back is taken from somebody who is there. */
      readonly read: boolean;
    }
  | {
      /** Its receipt goes to an address by e-mail; nobody is looked for. */
      readonly kind: "mail";
      readonly address: string;
      readonly crmId?: string;
    };

/** One sale on its way to one destination. */
export type TurnSale = {
  readonly sale: Sale;
  readonly to: Recipient;
  readonly requestId: string;
};

/**
 * @param foundBy how it was found out whose the sale is, in words; names kinds of keys, never a key.
 * @param formerId the id on the order, where the CRM has joined that customer with the one found.
 */
export type Intend<Answer> = (
  customerId: string | undefined,
  foundBy?: string,
  formerId?: string,
) => Answer;

export type TurnJob = TurnSale & {
  /**
   * Called right before the sale is sent, so that a crash leaves a trace; false: not to be sent
   * after all. Rejects when its caller is gone.
   */
  readonly intend: Intend<Promise<boolean>>;
};

export type TurnAnswer = { readonly attempt: Attempt; readonly sign: Sign };

export type TurnIo = {
  readonly crm: Required<Pick<Crm, "capabilities" | "get" | "search" | "deliver" | "mailReceipt">>;
  /** Safe against a second create of the same person. */
  readonly createCustomer: CreateCustomer;
  readonly now: () => number;
  readonly log: (entry: Record<string, unknown>) => void;
};

/** Nobody waits at a till for a receipt. */
export const callMs = 20_000;

export const silent = (attempt: Attempt): TurnAnswer => ({ attempt, sign: { kind: "silent" } });

export const storeOf = ({ storeExternalId }: Sale): { readonly storeId?: string } =>
  storeExternalId === undefined ? {} : { storeId: storeExternalId };
