import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { curlLines } from "../local/curl_lines.ts";
import type { CrmFailure } from "../src/model/crm_failure.ts";
import {
  redemptionStates,
  transition,
  type RedemptionEvent,
} from "../src/redemption/machine/machine.ts";
import { english } from "../src/spi/english.ts";
import { message } from "../src/spi/messages.ts";
import type { MessageCode } from "../src/spi/problem.ts";
import { startGateway, type TestGateway } from "./local_gateway.ts";

/**
 * The README's curl lines against a fresh gateway: a block ```sh run is run as it stands, and its
 * answer must hold what the block ```json answer after it shows. `eventually` waits for it.
 */
const projectDir = path.resolve(import.meta.dirname, "..");
const readme = await readFile(path.join(projectDir, "README.md"), "utf8");

type Shown = { readonly line: string; readonly eventually: boolean; readonly answer: unknown };

const shown: readonly Shown[] = [
  ...readme.matchAll(/```sh run( eventually)?\n([^]*?)```\s*```json answer\n([^]*?)```/g),
].map(([, eventually, line = "", answer = ""]) => ({
  line: line.trim(),
  eventually: eventually !== undefined,
  answer: JSON.parse(answer) as unknown,
}));

/** Whether an answer holds what was shown: objects may have more, lists too, and "…" is any text. */
const holds = (answer: unknown, expected: unknown): boolean => {
  if (typeof expected === "string" && expected.includes("…")) {
    const [before = "", after = ""] = expected.split("…");
    return typeof answer === "string" && answer.startsWith(before) && answer.endsWith(after);
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(answer) || (expected.length === 0 && answer.length > 0)) return false;
    const rest = [...(answer as unknown[])];
    return expected.every((item: unknown) => {
      const at = rest.findIndex((one) => holds(one, item));
      return at !== -1 && rest.splice(0, at + 1).length > 0;
    });
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof answer !== "object" || answer === null) return false;
    const found = new Map<string, unknown>(Object.entries(answer));
    return Object.entries(expected).every(([key, value]) => holds(found.get(key), value));
  }
  return answer === expected;
};

const run = promisify(execFile);
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

describe("the README", () => {
  let gateway: TestGateway;
  let env: Record<string, string>;
  beforeAll(async () => {
    gateway = await startGateway();
    env = {
      GATEWAY: gateway.gateway.url,
      SANDBOX: gateway.sandbox.url,
      SPI: gateway.demo.spi,
      EVENTS: gateway.demo.events,
      ADMIN_TOKEN: gateway.adminToken,
    };
  });
  afterAll(() => gateway.stop());

  const answerOf = async (line: string): Promise<unknown> => {
    const { stdout } = await run("bash", ["-c", line], { env: { ...process.env, ...env } });
    return parsed(stdout);
  };

  it("has an answer beside every line that is to be run", () => {
    expect(shown.length).toBeGreaterThanOrEqual(13);
    expect([...readme.matchAll(/```sh run/g)].length).toBe(shown.length);
  });

  it.each(shown)("$line", async ({ line, eventually, answer: expected }) => {
    let answer = await answerOf(line);
    const until = Date.now() + (eventually ? 15_000 : 0);
    while (!holds(answer, expected) && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      answer = await answerOf(line);
    }
    // Both are shown when they differ; an answer that holds all of it passes.
    if (!holds(answer, expected)) expect(answer).toEqual(expected);
  });

  it("shows the lines that `npm start` prints", () => {
    const printed = curlLines({
      gateway: "$GATEWAY",
      sandbox: "$SANDBOX",
      spi: "$SPI",
      events: "$EVENTS",
      admin: "$ADMIN_TOKEN",
    });
    expect(printed.filter(({ title }) => title === "")).toEqual([]);
    // What holds a variable stands in double quotes in the README, for the shell to fill in.
    const quoted = printed.map(({ line }) =>
      line.replaceAll(/'([^'{]*\$[A-Z_]+[^']*)'/g, (_, text: string) => `"${text}"`),
    );
    expect(shown.map(({ line }) => line)).toEqual(quoted);
  });
});

const failures: readonly CrmFailure[] = [
  { kind: "already_redeemed" },
  { kind: "already_active" },
  { kind: "cannot_reverse", detail: "" },
  { kind: "expired" },
  { kind: "timed_out" },
  { kind: "rate_limited" },
  { kind: "unavailable", sent: false, detail: "" },
];
const events: readonly RedemptionEvent[] = [
  { type: "commit_begun" },
  { type: "commit_ok" },
  { type: "call_lost" },
  { type: "found_available" },
  { type: "found_gone" },
  { type: "order_closed" },
  { type: "undo" },
  { type: "given_back" },
  { type: "expired" },
  { type: "reverse_ok" },
  { type: "given_up" },
  ...[true, false].flatMap((goodsGone): RedemptionEvent[] => [
    { type: "found_redeemed", withinAttempt: true, goodsGone },
    { type: "found_redeemed", withinAttempt: false, goodsGone },
    ...failures.map((failure): RedemptionEvent => ({ type: "commit_failed", failure, goodsGone })),
  ]),
  ...failures.map((failure): RedemptionEvent => ({ type: "reverse_failed", failure })),
];

describe("the pages", () => {
  it("draw the redemption machine as it is", async () => {
    const page = await readFile(path.join(projectDir, "docs/redemption.md"), "utf8");
    const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+):/gm)].map(
      ([, from, to]) => `${from} --> ${to}`,
    );
    const real = redemptionStates.flatMap((from) =>
      events.flatMap((event) => {
        const to = transition(from, event);
        return to === undefined ? [] : [`${from} --> ${to}`];
      }),
    );
    expect(new Set(drawn)).toEqual(new Set(real));
  });

  it("say what the refusals say", async () => {
    const page = await readFile(path.join(projectDir, "docs/spi-contract.md"), "utf8");
    const rows = [...page.matchAll(/^\| `(\w+)` \| \d{3} \| (.+) \|$/gm)].map(
      ([, code, text]) => [code, text] as const,
    );
    expect(rows.length).toBe(30);
    for (const [code, text] of rows) expect(message(code as MessageCode, english, "en")).toBe(text);
  });

  it("link to files and headings that are there", async () => {
    const docs = (await readdir(path.join(projectDir, "docs"))).map((name) => `docs/${name}`);
    const pages = ["README.md", "AGENTS.md", "SECURITY.md", ...docs].filter((name) =>
      name.endsWith(".md"),
    );
    const broken: string[] = [];
    for (const page of pages) {
      const text = await readFile(path.join(projectDir, page), "utf8");
      for (const [, to = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(to)) continue;
        const [file = "", heading] = to.split("#");
        const target = file === "" ? page : path.join(path.dirname(page), file);
        if (!existsSync(path.join(projectDir, target))) broken.push(`${page}: ${to}`);
        else if (heading !== undefined && !(await headingsOf(target)).includes(heading))
          broken.push(`${page}: ${to}`);
      }
    }
    expect(broken).toEqual([]);
  });
});

/** Anchors as GitHub makes them. */
const headingsOf = async (page: string): Promise<string[]> =>
  [...(await readFile(path.join(projectDir, page), "utf8")).matchAll(/^#+ (.+)$/gm)].map(
    ([, title = ""]) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s-]/gu, "")
        .replaceAll(/\s/g, "-"),
  );
