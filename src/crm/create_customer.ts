import type { Person } from "../model/customer.ts";
import type { CrmCall, CrmOutcome, Profile } from "./port.ts";

/**
 * Makes a customer once, however often and from however many places it is asked for
 * (design.md 7, Customer). Implemented on the index shard of the customer's key.
 */
export type CreateCustomer = (person: Person, call: CrmCall) => CrmOutcome<Profile>;
