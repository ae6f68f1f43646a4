import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { createProgram } from "./program.ts";

const cli = path.resolve(import.meta.dirname, "tenant.ts");
let folder: string;

// Each call starts Node, and most of them workerd.
vi.setConfig({ testTimeout: 90_000 });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "tenant-cli-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Ended = { readonly code: number; readonly out: string; readonly err: string };

const environment = { ACME_PW: "sesame-password", ACME_KEY: "sesame-key" };

/** Runs the command as a shell would, in a state of its own. */
const tenant = (args: readonly string[], env: Readonly<Record<string, string>> = environment) =>
  new Promise<Ended>((resolve) => {
    execFile(
      process.execPath,
      [cli, ...args],
      {
        cwd: folder,
        env: { PATH: process.env["PATH"] ?? "", STATE_DIR: path.join(folder, "state"), ...env },
      },
      (fault, out, err) => {
        const code = typeof fault?.code === "number" ? fault.code : fault === null ? 0 : -1;
        resolve({ code, out, err });
      },
    );
  });

const acme = `tenant: acme
sitoo: {api_url: https://api.mysitoo.com/v2, account_id: 90316, api_id: 90316-1, api_password: "\${ACME_PW}"}
market: {country: SE, locale: sv-SE, currency: SEK, time_zone: Europe/Stockholm}
crm:
  channels:
    - id: voyado
      title: Acme Club
      handler:
        voyado: {api_url: https://acme.voyado.com/api/, api_key: "\${ACME_KEY}"}
`;
const write = async (name: string, text: string) => {
  await writeFile(path.join(folder, name), text);
  return name;
};

const credential = z.object({ username: z.string(), password: z.string() });
const applied = z.strictObject({
  tenant: z.string(),
  version: z.number(),
  changed: z.boolean(),
  credentials: z.strictObject({ spi: credential, events: credential }).optional(),
});
const readApplied = (ended: Ended) => applied.parse(JSON.parse(ended.out));

