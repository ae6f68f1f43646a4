import type { DeliveryResult } from "./port.ts";

/** What asking for a mail comes to at a CRM that has no such call; the check of a tenant file lets none be asked for. */
export const mailsNone: DeliveryResult = { kind: "refused", reason: "this CRM mails no receipts" };
