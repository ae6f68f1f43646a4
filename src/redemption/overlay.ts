import { newGenerationMs } from "./machine/admission.ts";
import type { OverlayEntry } from "./ledger_calls.ts";
import { holds } from "./machine/machine.ts";

export type { OverlayEntry } from "./ledger_calls.ts";

/**
 * Whether the card shows the instrument as used. A commit overrules the CRM for an hour;
 * an instrument that the CRM offers again after that is a new one (design.md 6.9). What the ledger
 * keeps for a CRM that cannot redeem is used for good, or until nothing is left of it.
 */
export const holdsOnCard = (entry: OverlayEntry, now: number): boolean => {
  const isUsed = entry.state === "committed" || entry.state === "settled";
  if (entry.balance !== undefined && entry.state !== "committed" && entry.state !== "reserved")
    return entry.balance.isUsedUp;
  if (!holds(entry.state) || entry.state === "reversing") return false;
  return !isUsed || entry.balance !== undefined || now - entry.at <= newGenerationMs;
};
