import { formatMinor } from "../model/money.ts";
import { plain, tableOf } from "./output.ts";
import type { ProofAnswer, ProofCountAnswer, ProofSiteAnswer } from "./proof_answers.ts";

/** What somebody must do something about; the rest is as the tenant file and the customers have it. */
const findings: ReadonlySet<string> = new Set(["differs", "on_its_way", "refused", "missing"]);

export const isFinding = ({ outcome }: { readonly outcome: string }): boolean =>
  findings.has(outcome);

export const hasFindings = ({ items }: ProofAnswer): boolean =>
  items.some(({ counts }) => counts.some(isFinding));

const words = ({ outcome, reason }: { outcome: string; reason: string }): string =>
  `${outcome.replaceAll("_", " ")}${reason === "" ? "" : ` (${reason})`}`;

const amount = (minor: number | null, currency: string): string =>
  minor === null ? "" : formatMinor(minor, currency);

/** One line for each destination, store and currency: Sitoo, what arrived, and where the rest is. */
const countLines = (counts: readonly ProofCountAnswer[]): (string | number)[][] => {
  const same = (one: ProofCountAnswer, other: ProofCountAnswer): boolean =>
    one.store === other.store && one.currency === other.currency;
  const inSitoo = counts.filter(({ outcome }) => outcome === "in_sitoo");
  const destinations = [
    ...new Set(counts.filter((c) => c.outcome !== "in_sitoo").map((c) => c.destination)),
  ];
  return destinations.flatMap((destination) =>
    inSitoo.flatMap((sitoo) => {
      const here = counts.filter(
        (one) => one.outcome !== "in_sitoo" && one.destination === destination && same(one, sitoo),
      );
      if (here.length === 0) return [];
      const arrived = here.filter(
        ({ outcome }) => outcome === "delivered" || outcome === "differs",
      );
      const rest = here.filter(({ outcome }) => outcome !== "delivered");
      return [
        [
          destination === "" ? "(none)" : destination,
          sitoo.store,
          sitoo.currency,
          sitoo.orders,
          amount(sitoo.total, sitoo.currency),
          arrived.reduce((sum, { orders }) => sum + orders, 0),
          amount(
            arrived.reduce((sum, { total }) => sum + total, 0),
            sitoo.currency,
          ),
          rest.map((one) => `${one.orders} ${words(one)}`).join(", "),
        ],
      ];
    }),
  );
};

const differenceLines = ({ differences }: ProofSiteAnswer): (string | number)[][] =>
  differences.map((one) => [
    one.receipt,
    one.orderId,
    one.store,
    one.destination === "" ? "(none)" : one.destination,
    words(one),
    `${amount(one.total, one.currency)} ${one.currency}`,
    amount(one.delivered, one.currency),
    one.mend,
  ]);

const siteText = (day: string, item: ProofSiteAnswer): string => {
  const open = item.counts.filter(isFinding).reduce((sum, { orders }) => sum + orders, 0);
  const verdict = open === 0 ? "nothing is missing" : `${open} to look at`;
  return [
    plain(
      `${day}, account ${item.account}, site ${item.site}: ${item.orders} closed orders in Sitoo, ${verdict}`,
    ),
    ...(item.counts.length === 0
      ? []
      : [
          "",
          tableOf(
            ["destination", "store", "currency", "Sitoo", "total", "arrived", "total", "and"],
            countLines(item.counts),
          ),
        ]),
    ...(item.differences.length === 0
      ? []
      : [
          "",
          tableOf(
            ["receipt", "order", "store", "destination", "what", "Sitoo", "arrived", "mend it by"],
            differenceLines(item),
          ),
        ]),
  ].join("\n");
};

export const proofText = ({ day, items }: ProofAnswer): string =>
  items.map((item) => siteText(day, item)).join("\n\n");

/** While it is being compared. */
export const comparingText = ({ items }: ProofAnswer): string =>
  items
    .map(({ account, site, orders, remaining, lastError }) =>
      plain(
        `${account}/${site}  ${orders}${remaining === null ? "" : ` of ${orders + remaining}`} orders compared${lastError === null ? "" : `, waits: ${lastError}`}`,
      ),
    )
    .join("\n");
