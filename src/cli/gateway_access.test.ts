import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createProgram } from "./program.ts";
import { Refusal } from "./refusal.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "gateway-access-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

const token = "t".repeat(43);

/** Runs a command in this process. @returns why it ended. */
const refusalOf = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly exitCode: number; readonly message: string }> => {
  for (const [name, value] of Object.entries({
    STATE_DIR: folder,
    GATEWAY_URL: "",
    ADMIN_TOKEN: "",
    ...env,
  }))
    vi.stubEnv(name, value);
  const fault: unknown = await createProgram()
    .parseAsync(["node", "tenant", ...args])
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  if (!(fault instanceof Refusal)) throw new Error(`no refusal: ${String(fault)}`);
  return fault;
};

const trace = ["trace", "acme", "--order", "7"];

describe("a command that asks the running gateway", () => {
  it("says what to do when none has been started", async () => {
    const { exitCode, message } = await refusalOf(trace);
    expect(exitCode).toBe(2);
    expect(message).toContain(`its state in ${folder}`);
    expect(message).toContain("npm start");
  });

  it("says so when the local one does not run, and shows no token", async () => {
    // A port that was free a moment ago.
    const server = createServer();
    const url = await new Promise<string>((resolve) =>
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
      }),
    );
    await new Promise((resolve) => server.close(resolve));
    await writeFile(
      path.join(folder, "demo.env"),
      `export GATEWAY='${url}'\nexport ADMIN='${token}'\n`,
    );
    // The environment names another one, which --local leaves alone.
    const { exitCode, message } = await refusalOf(trace, {
      GATEWAY_URL: "https://crm.example.com",
      ADMIN_TOKEN: "another",
    });
    expect(exitCode).toBe(2);
    expect(message).toContain(`${url} does not answer (ECONNREFUSED)`);
    expect(message).toContain("npm start");
    expect(message).not.toContain(token);
  });

  it.each([
    [{}, "GATEWAY_URL and ADMIN_TOKEN"],
    [{ GATEWAY_URL: "https://crm.example.com" }, "needs ADMIN_TOKEN"],
    [{ GATEWAY_URL: "crm.example.com", ADMIN_TOKEN: token }, "is no address"],
    [{ GATEWAY_URL: "http://crm.example.com", ADMIN_TOKEN: token }, "must begin with https://"],
    [{ GATEWAY_URL: "https://crm.example.com", ADMIN_TOKEN: "a b" }, "copy it again"],
  ])("with --remote wants a gateway and its token: %j", async (env, said) => {
    const { exitCode, message } = await refusalOf([...trace, "--remote"], env);
    expect(exitCode).toBe(2);
    expect(message).toContain(said);
  });

  it("knows a stranger, and repeats nothing of what it said", async () => {
    const server = createServer((_, response) => response.end("<html>secret</html>"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const { exitCode, message } = await refusalOf([...trace, "--remote"], {
      GATEWAY_URL: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
      ADMIN_TOKEN: token,
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(exitCode).toBe(2);
    expect(message).not.toContain("secret");
  });
});

describe("usage", () => {
  it.each([
    [["trace", "acme"], "say what to trace"],
    [["trace", "acme", "--order", "1", "--receipt", "R"], "say what to trace"],
    [["trace", "acme", "--order", "1", "--channel", "c"], "--channel goes with --customer"],
    [["trace", "acme", "--order", "seven"], "is no order"],
    [["trace", "acme", "--customer", ".."], "is no id"],
    [["dead-letters", "acme", "--replay"], "needs the id"],
    [["dead-letters", "acme", "--replay", "x", "--all"], "not both"],
    [["redemptions", "acme", "--reverse", "x", "--reason", " a "], "3 to 200 characters"],
    [
      ["redemptions", "acme", "--reverse", "x", "--reason", "why", "--instrument", "voucher:1"],
      "is no instrument",
    ],
  ])("%j ends with 2 and says what to do", async (args, said) => {
    const { exitCode, message } = await refusalOf(args);
    expect(exitCode).toBe(2);
    expect(message).toContain(said);
  });
});
