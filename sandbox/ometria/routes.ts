import { isObject } from "../json.ts";
import type { Reply } from "../reply.ts";
import type { Call, Route } from "../router.ts";
import { refuse } from "./errors.ts";
import { send } from "./mail.ts";
import { PAGING, taking } from "./paging.ts";
import { accept, push } from "./push.ts";
import * as reads from "./reads.ts";
import type { OmetriaStore } from "./store.ts";

/** contracts/ometria.md §3 to §9. Anything else is 404. */
export function routes(store: OmetriaStore): Route[] {
  const get = (
    path: string,
    names: readonly string[],
    read: (store: OmetriaStore, call: Call) => Reply,
  ): Route => ["GET", path, taking(store, names, (call) => read(store, call))];
  const post = (path: string, write: (store: OmetriaStore, call: Call) => Reply): Route => [
    "POST",
    path,
    taking(store, [], (call) => write(store, call)),
  ];
  return [
    post("/v2/push", push),
    get("/v2/push/_errors", [], reads.pushErrors),
    get("/v2/contacts", [], reads.collections),
    get("/v2/contacts/:collection", PAGING, reads.contactsOf),
    get("/v2/contacts/:collection/:id", [], reads.contact),
    post("/v2/contacts/:collection/:id", (_store, call) =>
      writeOne(store, call, "contact", { "@collection": call.params["collection"] ?? "" }),
    ),
    get("/v2/orders", PAGING, reads.orders),
    get("/v2/orders/:id", [], reads.order),
    post("/v2/orders/:id", (_store, call) => writeOne(store, call, "order", {})),
    get("/v2/profiles", [...PAGING, "updateSince", "email"], reads.profiles),
    get("/v2/profiles/:id", [], reads.profile),
    get("/v2/lists", PAGING, reads.lists),
    get("/v2/unsubscribes", [...PAGING, "since", "before", "type"], reads.unsubscribes),
    post("/v2/transactional-email/send", send),
  ];
}

/**
 * One record, created or updated by its address (published). That it goes through the same queue as a push, with the
 * same answer, is (assumed). What the body says of itself must agree with the path.
 */
function writeOne(
  store: OmetriaStore,
  call: Call,
  type: string,
  directives: Record<string, string>,
): Reply {
  const body = call.json;
  if (!isObject(body)) return refuse(400, "Payload invalid: Expected an object.");
  const record = { "@type": type, id: call.params["id"] ?? "", ...directives };
  for (const [name, value] of Object.entries(record))
    if (body[name] !== undefined && body[name] !== value)
      return refuse(400, `Payload invalid: ${name} does not agree with the path.`);
  return accept(store, call, [{ ...body, ...record }]);
}
