import type { Command } from "commander";
import {
  type OrdersAnswer,
  orderTrace,
  reassignedAnswer,
  type ReceiptAnswer,
} from "./admin_answers.ts";
import { callAdmin } from "./admin_call.ts";
import { findByReceipt, findOrder } from "./find_order.ts";
import { type GatewayAccess, gatewayAccess } from "./gateway_access.ts";
import { printJson, printLine, printNote } from "./output.ts";
import { Refusal } from "./refusal.ts";
import { receiptsText } from "./trace_text.ts";
import { addGatewayWhere, type WhereOptions } from "./where.ts";

type Options = WhereOptions & {
  readonly receipt?: string;
  readonly order?: string;
  readonly to: string;
  readonly channel?: string;
  readonly reason: string;
  readonly dryRun?: boolean;
};

const waitMs = 30_000;
const lookEveryMs = 500;

/** The one order that is meant; of several nobody guesses. */
const orderOf = ({ items, notAsked }: OrdersAnswer): readonly string[] => {
  const places = items.map(({ account, site, orderId }) => [account, site, orderId].map(String));
  const [place] = places;
  if (places.length > 1)
    throw new Refusal(
      1,
      `several orders have this number; name one by --order: ${places.map((one) => one.join("/")).join(", ")}`,
    );
  // Where an account could not be asked, a second one may hide there.
  const [away] = notAsked;
  if (away !== undefined)
    throw new Refusal(2, `account ${away.account}: Sitoo could not be asked: ${away.detail}`);
  if (place === undefined)
    throw new Refusal(1, "there is no such order, or no event of it has arrived");
  return place;
};

const isOver = (receipts: readonly ReceiptAnswer[]): boolean =>
  receipts.every(({ state }) => state === "delivered") ||
  receipts.some(({ state }) => state === "refused");

/** Receipts of the channel once nothing of them is on its way, or as they stand when waiting has lasted. */
const outcomeOf = async (
  access: GatewayAccess,
  tenant: string,
  order: readonly string[],
  channel: string,
): Promise<readonly ReceiptAnswer[]> => {
  const until = Date.now() + waitMs;
  for (;;) {
    const trace = await callAdmin(access, { segments: [tenant, "orders", ...order] }, orderTrace);
    const receipts = (trace.receipts ?? []).filter((one) => one.channel === channel);
    if (isOver(receipts) || Date.now() > until) return receipts;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
};

const plan = (outcome: string, receipts: readonly ReceiptAnswer[], channel: string): string => {
  const count = (state: string) => receipts.filter((one) => one.state === state).length;
  switch (outcome) {
    case "already":
      return "it is theirs already, or on its way to them";
    case "planned":
      return `${count("planned")} would be sent to ${channel}; nothing was: --dry-run`;
    default:
      return `${count("waiting")} to be sent to ${channel}`;
  }
};

/** `reassign T --receipt R --to CUSTOMER`: a wrong or forgotten customer on a receipt. */
export const addReassign = (program: Command): void => {
  const command = program
    .command("reassign")
    .description("give a sale to the customer whose it is: a wrong or forgotten customer")
    .argument("<tenant>")
    .option("--receipt <number>", "the order with this receipt number, as Sitoo knows it")
    .option("--order <id>", "Sitoo's order id, or ACCOUNT/SITE/ID")
    .requiredOption("--to <customer>", "the CRM's id of the customer")
    .option("--channel <channel>", "needed where the order goes to several CRMs")
    .option(
      "--reason <text>",
      "why, in 3 to 200 characters; kept, so name no customer",
      "wrong or forgotten customer",
    )
    .option("--dry-run", "say what would be sent, and send nothing");
  addGatewayWhere(command).action(async (tenant: string, options: Options) => {
    const { receipt, order, to, channel, dryRun = false } = options;
    const reason = options.reason.trim();
    if ((receipt === undefined) === (order === undefined))
      throw new Refusal(2, "say which order, by --receipt R or by --order ID");
    if (reason.length < 3 || reason.length > 200)
      throw new Refusal(2, "--reason needs 3 to 200 characters: what happened at the till?");
    const access = await gatewayAccess(options);
    const found =
      receipt === undefined
        ? await findOrder(access, tenant, order ?? "")
        : await findByReceipt(access, tenant, receipt);
    const place = orderOf(found);
    const answer = await callAdmin(
      access,
      {
        segments: [tenant, "orders", ...place, "reassign"],
        body: {
          customer: to,
          reason,
          dry_run: dryRun,
          ...(channel === undefined ? {} : { channel }),
        },
      },
      reassignedAnswer,
    );
    const asJson = options.json === true;
    if (dryRun && asJson) return printJson(answer);
    if (!asJson) printNote(plan(answer.outcome, answer.receipts, answer.channel));
    if (dryRun) return printLine(receiptsText(answer.receipts));
    const receipts = await outcomeOf(access, tenant, place, answer.channel);
    if (asJson) printJson({ ...answer, receipts });
    else printLine(receiptsText(receipts));
    if (receipts.some(({ state }) => state === "refused")) process.exitCode = 1;
    else if (!isOver(receipts))
      printNote("not all is sent yet; the gateway goes on by itself, look with `trace`");
  });
};
