import { fromBase64Url, toBase64Url } from "./base64url.ts";

const ivBytes = 12;

const keyHmac = async (key: CryptoKey, text: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));

/** The AES key is made of the key of the index, under a label that is no key's text: those begin with their kind. */
const sealing = async (indexKey: CryptoKey, iv: Uint8Array<ArrayBuffer>, place: string) =>
  [
    { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(place) },
    await crypto.subtle.importKey("raw", await keyHmac(indexKey, "seal ids"), "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]),
  ] as const;

/**
 * The CRM's id of a customer as a row of an index holds it: some CRMs know customers by their e-mail.
 * The same id in the same place gives the same text, so a repeat finds its row, and another in another.
 *
 * @param place the hash of the row's key: moved to another row, the text does not open.
 */
export const sealId = async (indexKey: CryptoKey, place: string, id: string): Promise<string> => {
  // A nonce made of what is sealed, and where, repeats only with the very same text.
  const iv = (await keyHmac(indexKey, `seal ${place} ${id}`)).slice(0, ivBytes);
  const [how, key] = await sealing(indexKey, iv, place);
  const sealed = await crypto.subtle.encrypt(how, key, new TextEncoder().encode(id));
  return toBase64Url(new Uint8Array([...iv, ...new Uint8Array(sealed)]));
};

/** @returns undefined when the text was sealed for another place, or by another key. */
export const openId = async (
  indexKey: CryptoKey,
  place: string,
  text: string,
): Promise<string | undefined> => {
  const bytes = fromBase64Url(text);
  if (bytes === undefined) return undefined;
  try {
    const [how, key] = await sealing(indexKey, bytes.slice(0, ivBytes), place);
    return new TextDecoder().decode(await crypto.subtle.decrypt(how, key, bytes.slice(ivBytes)));
  } catch {
    return undefined;
  }
};
