import { newGenerationMs } from "./admission.ts";
import type { OverlayEntry } from "./ledger_calls.ts";
import { holds } from "./machine.ts";

export type { OverlayEntry } from "./ledger_calls.ts";

/**
 * Whether the card shows the instrument as used. A commit overrules the CRM for an hour;
 * an instrument that the CRM offers again after that is a new one (design.md 6.9).
 */
export const holdsOnCard = (entry: OverlayEntry, now: number): boolean =>
  holds(entry.state) &&
  !(
    (entry.state === "committed" || entry.state === "settled") &&
    now - entry.at > newGenerationMs
  ) &&
  entry.state !== "reversing";
