import type { CardPart } from "../model/customer.ts";
import type { Texts } from "./texts.ts";

/** Tells the cashier which parts of a card could not be read; undefined when all could. */
export const degradedText = (parts: readonly CardPart[], texts: Texts): string | undefined =>
  parts.length === 0
    ? undefined
    : `${texts.notShown} ${parts.map((part) => texts.cardParts[part]).join(", ")}`;
