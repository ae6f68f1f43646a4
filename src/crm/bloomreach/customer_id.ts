import {
  type BloomreachSettings,
  customerIdPrefix as prefix,
} from "../../tenants/bloomreach_settings.ts";
import { openId, sealId } from "../../tenants/sealed_id.ts";

/**
 * Customer ids of tills and orders: the hard ID, which is mostly an e-mail address, sealed so that no
 * address stands in URLs, orders and logs. No table is asked, and the same hard ID always gives the
 * same text, since ledgers hang on it. So its key must outlive those of the gateway and of the API,
 * which are renewed: the tenant's own `id_key`, or what tells the project from all others.
 */
export type CustomerIds = {
  seal(hardId: string): Promise<string>;
  /** undefined: not of this tenant's project. */
  open(customerId: string): Promise<string | undefined>;
};

export const createCustomerIds = (
  settings: Pick<BloomreachSettings, "idKey" | "projectToken">,
  tenant: string,
  crmInstance: string,
): CustomerIds => {
  const place = JSON.stringify([tenant, crmInstance]);
  let made: Promise<CryptoKey> | undefined;
  const key = (): Promise<CryptoKey> => (made ??= keyOf(settings, place));
  return {
    seal: async (hardId) => prefix + (await sealId(await key(), place, hardId)),
    open: async (customerId) =>
      customerId.startsWith(prefix)
        ? openId(await key(), place, customerId.slice(prefix.length))
        : undefined,
  };
};

const keyOf = async (
  { idKey, projectToken }: Pick<BloomreachSettings, "idKey" | "projectToken">,
  place: string,
): Promise<CryptoKey> => {
  const text = JSON.stringify(["customer ids", place, idKey ?? projectToken.toLowerCase()]);
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
};
