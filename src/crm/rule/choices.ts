import type { CrmFailure } from "../../model/crm_failure.ts";
import type { Customer, Person } from "../../model/customer.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import { changedAccepts, changedConsents } from "../changed_choices.ts";
import type { CrmCall } from "../port.ts";
import { messageTypes, type Sent } from "./accepts.ts";
import type { Rule } from "./client.ts";
import { placeOf } from "./consents.ts";
import type { Subscriber } from "./customer_wire.ts";
import { confirmed } from "./errors.ts";
import { addTags, removeTag } from "./tags.ts";

type Done = Promise<Outcome<unknown, CrmFailure>>;

const isSent = (channel: string): channel is Sent => channel in messageTypes;

/** No campaigns on these channels. Doing it again changes nothing (contracts/rule.md 6). */
export const suppress = async (
  rule: Rule,
  id: string,
  channels: readonly Sent[],
  call: CrmCall,
): Done => {
  if (channels.length === 0) return ok({});
  const body = {
    subscribers: [{ id: Number(id) }],
    suppress_on: { campaign: channels.map((channel) => messageTypes[channel]) },
  };
  return confirmed(await rule.send({ route: "POST /v2/suppressions", body }, call), {}, rule.now());
};

/** A no of the customer's, of staff or of a spam report outranks the till, unless the tenant allows it (assumed). */
export const cannotLift = (
  { suppressions }: Subscriber,
  changes: Person,
  before: Person,
  { settings }: Rule,
): CrmFailure | undefined => {
  const held = changedAccepts(changes, before).filter(
    ({ channel, value }) =>
      value &&
      isSent(channel) &&
      suppressions.some((one) => one.messageType === messageTypes[channel] && one.source !== "api"),
  );
  if (settings.liftSuppressions || held.length === 0) return undefined;
  const message = "Rule holds a no of the customer's own; it is lifted there, not at a till.";
  return {
    kind: "invalid_fields",
    fields: held.map(({ channel }) => ({ field: `accepts_${channel}`, message })),
  };
};

/** Suppressions, preferences and tags that follow from what the cashier changed. */
export const writeChoices = async (
  rule: Rule,
  id: string,
  changes: Person,
  before: Person,
  call: CrmCall,
): Done => {
  const accepts = changedAccepts(changes, before);
  const sent = (value: boolean) =>
    accepts.flatMap((one) => (one.value === value && isSent(one.channel) ? [one.channel] : []));
  const steps: (() => Done)[] = [
    () => suppress(rule, id, sent(false), call),
    ...sent(true).map((channel) => () => lift(rule, id, channel, call)),
    ...consentSteps(rule, id, changes, before, call),
  ];
  for (const step of steps) {
    const done = await step();
    if (!done.ok) return failed(done.failure);
  }
  return ok({});
};

/** Writing says `campaign` here as reading does; only of transactions the two differ (contracts/rule.md 4). */
const lift = async (rule: Rule, id: string, channel: Sent, call: CrmCall): Done =>
  confirmed(
    await rule.send(
      {
        route: "DELETE /v2/suppressions/{id}",
        path: { id },
        query: {
          identified_by: "id",
          dispatcher_type: "campaign",
          message_type: messageTypes[channel],
        },
      },
      call,
    ),
    {},
    rule.now(),
  );

const consentSteps = (
  rule: Rule,
  id: string,
  changes: Person,
  before: Partial<Customer>,
  call: CrmCall,
): (() => Done)[] => {
  const changed = changedConsents(changes, before).flatMap(({ id: consentId, value }) => {
    const consent = rule.settings.consents.find((one) => one.id === consentId);
    return consent === undefined ? [] : [{ consent, value }];
  });
  const preferences = changed.flatMap(({ consent, value }) =>
    consent.preference === undefined
      ? []
      : [{ preference_id: consent.preference, is_opted_in: value }],
  );
  const tagSteps = changed.flatMap(({ consent, value }) => {
    const { tag } = consent;
    if (tag === undefined || placeOf(consent) !== "tag") return [];
    return [(): Done => (value ? addTags(rule, id, [tag], call) : removeTag(rule, id, tag, call))];
  });
  const write = async (): Done =>
    confirmed(
      await rule.send(
        {
          route: "POST /v2/subscribers/{id}/preferences",
          path: { id },
          query: { identified_by: "id" },
          body: { preferences },
        },
        call,
      ),
      {},
      rule.now(),
    );
  return [...(preferences.length === 0 ? [] : [write]), ...tagSteps];
};
