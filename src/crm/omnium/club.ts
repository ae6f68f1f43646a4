import type { CrmCall } from "../port.ts";
import type { Omnium } from "./client.ts";
import { type Member, parseMember, type WireCustomer } from "./customer_wire.ts";
import { readAs } from "./errors.ts";

/**
 * Takes a customer into the club with the consents that they have given. A failure fails nothing: the
 * customer is there, and the next save tries again (contracts/omnium.md 13).
 */
export const joinClub = async (
  omnium: Omnium,
  customer: WireCustomer,
  call: CrmCall,
): Promise<Member | undefined> => {
  const reply = await omnium.send(
    {
      route: "POST /PrivateCustomers/{customerId}/CustomerClubMember/AddWithConsentList",
      path: { customerId: customer.customerId },
      query: { salesPersonId: call.staffId },
      body: customer.consents,
    },
    call,
  );
  // Any JSON will do as confirmation; a member that is not shown is one all the same (assumed).
  const joined = readAs(
    reply,
    (json) => parseMember(json) ?? { customerId: customer.customerId, tier: undefined },
    {},
    omnium.now(),
  );
  if (joined.ok) return joined.value;
  omnium.log("omnium_club_not_joined", {
    failure: joined.failure.kind,
    request_id: call.requestId,
  });
  return undefined;
};
