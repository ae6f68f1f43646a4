import { error, type FileIssue, isText, unknownName } from "./file_issue.ts";
import {
  destinationSettings,
  type DestinationSetting,
  handlerWritten,
  type WrittenHandler,
} from "./handler_traits.ts";
import { isObject, type JsonObject, type Path, valueAt } from "./json.ts";

const nowhere: FileIssue = {
  severity: "warning",
  path: ["orders"],
  at: "key",
  what: "orders are read, and delivered nowhere",
  mend: "add deliver_to: with a channel",
};

const anonymousFault = (
  entry: unknown,
  { kind, traits }: WrittenHandler,
  path: Path,
): FileIssue[] =>
  traits.takesAnonymous || valueAt(entry, ["anonymous"]) !== "deliver"
    ? []
    : [
        {
          severity: "warning",
          path: [...path, "anonymous"],
          at: "value",
          what: `"deliver" has no effect here: ${kind} takes no sale without a customer`,
          mend: "take it away; such orders are skipped, and `reassign` brings one to its customer",
        },
      ];

const withoutOrders = ({ kind, traits, block }: WrittenHandler, path: Path): FileIssue[] =>
  traits.ordersBy === undefined || valueAt(block, [traits.ordersBy]) === true
    ? []
    : [
        error(
          [...path, "channel"],
          `this channel takes no orders: ${traits.ordersBy} is not true`,
          {
            why: `${kind} usually gets them from a Sitoo connector of its own, and would have them twice`,
            mend: `write ${traits.ordersBy}: true under handler.${kind}, or take the entry away`,
          },
        ),
      ];

const settingFault = (
  setting: DestinationSetting,
  { kind, traits, block }: WrittenHandler,
  path: Path,
): FileIssue[] => {
  const needed = traits.settings?.[setting];
  if (needed === undefined)
    return [
      error([...path, setting], `"${setting}" means nothing to ${kind}`, {
        at: "key",
        why: "it would be ignored without a word",
        mend: "take it away",
      }),
    ];
  return needed === true || valueAt(block, [needed]) !== undefined
    ? []
    : [
        error([...path, setting], `"${setting}" needs ${needed}, which the channel does not have`, {
          at: "key",
          mend: `add ${needed}: under handler.${kind}`,
        }),
      ];
};

/** What one entry of `deliver_to` asks of a CRM that has no such thing. */
const destinationFaults = (entry: unknown, index: number, channels: unknown): FileIssue[] => {
  const channel = Array.isArray(channels)
    ? channels.find((one) => valueAt(one, ["id"]) === valueAt(entry, ["channel"]))
    : undefined;
  const handler = handlerWritten(valueAt(channel, ["handler"]));
  if (handler === undefined) return [];
  const path = ["orders", "deliver_to", index];
  return [
    ...anonymousFault(entry, handler, path),
    ...withoutOrders(handler, path),
    ...destinationSettings
      .filter((setting) => valueAt(entry, [setting]) !== undefined)
      .flatMap((setting) => settingFault(setting, handler, path)),
  ];
};

/** Orders of an account that no destination sells through would all end as dead letters. */
const unreachedAccounts = (expanded: JsonObject): FileIssue[] => {
  const channels = valueAt(expanded, ["crm", "channels"]);
  const destinations = valueAt(expanded, ["orders", "deliver_to"]);
  const accounts = expanded["sitoo"];
  if (!Array.isArray(channels) || !Array.isArray(destinations) || !Array.isArray(accounts))
    return [];
  const reached = destinations.map((entry) => {
    const name = valueAt(entry, ["channel"]);
    const market = valueAt(
      channels.find((channel) => valueAt(channel, ["id"]) === name),
      ["market"],
    );
    return isText(market) ? valueAt(expanded, ["markets", market, "sitoo"]) : undefined;
  });
  return accounts.flatMap((account, index): FileIssue[] => {
    const id = valueAt(account, ["id"]);
    if (!isText(id) || reached.includes(id) || reached.includes(undefined)) return [];
    return [
      {
        severity: "warning",
        path: ["sitoo", index],
        at: "key",
        what: `orders of account "${id}" are delivered nowhere`,
        why: "no channel in deliver_to belongs to a market of this account",
        mend: "add one to deliver_to, or take the account away",
      },
    ];
  });
};

/** @param expanded the same file with `extends` merged. */
export const orderFaults = (file: JsonObject, expanded: JsonObject): FileIssue[] => {
  const channels = valueAt(file, ["crm", "channels"]);
  const ids = Array.isArray(channels)
    ? channels.map((channel) => valueAt(channel, ["id"])).filter(isText)
    : [];
  const orders = file["orders"];
  if (!isObject(orders)) return [];
  const destinations = orders["deliver_to"];
  if (!Array.isArray(destinations) || destinations.length === 0)
    return orders["mode"] === "off" ? [] : [nowhere];
  const named = destinations.flatMap((entry, index) => {
    const name = valueAt(entry, ["channel"]);
    return isText(name) ? [{ path: ["orders", "deliver_to", index, "channel"], name }] : [];
  });
  return [
    ...named
      .filter(({ name }) => !ids.includes(name))
      .map(({ path, name }) => unknownName(path, "channel", name, ids)),
    ...named
      .filter(({ name }, index) => named.findIndex((other) => other.name === name) !== index)
      .map(({ path, name }) =>
        error(path, `orders go to "${name}" twice`, { mend: "keep one of them" }),
      ),
    ...destinations.flatMap((entry, index) =>
      destinationFaults(entry, index, valueAt(expanded, ["crm", "channels"])),
    ),
    ...unreachedAccounts(expanded),
  ];
};
