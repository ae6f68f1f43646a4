import { type OrdersAnswer, ordersAnswer, orderTrace } from "./admin_answers.ts";
import { callAdmin } from "./admin_call.ts";
import type { GatewayAccess } from "./gateway_access.ts";
import { Refusal } from "./refusal.ts";

/** One order by `account/site/order`, or by its id in any account. */
export const findOrder = async (
  access: GatewayAccess,
  tenant: string,
  typed: string,
): Promise<OrdersAnswer> => {
  const parts = typed.split("/");
  if ((parts.length !== 1 && parts.length !== 3) || !parts.every((part) => /^\d+$/.test(part)))
    throw new Refusal(2, `"${typed}" is no order: give Sitoo's order id, or ACCOUNT/SITE/ID`);
  if (parts.length === 1)
    return callAdmin(
      access,
      { segments: [tenant, "orders"], query: { order: typed } },
      ordersAnswer,
    );
  const trace = await callAdmin(access, { segments: [tenant, "orders", ...parts] }, orderTrace);
  const { account, site, orderId } = trace;
  return { items: [{ account, site, orderId, trace }], notAsked: [] };
};

/** Orders with this receipt number, as Sitoo knows them. */
export const findByReceipt = (
  access: GatewayAccess,
  tenant: string,
  receipt: string,
): Promise<OrdersAnswer> =>
  callAdmin(access, { segments: [tenant, "orders"], query: { receipt } }, ordersAnswer);
