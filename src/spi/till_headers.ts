import type { Till } from "../redemption/machine/admission.ts";

/** Percent-encoded UTF-8 (published); a value that is not stays as it came. */
const decode = (value: string | null): string | undefined => {
  if (value === null || value.trim() === "") return undefined;
  let text = value.trim();
  try {
    text = decodeURIComponent(text);
  } catch {
    // Kept as it came: an id with a stray % still tells tills apart.
  }
  return text.slice(0, 128);
};

/** `Store-ID`, `Staff-ID` and `Register-ID`, each of which may be absent (contracts/sitoo.md 2.1). */
export const readTill = (headers: Headers): Till => {
  const registerId = decode(headers.get("Register-ID"));
  const storeId = decode(headers.get("Store-ID"));
  const staffId = decode(headers.get("Staff-ID"));
  return {
    ...(registerId === undefined ? {} : { registerId }),
    ...(storeId === undefined ? {} : { storeId }),
    ...(staffId === undefined ? {} : { staffId }),
  };
};
