import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parameters, paths, requestBodies, responses } from "./openapi_paths.ts";
import { schemas, type Part } from "./openapi_schemas.ts";

/**
 * Makes public/openapi.json from the zod schemas that the Worker itself reads and answers by.
 * `npm run openapi` writes it, `--check` exits 1 when the file on disk is another.
 * Compact on purpose: the document lies in the Worker's bundle.
 */
export const openApi = (): Part => ({
  openapi: "3.1.0",
  info: {
    title: "sitoo-crm-edge",
    version: "2",
    description:
      "CRM SPI v2 and Events SPI of Sitoo POS, in front of a retailer's CRM. `x-basis` says how sure a part is: published by Sitoo, third party, or assumed. In requests null means absent and unknown properties are ignored. Every answer has X-Request-Id; those of the SPI have Server-Timing; 429 and 503 have Retry-After.",
  },
  servers: [{ url: "/" }],
  tags: [
    { name: "CRM SPI", description: "What tills call; docs/spi-contract.md." },
    { name: "Events SPI", description: "What Sitoo's event queue calls; docs/orders.md." },
    { name: "Operations", description: "docs/admin.md" },
    { name: "Health", description: "Without credentials." },
  ],
  security: [{ spi: [] }],
  paths: paths(),
  components: {
    securitySchemes: {
      spi: { type: "http", scheme: "basic", description: "The tenant's `spi` credential." },
      events: { type: "http", scheme: "basic", description: "The tenant's `events` credential." },
      admin: { type: "http", scheme: "bearer", description: "`ADMIN_TOKEN`." },
      access: {
        type: "apiKey",
        in: "header",
        name: "Cf-Access-Jwt-Assertion",
        description: "Set by Cloudflare Access.",
      },
    },
    parameters,
    responses: responses(),
    requestBodies,
    schemas: schemas(),
  },
});

/** The file's text: one line, as it is bundled. */
export const openApiText = (): string => `${JSON.stringify(openApi())}\n`;

const file = path.resolve(import.meta.dirname, "../public/openapi.json");

if (import.meta.main) {
  const wanted = openApiText();
  const found = await readFile(file, "utf8").catch(() => "");
  if (!process.argv.includes("--check")) {
    await writeFile(file, wanted);
    console.log(`public/openapi.json: ${wanted.length} characters`);
  } else if (found !== wanted) {
    console.error("public/openapi.json is not what its schemas say: run npm run openapi");
    process.exitCode = 1;
  }
}