describe("check", () => {
  it("tells every fault with its place, what is wrong, why, and how to mend it", async () => {
    await write(
      "bad.yaml",
      `tenant: acme
sitoo: {api_url: https://api.mysitoo.com/v2, account_id: 90316, api_id: 90316-1, api_password: hunter2hunter2}
markets:
  SE: {locale: sv-SE, currency: SEK, time_zone: Europe/Stockholm}
  NO: {locale: nb-NO, currency: NOK, time_zone: Europe/Oslo}
crm:
  channels:
    - id: voyado
      market: SE
      client_settings: {seach_types: [mobile]}
      self_checkout: {registers: [0012], create: no}
      handler:
        voyado:
          api_url: \${ACME_URL}
          api_kye: hunter3hunter3
`,
    );
    const { code, out, err } = await tenant(["check", "bad.yaml"]);
    expect(code).toBe(1);
    expect(err).toBe("");
    expect(out).not.toMatch(/hunter/);
    expect(out).toMatchInlineSnapshot(`
      "bad.yaml:2:96: error: a secret stands here in clear
       2 | sitoo: {api_url: https://api.mysitoo.com/v2, account_id: 90316, api_id: 90316-1, api_password: ••••••••••••••}
         |                                                                                                ^^^^^^^^^^^^^^
         = why: files like this are shared and kept in version control
         = fix: write \${NAME} and set NAME in the environment or in --secrets FILE

      bad.yaml:5:3: error: NO without quotes
       5 |   NO: {locale: nb-NO, currency: NOK, time_zone: Europe/Oslo}
         |   ^^
         = why: many programs read it as false
         = fix: write "NO"

      bad.yaml:10:25: error: unknown key "seach_types"
       10 |       client_settings: {seach_types: [mobile]}
          |                         ^^^^^^^^^^^
          = why: a misspelt setting would be ignored without a word
          = fix: did you mean "search_types"?

      bad.yaml:11:35: error: 0012 without quotes is read as 12
       11 |       self_checkout: {registers: [0012], create: no}
          |                                   ^^^^
          = why: an id is compared as it is written
          = fix: write "0012"

      bad.yaml:11:50: error: expected true or false, found text
       11 |       self_checkout: {registers: [0012], create: no}
          |                                                  ^^
          = why: create: whether they may add customers
          = fix: write true or false, without quotes

      bad.yaml:13:9: error: "api_key" is missing
       13 |         voyado:
          |         ^^^^^^
          = why: api_key: API key of the user that the Engage team made for this

      bad.yaml:14:20: error: \${…} cannot stand here
       14 |           api_url: \${ACME_URL}
          |                    ^^^^^^^^^^^
          = why: only secrets are filled in at apply and stored encrypted
          = fix: write the value itself

      bad.yaml:14:20: error: "api_url" is no URL, such as https://acme.example.com/api/
       14 |           api_url: \${ACME_URL}
          |                    ^^^^^^^^^^^

      bad.yaml:15:11: error: unknown key "api_kye"
       15 |           api_kye: ••••••••••••••
          |           ^^^^^^^
          = why: a misspelt setting would be ignored without a word
          = fix: did you mean "api_key"?

      9 errors

      "
    `);
  });

  it("says the same as JSON", async () => {
    const { code, out } = await tenant(["check", "bad.yaml", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      files: [
        {
          file: "bad.yaml",
          tenant: "acme",
          findings: expect.arrayContaining([
            {
              file: "bad.yaml",
              line: 10,
              column: 25,
              severity: "error",
              what: 'unknown key "seach_types"',
              why: "a misspelt setting would be ignored without a word",
              mend: 'did you mean "search_types"?',
            },
          ]),
        },
      ],
    });
  });

  it("tells what breaks the YAML itself", async () => {
    await write("broken.yaml", "tenant: acme\nsitoo: {api_password: ${ACME_PW}}\n");
    const { code, out } = await tenant(["check", "broken.yaml"]);
    expect(code).toBe(1);
    expect(out).toContain("broken.yaml:2:24: error:");
    expect(out).toContain('inside { } or [ ] write "${NAME}" in quotes');
  });

  it("follows anchors and merge keys to where a fault is written", async () => {
    await write(
      "anchors.yaml",
      acme
        .replace(
          "crm:",
          "x-voyado: &voyado\n  api_url: https://acme.voyado.com/api/\n  api_key: ${ACME_KEY}\n  contct_type: Member\ncrm:",
        )
        .replace(/voyado: \{api_url.*\}/, "voyado:\n          <<: *voyado\n          source: POS"),
    );
    const { out } = await tenant(["check", "anchors.yaml"]);
    expect(out).toContain('anchors.yaml:7:3: error: unknown key "contct_type"');
    expect(out).toContain("1 error\n");
  });

  it("finds a good file in order, and names the variables it will need", async () => {
    await write("acme.yaml", acme);
    expect(await tenant(["check", "acme.yaml"], {})).toEqual({
      code: 0,
      out: "acme.yaml: tenant acme is in order\n  apply will need a value for ACME_KEY, ACME_PW\n",
      err: "",
    });
  });

  it("finds the examples in order", async () => {
    const { code, out } = await tenant([
      "check",
      path.resolve(import.meta.dirname, "../../examples"),
      "--json",
    ]);
    expect(code).toBe(0);
    const { ok, files } = JSON.parse(out) as { ok: boolean; files: { findings: unknown[] }[] };
    expect(ok).toBe(true);
    expect(files.flatMap(({ findings }) => findings)).toEqual([]);
  });
});

