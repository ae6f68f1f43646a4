import { said } from "#said";
import * as z from "zod/mini";
import { described } from "./described.ts";
import { text } from "./schema_values.ts";

const email = z
  .string()
  .check(z.trim(), z.regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, said("is no e-mail address")));

/** `deliver_to[].receipt`: names and rules of Ometria's own connection to Sitoo (contracts/ometria.md 9, 10). */
const receipt = z.strictObject({
  from_name: described(text, said("sender of the mail")),
  from_email: described(email, said("address of the sender")),
  subject: described(text, said("subject of the mail")),
  stream: described(
    z
      .string()
      .check(
        z.regex(
          /^[a-z0-9_-]+$/,
          said('must be lower case without spaces: a to z, 0 to 9, "_" and "-"'),
        ),
      ),
    said("stream of the CRM that these mails are counted in"),
  ),
  template_id: described(
    z.int().check(z.positive()),
    said("number of the transactional template in the CRM"),
  ),
  reply_to_name: z.optional(described(text, said("whom an answer goes to"))),
  reply_to_email: z.optional(
    described(email, said("where an answer goes; the sender when left out")),
  ),
  sandbox: z._default(
    described(z.boolean(), said("true: the CRM checks each mail and sends none")),
    false,
  ),
});

const callsASecond = said("must be 1 to 1000 calls a second");

/** One entry of `orders.deliver_to`; which CRM knows which setting is in handler_traits.ts. */
export const destination = z.strictObject({
  channel: described(z.string(), said("id of the channel whose CRM gets the orders")),
  missing_customer: z.optional(
    described(
      z.enum(["create", "dead_letter", "skip"]),
      said("when the order's customer is not in the CRM; create by default for a till channel"),
    ),
  ),
  anonymous: z._default(
    described(z.enum(["skip", "deliver"]), said("orders without a customer")),
    "skip",
  ),
  rate: z.optional(
    described(
      z.int().check(z.gte(1, callsASecond), z.lte(1_000, callsASecond)),
      said("calls to the CRM a second for orders, at most; tills are not counted"),
    ),
  ),
  namespace: z.optional(
    described(
      z
        .string()
        .check(
          z.regex(
            /^[A-Za-z0-9_-]{1,40}$/,
            said('must be 1 to 40 characters of A to Z, a to z, 0 to 9, "_" and "-"'),
          ),
        ),
      said("stands before order ids, so that they meet none of a web shop: pos becomes pos-4711"),
    ),
  ),
  product_id: z._default(
    described(z.enum(["sku", "productid"]), said("which of Sitoo's ids the CRM knows products by")),
    "sku",
  ),
  opt_in_contacts: z._default(
    described(z.boolean(), said("whether customers that orders bring are opted in to marketing")),
    false,
  ),
  receipt: z.optional(
    described(receipt, said("receipts by e-mail that staff ask for are sent through this CRM")),
  ),
});
