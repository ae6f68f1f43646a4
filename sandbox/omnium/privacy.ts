import { Big } from "big.js";
import * as z from "zod";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { bodyOf } from "./body.ts";
import { customerWith } from "./customer_rules.ts";
import { customerView } from "./customer_view.ts";
import { forget, newCustomer, replaced } from "./customers.ts";
import { Refused } from "./errors.ts";
import type { Customer } from "./model.ts";
import { orderView } from "./order_view.ts";
import { required } from "./query.ts";
import type { OmniumStore } from "./store.ts";

/**
 * `GET /CustomerPrivacy/ChangePrivateCustomerId`: a GET that writes. Moves what hangs on the customer, deletes the
 * source, and makes the target when it is not there (published). Repeated it is 404 (assumed, §11).
 */
export function changeId(store: OmniumStore, call: Call): Reply {
  const [from, to] = [required(call, "fromCustomerId"), required(call, "toCustomerId")];
  return ok(customerView(moved(store, call, from, to), store.profile));
}

const batchSchema = z
  .array(z.strictObject({ fromCustomerId: z.string().min(1), toCustomerId: z.string().min(1) }))
  .max(50);

/** (assumed) all or nothing, and the names of the members. */
export function changeIds(store: OmniumStore, call: Call): Reply {
  const pairs = bodyOf(call, batchSchema, store.profile);
  for (const { fromCustomerId } of pairs) customerWith(store, fromCustomerId);
  for (const { fromCustomerId, toCustomerId } of pairs)
    moved(store, call, fromCustomerId, toCustomerId);
  return { status: 204 };
}

function moved(store: OmniumStore, call: Call, from: string, to: string): Customer {
  const source = customerWith(store, from);
  if (from === to) throw new Refused(400, "fromCustomerId and toCustomerId are the same.");
  const target =
    store.customers.get(to) ?? newCustomer(store, to, source.fields, store.stamp(call));
  const merged = store.saveCustomer(replaced(store, target, target.fields, call));
  moveBelongings(store, from, to);
  forget(store, from);
  return merged;
}

/** Orders and points (published), and vouchers (assumed: "all data associated with that id"). */
export function moveBelongings(store: OmniumStore, from: string, to: string): void {
  for (const order of store.orders.all()) {
    if (order.fields["customerId"] !== from) continue;
    store.saveOrder({ ...order, fields: { ...order.fields, customerId: to } });
  }
  for (const voucher of store.vouchers.all())
    if (voucher.customerId === from) store.saveVoucher({ ...voucher, customerId: to });
  const member = store.members.get(from);
  if (member === undefined) return;
  const there = store.members.get(to);
  store.saveMember(
    there === undefined
      ? { ...member, customerId: to }
      : {
          ...there,
          balance: plus(there.balance, member.balance),
          issued: plus(there.issued, member.issued),
          validPoints: [...there.validPoints, ...member.validPoints],
        },
  );
}

/** `DELETE /PrivateCustomers/Anonymize?id=`: the customer goes, its orders lose the person (published). No way back. */
export function anonymise(store: OmniumStore, call: Call): Reply {
  const { customerId } = customerWith(store, required(call, "id"));
  for (const order of store.orders.all()) {
    if (order.fields["customerId"] !== customerId) continue;
    const {
      customerId: _id,
      customerName: _name,
      customerEmail: _email,
      customerPhone: _phone,
      customerNumber: _number,
      billingAddress: _address,
      ...fields
    } = order.fields;
    store.saveOrder({ ...order, fields });
  }
  forget(store, customerId);
  return { status: 204 };
}

/** `GET /PrivateCustomers/Information/{id}`: everything about a person, for the GDPR. */
export function information(store: OmniumStore, call: Call): Reply {
  const customer = customerWith(store, call.params["customerId"] ?? "");
  const orders = store.orders
    .all()
    .filter(({ fields }) => fields["customerId"] === customer.customerId);
  return ok({
    privateCustomer: customerView(customer, store.profile),
    orders: orders.map((order) => orderView(store, order)),
    projects: [],
  });
}

function plus(a: string, b: string): string {
  return new Big(a).plus(b).toString();
}
