import type { CrmFailure } from "../../model/crm_failure.ts";
import type { Customer, Person } from "../../model/customer.ts";
import { failed, ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, Profile } from "../port.ts";
import type { Reply } from "../reply.ts";
import { languageOf } from "../texts.ts";
import { leftOpen } from "./accepts.ts";
import { cannotLift, suppress, writeChoices } from "./choices.ts";
import type { Rule } from "./client.ts";
import { changedFields, changedIdentity, createFields } from "./customer_bodies.ts";
import { profileOf } from "./customer_mapping.ts";
import { get, readCustomer, unknownSubscriber } from "./customer_reads.ts";
import { isRuleId, parseSubscriber } from "./customer_wire.ts";
import { confirmed, faultsOf } from "./errors.ts";
import { dropRead } from "./session.ts";
import { addTags, tagsFor } from "./tags.ts";

const taken = { conflict: { kind: "already_member" } } as const;
/** After a 2xx the write has happened, whatever became of what follows. */
const unclear = (detail: string): CrmFailure => ({ kind: "unreadable", detail });

/** Without `update_on_duplicate`: whoever has the e-mail or the phone already is not written over. */
export const create = async (rule: Rule, person: Person, call: CrmCall): CrmOutcome<Profile> => {
  const { settings, session } = rule;
  const { email = "", mobile = "" } = person;
  if (email === "" && mobile === "") {
    const message = "Rule needs an e-mail address or a mobile number.";
    return failed({ kind: "invalid_fields", fields: [{ field: "email", message }] });
  }
  session.misses.delete(`email ${email}`);
  session.misses.delete(`mobile ${mobile}`);
  const post = (phone: string) =>
    rule.send({ route: "POST /v2/subscribers", body: createBody(person, phone, rule) }, call);
  const first = await post(mobile);
  const refusesPhone = first.ok && email !== "" && mobile !== "" && isAboutPhone(first.value);
  if (refusesPhone) rule.log("rule_phone_refused", { request_id: call.requestId });
  // As the vendor's own plugin does (contracts/rule.md 4): a 400 has made nobody.
  const made = confirmed(refusesPhone ? await post("") : first, taken, rule.now());
  if (!made.ok) return made;
  const id = parseSubscriber(made.value.json)?.id;
  if (id === undefined) return failed(unclear(made.value.what));
  const { accepts = {} } = person;
  const unwanted = (["email", "sms"] as const).filter((channel) =>
    settings.suppressUnlessAccepted ? accepts[channel] !== true : accepts[channel] === false,
  );
  const quiet = () => suppress(rule, id, unwanted, call);
  const suppressed = await quiet();
  // Harmless to repeat, and without it they would get campaigns; the next edit tries once more.
  if (!suppressed.ok && !(await quiet()).ok) {
    rule.log("rule_not_suppressed", { request_id: call.requestId });
    return failed(unclear("rule: added, but not suppressed"));
  }
  const chosen = await writeChoices(rule, id, { consents: person.consents ?? [] }, {}, call);
  if (!chosen.ok) return failed(unclear("rule: added, but without consents"));
  const read = await readCustomer(rule, id, call);
  return read.ok ? ok(profileOf(read.value, rule)) : failed(unclear(made.value.what));
};

const createBody = (person: Person, phone: string, { settings, market }: Rule) => {
  const { email = "" } = person;
  return {
    auto_create_tags: true,
    auto_create_fields: true,
    language: languageOf(market.locale),
    tags: tagsFor(settings, "create"),
    subscribers: {
      ...(email === "" ? {} : { email }),
      ...(phone === "" ? {} : { phone_number: phone }),
      fields: createFields(person, settings),
    },
  };
};

/** Or says nothing of a field. */
const isAboutPhone = (reply: Reply): boolean => {
  const faults = faultsOf(reply);
  return (
    (reply.status === 400 || reply.status === 422) &&
    faults.every(({ name }) => name.includes("phone"))
  );
};

/** Rule keeps its subscribers by these; how one is taken away is not published. */
const cannotClear = (changes: Person, before: Customer): CrmFailure | undefined => {
  const fields = (["email", "mobile"] as const).filter(
    (field) => changes[field] === "" && (before[field] ?? "") !== "",
  );
  const message = "Rule cannot take it away; write another one.";
  return fields.length === 0
    ? undefined
    : { kind: "invalid_fields", fields: fields.map((field) => ({ field, message })) };
};

/** Writes what the till changed; with nothing changed it only reads. */
export const update = async (
  rule: Rule,
  id: string,
  changes: Person,
  before: Customer,
  call: CrmCall,
): CrmOutcome<Profile> => {
  const { settings, session } = rule;
  if (!isRuleId(id)) return failed(unknownSubscriber);
  const fields = changedFields(changes, before, settings);
  const identity = changedIdentity(changes, before);
  const choices = changes.consents !== undefined || changes.accepts !== undefined;
  if (fields.length === 0 && Object.keys(identity).length === 0 && !choices)
    return get(rule, id, call);
  const refusal = cannotClear(changes, before);
  if (refusal !== undefined) return failed(refusal);
  if (Object.values(changes.accepts ?? {}).includes(true)) {
    const shown = await readCustomer(rule, id, call);
    if (!shown.ok) return shown;
    const held = cannotLift(shown.value.subscriber, changes, before, rule);
    if (held !== undefined) return failed(held);
  }
  dropRead(session, call.requestId, id);
  if (fields.length > 0 || Object.keys(identity).length > 0) {
    const request = {
      route: "PUT /v2/subscribers/{id}",
      path: { id },
      body: { ...identity, ...(fields.length === 0 ? {} : { fields }) },
    } as const;
    const meaning = { notFound: unknownSubscriber, ...taken };
    const written = confirmed(await rule.send(request, call), meaning, rule.now());
    if (!written.ok) return written;
    session.misses.delete(`email ${identity.email}`);
    session.misses.delete(`mobile ${identity.phone_number}`);
  }
  const chosen = await writeChoices(rule, id, changes, before, call);
  if (!chosen.ok) return chosen;
  return finished(rule, id, call);
};

/** Reads back, and puts in order what an earlier write left: a no without its suppression, tags. */
const finished = async (rule: Rule, id: string, call: CrmCall): CrmOutcome<Profile> => {
  const read = await readCustomer(rule, id, call);
  if (!read.ok) return failed(unclear("rule: written, but not read back"));
  const { tags } = read.value.subscriber;
  const missing = tagsFor(rule.settings, "update").filter((tag) => !tags.includes(tag));
  const done = [
    await suppress(rule, id, leftOpen(read.value, rule.settings, rule.now()), call),
    ...(missing.length === 0 ? [] : [await addTags(rule, id, missing, call)]),
  ];
  const left = done.find((one) => !one.ok);
  if (left?.ok === false)
    rule.log("rule_write_unfinished", { failure: left.failure.kind, request_id: call.requestId });
  return ok(profileOf(read.value, rule));
};
