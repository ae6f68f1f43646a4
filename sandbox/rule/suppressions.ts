import { ok, type Reply, reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { read } from "./bodies.ts";
import { Problems } from "./errors.ts";
import { inPath, named } from "./find_subscriber.ts";
import { later } from "./later.ts";
import { MESSAGE_TYPES, type MessageType, type Subscriber, type Suppression } from "./model.ts";
import { listed } from "./paging.ts";
import { type Cause, causeOf, inOrder, type RuleStore } from "./store.ts";
import { suppressionsOf, suppressionView } from "./views.ts";

/** One row for each channel that was still open: doing it again changes nothing (published). No channel = all. */
export function suppress(
  store: RuleStore,
  subscriber: Subscriber,
  dispatcherType: Suppression["dispatcherType"],
  channels: readonly MessageType[] = MESSAGE_TYPES,
  sourceType: Suppression["sourceType"],
  cause: Cause,
): Suppression[] {
  const held = suppressionsOf(store, subscriber);
  const open = channels.filter(
    (messageType) =>
      !held.some((row) => row.dispatcherType === dispatcherType && row.messageType === messageType),
  );
  return open.map((messageType) => {
    store.note(cause, subscriber.id, "suppressed", { dispatcherType, messageType, sourceType });
    return store.suppressions.put({
      id: store.nextId("suppression"),
      subscriberId: subscriber.id,
      createdAt: store.clock.iso(),
      dispatcherType,
      messageType,
      sourceType,
    });
  });
}

/** The API lifts a suppression of any source (assumed). */
export function unsuppress(
  store: RuleStore,
  subscriber: Subscriber,
  dispatcherType: Suppression["dispatcherType"] | undefined,
  channels: readonly MessageType[] = MESSAGE_TYPES,
  cause: Cause,
): void {
  for (const row of suppressionsOf(store, subscriber)) {
    if (!channels.includes(row.messageType)) continue;
    if (dispatcherType !== undefined && row.dispatcherType !== dispatcherType) continue;
    store.suppressions.delete(String(row.id));
    const { messageType, sourceType } = row;
    store.note(cause, subscriber.id, "unsuppressed", {
      dispatcherType: row.dispatcherType,
      messageType,
      sourceType,
    });
  }
}

/** v3 `POST|DELETE /suppressions/`: 204, later. It reaches campaigns (assumed). */
export function later3(store: RuleStore, call: Call, kind: "suppress" | "unsuppress"): Reply {
  later(store, call, kind, read("suppress", call.json, "v3", store.profile));
  return reply(204);
}

/** v3 `POST /subscribers/block` and `/unblock`: 204, later. */
export function block(store: RuleStore, call: Call, kind: "block" | "unblock"): Reply {
  later(store, call, kind, read("block", call.json, "v3", store.profile));
  return reply(204);
}

/** v2 `POST /suppressions`: at once; no `suppress_on` is campaigns on all channels (assumed), nobody known is no error (assumed). */
export function post(store: RuleStore, call: Call): Reply {
  const body = read("suppressV2", call.json, "v2", store.profile);
  const on = body.suppress_on ?? { campaign: [...MESSAGE_TYPES] };
  for (const who of body.subscribers) {
    const subscriber = named(store, who);
    if (subscriber === undefined) continue;
    if (on.campaign !== undefined)
      suppress(store, subscriber, "campaign", on.campaign, "api", causeOf(call));
    if (on.transaction !== undefined)
      suppress(store, subscriber, "transactional", on.transaction, "api", causeOf(call));
  }
  return ok({ message: "Success" });
}

export function list(store: RuleStore, call: Call, base: string): Reply {
  const rows = inOrder(store.suppressions.all()).map((row) => {
    const subscriber = store.subscribers.get(String(row.subscriberId));
    const { id = 0, email = null, phoneNumber = null } = subscriber ?? {};
    return { ...suppressionView(row), subscriber: { id, email, phone_number: phoneNumber } };
  });
  return listed(call, base, "suppressions", rows);
}

/** v2 `DELETE /suppressions/{id}`: says `transaction` where reading says `transactional` (published). */
export function remove(store: RuleStore, call: Call): Reply {
  const [dispatcher, message] = [call.query.get("dispatcher_type"), call.query.get("message_type")];
  const problems = new Problems("v2", store.profile);
  if (dispatcher !== null && dispatcher !== "campaign" && dispatcher !== "transaction")
    problems.add("dispatcher_type", "dispatcher_type must be campaign or transaction.");
  const channel = MESSAGE_TYPES.find((one) => one === message);
  if (message !== null && channel === undefined)
    problems.add("message_type", "message_type must be email or text_message.");
  problems.refuse();
  const type = dispatcher === "transaction" ? "transactional" : "campaign";
  unsuppress(
    store,
    inPath(store, call, "v2"),
    dispatcher === null ? undefined : type,
    channel === undefined ? undefined : [channel],
    causeOf(call),
  );
  return ok({ message: "Success" });
}
