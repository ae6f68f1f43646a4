import type { Command } from "commander";
import { type OrdersAnswer, redemptionsAnswer } from "./admin_answers.ts";
import { callAdmin } from "./admin_call.ts";
import { customerOrdersAnswer, customerOrdersText } from "./customer_orders.ts";
import { findByReceipt, findOrder } from "./find_order.ts";
import { type GatewayAccess, gatewayAccess } from "./gateway_access.ts";
import { printJson, printLine, printNote } from "./output.ts";
import { Refusal } from "./refusal.ts";
import { ordersText, redemptionsText } from "./trace_text.ts";
import { addGatewayWhere, type WhereOptions } from "./where.ts";

type Options = WhereOptions & {
  readonly order?: string;
  readonly receipt?: string;
  readonly customer?: string;
  readonly channel?: string;
  readonly redemption?: string;
};

const usage =
  "say what to trace, by one of --order ID, --receipt R, --customer ID, --redemption REDEEM_ID";

const traceOrders = async (found: OrdersAnswer, options: Options): Promise<void> => {
  const { items, notAsked } = found;
  if (items.length === 0 && notAsked.length === 0)
    throw new Refusal(
      1,
      options.receipt === undefined
        ? "no event of this order has arrived; docs/admin.md says how to post one by hand"
        : "Sitoo has no order with this receipt number",
    );
  if (options.json === true) printJson({ orders: items, not_asked: notAsked });
  else printLine(ordersText(found));
  // Nobody could say: neither found nor not there.
  if (items.length === 0) process.exitCode = 2;
};

const traceRedemptions = async (
  access: GatewayAccess,
  segments: readonly string[],
  options: Options,
): Promise<void> => {
  const { redemptions } = await callAdmin(access, { segments }, redemptionsAnswer);
  if (options.json === true) return printJson({ redemptions });
  if (redemptions.length === 0) return printNote("this customer has redeemed nothing here");
  printLine(redemptionsText(redemptions));
};

/** What the customer bought, then what they redeemed. */
const traceCustomer = async (
  access: GatewayAccess,
  customer: readonly string[],
  options: Options,
): Promise<void> => {
  const [{ items, more }, { redemptions }] = await Promise.all([
    callAdmin(access, { segments: [...customer, "orders"] }, customerOrdersAnswer),
    callAdmin(access, { segments: [...customer, "redemptions"] }, redemptionsAnswer),
  ]);
  if (options.json === true) return printJson({ orders: items, more, redemptions });
  const parts = [
    ...(items.length === 0 ? [] : [customerOrdersText(items)]),
    ...(redemptions.length === 0 ? [] : [redemptionsText(redemptions)]),
  ];
  if (parts.length > 0) printLine(parts.join("\n\n"));
  if (items.length === 0) printNote("no order of this customer is known here");
  if (more) printNote(`these are the newest ${items.length} orders; older ones are not shown`);
  if (redemptions.length === 0) printNote("this customer has redeemed nothing here");
};

/** `trace T`: every step of one order or of one till's answer, or what is known of a customer. */
export const addTrace = (program: Command): void => {
  const command = program
    .command("trace")
    .description("show every step of an order or of redemptions, without the person behind it")
    .argument("<tenant>")
    .option("--order <id>", "Sitoo's order id, or ACCOUNT/SITE/ID")
    .option("--receipt <number>", "the order with this receipt number, as Sitoo knows it")
    .option("--customer <id>", "orders and redemptions of a customer, by the CRM's id")
    .option("--channel <channel>", "with --customer: of this channel's CRM alone")
    .option("--redemption <redeem_id>", "redemptions of a till's answer, by its redeem_id");
  addGatewayWhere(command).action(async (tenant: string, options: Options) => {
    const { order, receipt, customer, channel, redemption } = options;
    const asked = [order, receipt, customer, redemption].filter((one) => one !== undefined);
    if (asked.length !== 1) throw new Refusal(2, usage);
    if (channel !== undefined && customer === undefined)
      throw new Refusal(2, "--channel goes with --customer");
    const access = await gatewayAccess(options);
    if (order !== undefined) return traceOrders(await findOrder(access, tenant, order), options);
    if (receipt !== undefined)
      return traceOrders(await findByReceipt(access, tenant, receipt), options);
    if (redemption !== undefined)
      return traceRedemptions(access, [tenant, "redemptions", redemption], options);
    const within = channel === undefined ? [] : ["channels", channel];
    return traceCustomer(access, [tenant, ...within, "customers", customer ?? ""], options);
  });
};
