import type { Route } from "../router.ts";
import { anonymizeBulk, anonymizeOne } from "./anonymize.ts";
import { attributes } from "./attributes.ts";
import { categories } from "./categories.ts";
import { Gate } from "./gate.ts";
import { bulkExport, eventsOf, exportOne } from "./reads.ts";
import type { BloomreachStore } from "./store.ts";
import { batch, single, systemTime } from "./tracking.ts";

/** contracts/bloomreach.md §5 and §6. Anything else is 404. */
export function routes(store: BloomreachStore): Route[] {
  const gate = new Gate(store);
  const track = "/track/v2/projects/:project";
  const data = "/data/v2/projects/:project";
  return [
    ["GET", `${track}/system/time`, gate.pass("tracking", () => systemTime(store))],
    [
      "POST",
      `${track}/customers`,
      gate.pass("tracking", (call, key) => single(store, "customers", call, key)),
    ],
    [
      "POST",
      `${track}/customers/events`,
      gate.pass("tracking", (call, key) => single(store, "customers/events", call, key)),
    ],
    ["POST", `${track}/batch`, gate.pass("tracking", (call, key) => batch(store, call, key))],
    [
      "POST",
      `${data}/customers/attributes`,
      gate.pass("data", (call, key) => attributes(store, call, key)),
    ],
    [
      "POST",
      `${data}/customers/export-one`,
      gate.pass("data", (call, key) => exportOne(store, call, key)),
    ],
    [
      "POST",
      `${data}/customers/events`,
      gate.pass("data", (call, key) => eventsOf(store, call, key)),
    ],
    ["POST", `${data}/customers/export`, gate.pass("data", () => bulkExport(store))],
    [
      "POST",
      `${data}/customers/anonymize`,
      gate.pass("data", (call, key) => anonymizeOne(store, call, key)),
    ],
    [
      "POST",
      `${data}/customers/anonymize_bulk`,
      gate.pass("data", (call, key) => anonymizeBulk(store, call, key)),
    ],
    ["GET", `${data}/consent/categories`, gate.pass("data", () => categories(store))],
  ];
}