describe("usage", () => {
  it("ends with 2 and says what to do", async () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [["aply"], "Did you mean apply?"],
      [["apply"], "missing required argument"],
      [["apply", "nowhere.yaml"], "nowhere.yaml: there is no such file or directory"],
      [["list", "--local", "--remote"], "cannot be used with"],
      [["list", "--remote"], "wrangler.toml"],
      [["remove", "acme", "--remote"], "cannot be undone"],
      [["rollback", "acme", "first"], '"first" is no version number'],
      [["credentials", "acme", "--rotate", "both"], "Allowed choices are spi, events"],
      [["credentials", "acme", "--rotate", "spi", "--overlap", "soon"], "is no duration"],
    ];
    const ended = await Promise.all(
      cases.map(async ([args, message]) => ({ args, message, ...(await tenant(args)) })),
    );
    for (const { args, message, code, out, err } of ended) {
      expect([args, code, out]).toEqual([args, 2, ""]);
      expect(err).toContain(message);
      expect(err).not.toMatch(/\n\s+at /);
    }
  });

  it("explains every command, and each can print JSON", async () => {
    const { code, out } = await tenant(["apply", "--help"]);
    expect(code).toBe(0);
    expect(out).toContain("--dry-run");
    for (const command of createProgram().commands)
      expect(command.helpInformation()).toMatch(/--json +print JSON/);
  });

  it("makes a pair of keys", async () => {
    const { out } = await tenant(["keys", "--json"]);
    const pair = z
      .object({ CONFIG_KEY: z.string(), CONFIG_PUBLIC_KEY: z.string() })
      .parse(JSON.parse(out));
    expect(pair.CONFIG_KEY.split(".")[0]).toBe(pair.CONFIG_PUBLIC_KEY.split(".")[0]);
    expect(pair.CONFIG_KEY).not.toBe(pair.CONFIG_PUBLIC_KEY);
  });
});

