import { describe, expect, it } from "vitest";
import type { ProofAnswer, ProofCountAnswer } from "./proof_answers.ts";
import { comparingText, hasFindings, proofText } from "./proof_text.ts";

const count = (change: Partial<ProofCountAnswer>): ProofCountAnswer => ({
  store: "200",
  currency: "SEK",
  destination: "voyado",
  outcome: "delivered",
  reason: "",
  orders: 1,
  total: 10_000,
  ...change,
});
const proof = (
  counts: readonly ProofCountAnswer[],
  differences: ProofAnswer["items"][number]["differences"] = [],
): ProofAnswer => ({
  day: "2026-11-22",
  state: "done",
  since: 1,
  items: [
    {
      account: 90316,
      site: 1,
      day: "2026-11-22",
      state: "done",
      orders: 12,
      remaining: 0,
      startedAt: 1,
      endedAt: 2,
      lastError: null,
      counts: [...counts],
      differences,
    },
  ],
});

describe("a proof", () => {
  it("has a line for each destination, store and currency", () => {
    const text = proofText(
      proof([
        count({ destination: "", outcome: "in_sitoo", orders: 12, total: 120_000 }),
        count({ destination: "", outcome: "in_sitoo", store: "600", currency: "USD" }),
        count({ orders: 9, total: 90_000 }),
        count({ outcome: "differs", total: 9_900 }),
        count({ outcome: "no_customer", reason: "anonymous", orders: 2, total: 20_000 }),
        count({ store: "600", currency: "USD" }),
      ]),
    );
    expect(text).toContain(
      "2026-11-22, account 90316, site 1: 12 closed orders in Sitoo, 1 to look at",
    );
    expect(text).toMatch(
      /^voyado +200 +SEK +12 +1200\.00 +10 +999\.00 +1 differs, 2 no customer \(anonymous\)$/m,
    );
    expect(text).toMatch(/^voyado +600 +USD +1 +100\.00 +1 +100\.00$/m);
  });

  it("lists differences by receipt, with what mends them", () => {
    const text = proofText(
      proof(
        [count({ outcome: "missing" })],
        [
          {
            orderId: 17,
            destination: "voyado",
            outcome: "missing",
            reason: "nothing has told of it",
            receipt: "R17",
            store: "200",
            currency: "SEK",
            total: 10_000,
            delivered: null,
            mend: "npm run tenant -- backfill acme --from 2026-11-22 --to 2026-11-22",
          },
        ],
      ),
    );
    expect(text).toMatch(
      /^R17 +17 +200 +voyado +missing \(nothing has told of it\) +100\.00 SEK +npm run tenant -- backfill acme/m,
    );
  });

  it("finds nothing in what the tenant file and the customers have decided", () => {
    const chosen = [
      count({}),
      count({ outcome: "no_customer", reason: "anonymous" }),
      count({ outcome: "withheld", reason: "shadow" }),
    ];
    expect(hasFindings(proof(chosen))).toBe(false);
    for (const outcome of ["missing", "refused", "on_its_way", "differs"])
      expect(hasFindings(proof([...chosen, count({ outcome })]))).toBe(true);
  });

  it("tells how far it is", () => {
    const [item] = proof([]).items;
    if (item === undefined) throw new Error("there is an item");
    const running = { ...proof([]), items: [{ ...item, orders: 250, remaining: 750 }] };
    expect(comparingText(running)).toBe("90316/1  250 of 1000 orders compared");
    const away = { ...item, remaining: null, lastError: "Sitoo answered 503" };
    expect(comparingText({ ...running, items: [away] })).toBe(
      "90316/1  12 orders compared, waits: Sitoo answered 503",
    );
  });
});
