import type { Handler, Route } from "../router.ts";
import * as fieldData from "./field_data.ts";
import * as preferences from "./preferences.ts";
import * as schema from "./schema.ts";
import type { RuleStore } from "./store.ts";
import * as subscribers from "./subscribers.ts";
import * as suppressions from "./suppressions.ts";
import * as tags from "./tags.ts";
import { upsert } from "./upsert.ts";

/** contracts/rule.md §4 and §5: two generations side by side. Anything else is 404. */
export function routes(store: RuleStore, base: string): Route[] {
  return [...v2(store, base), ...v3(store)];
}

function v2(store: RuleStore, base: string): Route[] {
  const on = "/api/v2/subscribers/:subscriber";
  return [
    ["POST", "/api/v2/subscribers", (call) => upsert(store, call)],
    ["GET", "/api/v2/subscribers", (call) => subscribers.list(store, call, base)],
    ["DELETE", "/api/v2/subscribers", (call) => subscribers.removeMany(store, call)],
    ["GET", on, (call) => subscribers.get(store, call)],
    ["PUT", on, (call) => subscribers.update(store, call)],
    ["DELETE", on, (call) => subscribers.remove(store, call, "v2")],
    ["GET", "/api/v2/subscriber/:subscriber/fields", (call) => subscribers.fields(store, call)],
    ["POST", `${on}/tags`, (call) => tags.post(store, call)],
    ["GET", `${on}/tags`, (call) => tags.list(store, call)],
    ["DELETE", `${on}/tags`, (call) => tags.clear(store, call)],
    ["DELETE", `${on}/tags/:tag`, (call) => tags.remove(store, call, "v2")],
    ["GET", `${on}/preferences`, (call) => preferences.list(store, call)],
    ["POST", `${on}/preferences`, (call) => preferences.post(store, call)],
    ["POST", "/api/v2/suppressions", (call) => suppressions.post(store, call)],
    ["GET", "/api/v2/suppressions", (call) => suppressions.list(store, call, base)],
    ["DELETE", "/api/v2/suppressions/:subscriber", (call) => suppressions.remove(store, call)],
    ["GET", "/api/v2/customizations", (call) => schema.list(store, call, base)],
    ["POST", "/api/v2/customizations", (call) => schema.create(store, call)],
    ["GET", "/api/v2/customizations/:group", (call) => schema.one(store, call)],
  ];
}

function v3(store: RuleStore): Route[] {
  const data = "/api/v3/custom-field-data/:subscriber";
  const many =
    (kind: "addTags" | "removeTags"): Handler =>
    (call) =>
      tags.many(store, call, kind);
  const one = "/api/v3/subscribers/:subscriber";
  return [
    ["POST", "/api/v3/subscribers", (call) => subscribers.create(store, call)],
    ["POST", "/api/v3/subscribers/tags", many("addTags")],
    ["DELETE", "/api/v3/subscribers/tags", many("removeTags")],
    ["POST", "/api/v3/subscribers/block", (call) => suppressions.block(store, call, "block")],
    ["POST", "/api/v3/subscribers/unblock", (call) => suppressions.block(store, call, "unblock")],
    ["DELETE", one, (call) => subscribers.remove(store, call, "v3")],
    ["PUT", `${one}/tags`, (call) => tags.put(store, call)],
    ["DELETE", `${one}/tags/:tag`, (call) => tags.remove(store, call, "v3")],
    ["POST", "/api/v3/suppressions", (call) => suppressions.later3(store, call, "suppress")],
    ["DELETE", "/api/v3/suppressions", (call) => suppressions.later3(store, call, "unsuppress")],
    ["GET", data, (call) => fieldData.list(store, call)],
    ["POST", data, (call) => fieldData.write(store, call)],
    ["PUT", data, (call) => fieldData.patch(store, call)],
    ["GET", `${data}/search`, (call) => fieldData.search(store, call)],
    ["GET", `${data}/group/:group`, (call) => fieldData.listGroup(store, call)],
    ["DELETE", `${data}/group/:group`, (call) => fieldData.removeGroup(store, call)],
  ];
}
