import { contentHash } from "../../model/content_hash.ts";
import { moneyFields, type OrderHead } from "../../sitoo/order_head.ts";
import { orderState } from "../../sitoo/order_wire.ts";
import type { DeadLetter } from "../../tenants/dead_letters.ts";
import { dayRange } from "../day_range.ts";
import { marketOf, targetsOf } from "../destinations.ts";
import { currencyOf, goodsTotals, isClosedSale, isWithin, storeOf } from "./head_money.ts";
import type { OrderSummary } from "../journal_view.ts";
import { isFinding, isListed, type ProofOutcome, type Verdict, verdictOn } from "./proof.ts";
import type { ProofCount, ProofRow, ProofTable } from "./proof_table.ts";
import {
  askPage,
  type Fault,
  nextTry,
  type Scene,
  type WalkDeps,
  type WalkJob,
} from "./walk_job.ts";
import { eachOf } from "../few_at_once.ts";
import { byJournal, journalOf } from "./walk_journals.ts";
import type { WalkPlace } from "./walk_name.ts";

/**
 * A day's closed orders in Sitoo against what the journals say of each destination (design.md 7). Of 20,000 orders
 * it asks 80 pages and some 320 journals, a page to a step, so no limit of an invocation is near.
 */
export const createProofWork = ({
  table,
  transaction,
  now,
  deps,
}: {
  readonly table: ProofTable;
  readonly transaction: <T>(work: () => T) => T;
  readonly now: () => number;
  readonly deps: Pick<WalkDeps, "journal" | "deadLetter" | "mended">;
}): WalkJob => {
  const tracesOf = async (
    place: WalkPlace,
    heads: readonly OrderHead[],
  ): Promise<ReadonlyMap<number, OrderSummary>> => {
    const traces = new Map<number, OrderSummary>();
    await eachOf(byJournal(heads), async ({ journal }) => {
      for (const trace of await journalOf(deps.journal, place, journal).list())
        traces.set(trace.orderId, trace);
    });
    return traces;
  };

  /** Within the transaction that moves the place of the proof: a page counts once. */
  const weigh = (
    { day }: ProofRow,
    { tenant, account }: Scene,
    head: OrderHead,
    usual: string,
    trace: OrderSummary | undefined,
  ): void => {
    const currency = currencyOf(head, usual);
    const store = storeOf(head);
    const readings = goodsTotals(head, currency);
    // Sitoo's round-off can be read in several ways; where a receipt agrees with one, that is the one.
    const total =
      trace?.total !== undefined && readings.includes(trace.total)
        ? trace.total
        : (readings[0] ?? 0);
    const place = { store, currency, orders: 1 };
    table.count(day, { ...place, destination: "", outcome: "in_sitoo", reason: "", total });
    const targets = targetsOf(tenant, account, currency).map(({ channel }) => channel.id);
    const verdicts: readonly (readonly [string, Verdict])[] =
      targets.length > 0
        ? targets.map((target) => [target, verdictOn(readings, trace, target)])
        : [["", nobodys(currency)]];
    for (const [destination, { outcome, reason, delivered }] of verdicts) {
      table.count(day, {
        ...place,
        destination,
        outcome,
        reason: isFinding(outcome) ? "" : reason,
        total: delivered ?? total,
      });
      if (isListed(outcome))
        table.differ(day, {
          order_id: head.orderid,
          destination,
          outcome,
          reason,
          receipt: head.additionaldata["pos-receiptid"] ?? String(head.orderid),
          store,
          currency,
          total: readings.length === 0 ? null : total,
          delivered: delivered ?? null,
        });
    }
  };

  const page = async (row: ProofRow, scene: Scene): Promise<Fault | undefined> => {
    const market = marketOf(scene.tenant, scene.account, undefined);
    // Without a channel that sells through the account there is nothing to compare with.
    if (market === undefined) {
      table.become(row, "done", now());
      return undefined;
    }
    const range = dayRange(row.day, market.timeZone);
    const asked = await askPage(
      scene.sitoo,
      { orderDateFrom: range.from, orderDateTo: range.to, states: [orderState.closed] },
      { from: row.position + 1, fields: moneyFields, now: now() },
    );
    if (asked.kind === "fault") return asked;
    const sales = asked.heads.filter((head) => isClosedSale(head) && isWithin(head, range));
    const traces = await tracesOf(scene.place, sales);
    transaction(() => {
      // Begun anew meanwhile: then this page belongs to nothing.
      if (!table.isUnderWay(row)) return;
      for (const head of sales) weigh(row, scene, head, market.currency, traces.get(head.orderid));
      table.advance(row.day, {
        position: asked.next - 1,
        orders: sales.length,
        remaining: asked.left,
      });
      if (asked.ended) table.become(row, "telling", now());
    });
    return undefined;
  };

  const tell = async (row: ProofRow, { place }: Scene): Promise<undefined> => {
    const counts = table.counts(row.day);
    const findings = findingsOf(counts);
    const id = await letterId(place, row.day);
    if (findings.length === 0) await deps.mended(place.tenant, id);
    else if (row.nightly === 1) await deps.deadLetter([letter(id, place, row, findings, now())]);
    table.become(row, "done", now());
  };

  return {
    name: "proof",
    dueAt: () => table.current()?.next_at,
    async step(scene) {
      const row = table.current();
      if (row === undefined) return undefined;
      return row.state === "telling" ? tell(row, scene) : page(row, scene);
    },
    failed(fault) {
      const row = table.current();
      if (row !== undefined)
        table.failed(row.day, nextTry(row.attempt, fault, now()), fault.detail);
    },
  };
};

const nobodys = (currency: string): Verdict => ({
  outcome: "withheld",
  reason: `no destination takes orders in ${currency}`,
});

type Finding = { readonly outcome: ProofOutcome; readonly orders: number };

export const findingsOf = (counts: readonly ProofCount[]): readonly Finding[] => {
  const found = new Map<ProofOutcome, number>();
  for (const { outcome, orders } of counts)
    if (outcome !== "in_sitoo" && isFinding(outcome))
      found.set(outcome, (found.get(outcome) ?? 0) + orders);
  return [...found].map(([outcome, orders]) => ({ outcome, orders }));
};

const letterId = async ({ tenant, account, site }: WalkPlace, day: string): Promise<string> =>
  `proof-${day}-${(await contentHash([tenant, account, site, day])).slice(0, 16)}`;

/** One for a tenant, account and day, however much differs. */
const letter = (
  id: string,
  { tenant, account, site }: WalkPlace,
  { day, orders }: ProofRow,
  findings: readonly Finding[],
  now: number,
): DeadLetter => {
  const words = findings.map((one) => `${one.orders} ${one.outcome.replaceAll("_", " ")}`);
  return {
    id,
    tenant,
    kind: "proof_differs",
    reason: `${day}: of ${orders} closed orders in Sitoo: ${words.join(", ")}. \`npm run tenant -- proof ${tenant} --day ${day}\` lists them`,
    account,
    site,
    payload: { day, orders, ...Object.fromEntries(findings.map((f) => [f.outcome, f.orders])) },
    createdAt: now,
  };
};