describe("from file to tenant", () => {
  it("refuses a literal secret and missing variables, all of them, and stores nothing", async () => {
    const missing = await tenant(["apply", "acme.yaml"], { ACME_PWD: "x" });
    expect(missing.code).toBe(1);
    expect(missing.err).toContain("error: ACME_KEY is not set");
    expect(missing.err).toContain("error: ACME_PW is not set");
    expect(missing.err).toContain("did you mean ${ACME_PWD}?");
    await write("literal.yaml", acme.replace('"${ACME_KEY}"', "sesame-key"));
    const literal = await tenant(["apply", "literal.yaml"]);
    expect(literal.code).toBe(1);
    expect(literal.err).toContain("a secret stands here in clear");
    expect(literal.err).not.toContain("sesame");
  });

  it("shows what would be, and changes nothing", async () => {
    const { code, out } = await tenant(["apply", "acme.yaml", "--dry-run"]);
    expect(code).toBe(0);
    expect(out).toContain("acme: would become version 1");
    expect(out).not.toContain("sesame");
    expect((await tenant(["list", "--json"])).out).toBe("[]\n");
  });

  it("applies, prints new credentials once, and no new version for the same file", async () => {
    const first = await tenant(["apply", "acme.yaml", "--json"]);
    expect(first.err).toBe("");
    const made = readApplied(first);
    expect(made).toMatchObject({ tenant: "acme", version: 1, changed: true });
    expect(made.credentials?.spi.username).toMatch(/^acme-spi-/);
    expect(made.credentials?.events.password).toMatch(/^[\w-]{43}$/);
    expect(readApplied(await tenant(["apply", "acme.yaml", "--json"]))).toEqual({
      tenant: "acme",
      version: 1,
      changed: false,
    });
  });

  it("makes a version of a changed secret, read from a file over the environment", async () => {
    await write("secrets.env", '# new key\nexport ACME_KEY="sesame-two"\n');
    const { out } = await tenant([
      "apply",
      "acme.yaml",
      "--secrets",
      "secrets.env",
      "--note",
      "new key",
    ]);
    expect(out).toMatch(
      /^acme: version 2\n {2}~ crm\.channels\[voyado\]\.handler\.voyado\.api_key: •••• [0-9a-f]{8} → •••• [0-9a-f]{8}\n$/,
    );
  });

  it("goes back to earlier settings and keeps the secrets of today", async () => {
    await write("renamed.yaml", acme.replace("Acme Club", "Acme Circle"));
    await tenant(["apply", "renamed.yaml", "--secrets", "secrets.env"]);
    const back = await tenant(["rollback", "acme", "1"]);
    expect(back.out).toBe(
      'acme: version 4, with the settings of version 1\n  ~ crm.channels[voyado].title: "Acme Circle" → "Acme Club"\n',
    );
    const versions = z
      .array(z.object({ version: z.number(), note: z.string(), current: z.boolean() }))
      .parse(JSON.parse((await tenant(["history", "acme", "--json"])).out));
    expect(versions.map(({ version, note, current }) => [version, note, current])).toEqual([
      [4, "rollback to 1", true],
      [3, "", false],
      [2, "new key", false],
      [1, "", false],
    ]);
    expect((await tenant(["rollback", "acme", "99"])).code).toBe(1);
  });

  it("shows a tenant without its secrets", async () => {
    const { out } = await tenant(["show", "acme"]);
    expect(out).toContain("title: Acme Club");
    expect(out).toMatch(/api_key: •••• [0-9a-f]{8}/);
    expect(out).not.toMatch(/sesame|\$sealed/);
  });

  it("rotates a credential with an overlap", async () => {
    const { out } = await tenant([
      "credentials",
      "acme",
      "--rotate",
      "spi",
      "--overlap",
      "2h",
      "--json",
    ]);
    const rotated = z
      .object({ credentials: z.object({ spi: credential }), old_until: z.string() })
      .parse(JSON.parse(out));
    const ahead = Date.parse(rotated.old_until) - Date.now();
    expect(ahead).toBeGreaterThan(7_000_000);
    expect(ahead).toBeLessThanOrEqual(7_200_000);
    const listed = await tenant(["credentials", "acme"]);
    expect(listed.out.match(/^spi /gm)).toHaveLength(2);
    expect(listed.out).not.toContain(rotated.credentials.spi.password);
  });

  it("applies a directory as a list, and refuses one with two files of a tenant", async () => {
    const many = path.join(folder, "many");
    await mkdir(many);
    await writeFile(path.join(many, "one.yaml"), acme.replace("tenant: acme", "tenant: one"));
    await writeFile(
      path.join(many, "two.json"),
      JSON.stringify({
        tenant: "two",
        sitoo: {
          api_url: "https://api.mysitoo.com/v2",
          account_id: 1,
          api_id: "1-1",
          api_password: "${ACME_PW}",
        },
        market: { country: "SE", locale: "sv-SE", currency: "SEK", time_zone: "Europe/Stockholm" },
      }),
    );
    const { out } = await tenant(["apply", "many", "--json"]);
    expect(
      z
        .array(applied)
        .parse(JSON.parse(out))
        .map((entry) => entry.tenant),
    ).toEqual(["one", "two"]);
    await writeFile(path.join(many, "three.yaml"), acme.replace("tenant: acme", "tenant: one"));
    const twice = await tenant(["apply", "many"]);
    expect(twice.code).toBe(1);
    expect(twice.err).toContain('tenant "one" is in');
  });

  it("removes a tenant; its name counts on", async () => {
    expect((await tenant(["remove", "acme"])).code).toBe(0);
    expect((await tenant(["show", "acme"])).err).toContain('there is no tenant "acme"');
    expect((await tenant(["remove", "acme"])).code).toBe(1);
    const again = readApplied(await tenant(["apply", "acme.yaml", "--json"]));
    expect(again.version).toBe(6);
    expect(again.credentials).toBeDefined();
  });

  it("keeps its keys for the owner's eyes, and leaves nothing else in clear", async () => {
    const state = path.join(folder, "state");
    expect((await stat(path.join(state, "keys.json"))).mode & 0o777).toBe(0o600);
    for (const name of await readdir(state, { recursive: true })) {
      const file = path.join(state, name);
      if ((await stat(file)).isFile())
        expect((await readFile(file)).includes("sesame-key")).toBe(false);
    }
  });
});
