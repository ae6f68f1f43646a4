import { bloomreachFaults } from "./bloomreach_references.ts";
import { error, type FileIssue, isText, unknownName } from "./file_issue.ts";
import { baseOf, lineage } from "./inheritance.ts";
import { isObject, type JsonObject, type Path, valueAt } from "./json.ts";
import { isHandlerKind } from "./handler_traits.ts";
import { omniumFaults } from "./omnium_references.ts";
import { ometriaFaults } from "./ometria_faults.ts";
import { ruleFaults } from "./rule_references.ts";
import { orderFaults } from "./order_references.ts";
import { handlerKinds } from "./schema_handlers.ts";
import { isCountry } from "./schema_values.ts";

/**
 * What single values cannot show: names that must name something else in the file.
 * Reads tolerantly, so that it also finds its faults in a file that has others.
 */

const duplicates = (names: readonly { path: Path; name: string }[], kind: string): FileIssue[] =>
  names
    .filter(({ name }, index) => names.findIndex((other) => other.name === name) !== index)
    .map(({ path, name }) =>
      error(path, `a second ${kind} is called "${name}"`, { mend: "give each its own id" }),
    );

const accountFaults = (file: JsonObject): { ids: readonly string[]; issues: FileIssue[] } => {
  const sitoo = file["sitoo"];
  if (!Array.isArray(sitoo)) {
    const id = valueAt(sitoo, ["id"]);
    return { ids: isText(id) ? [id] : [], issues: [] };
  }
  const named = sitoo.flatMap((account, index) => {
    const name = valueAt(account, ["id"]);
    return isText(name) ? [{ path: ["sitoo", index, "id"], name }] : [];
  });
  const unnamed = sitoo.flatMap((account, index) =>
    sitoo.length > 1 && isObject(account) && account["id"] === undefined
      ? [
          error(["sitoo", index], "this account has no id", {
            why: "markets name their account by it",
            mend: "add id: and a short name, such as se",
          }),
        ]
      : [],
  );
  return {
    ids: named.map(({ name }) => name),
    issues: [...unnamed, ...duplicates(named, "account")],
  };
};

const marketFaults = (file: JsonObject, accounts: readonly string[]): FileIssue[] => {
  const issues: FileIssue[] = [];
  const several = Array.isArray(file["sitoo"]) && file["sitoo"].length > 1;
  const check = (market: unknown, path: Path, countryInName: boolean) => {
    if (!isObject(market)) return;
    const account = market["sitoo"];
    if (isText(account) && !accounts.includes(account))
      issues.push(unknownName([...path, "sitoo"], "Sitoo account", account, accounts));
    if (account === undefined && several)
      issues.push(
        error(path, "this market names no Sitoo account", {
          why: "there are several accounts in the file",
          mend: `add sitoo: and one of: ${accounts.join(", ")}`,
        }),
      );
    if (market["country"] === undefined && !countryInName)
      issues.push(
        error(path, '"country" is missing', { mend: "add country: and a code such as SE" }),
      );
  };
  const { market, markets } = file;
  if (market !== undefined && markets !== undefined)
    issues.push(
      error(["markets"], '"market" and "markets" are both there', {
        at: "key",
        mend: "keep one of them",
      }),
    );
  if (market === undefined && markets === undefined)
    issues.push(
      error([], '"market" is missing', {
        why: "phone numbers, language, money and time depend on it",
        mend: "add market: {country: SE, locale: sv-SE, currency: SEK, time_zone: Europe/Stockholm}, or markets: for several",
      }),
    );
  check(market, ["market"], false);
  if (isObject(markets))
    for (const [name, entry] of Object.entries(markets))
      check(entry, ["markets", name], isCountry(name));
  return issues;
};

const channelFaults = (file: JsonObject, expanded: JsonObject): FileIssue[] => {
  const own = valueAt(file, ["crm", "channels"]);
  const merged = valueAt(expanded, ["crm", "channels"]);
  if (!Array.isArray(own) || !Array.isArray(merged)) return [];
  const named = own.flatMap((channel, index) => {
    const name = valueAt(channel, ["id"]);
    return isText(name) ? [{ path: ["crm", "channels", index, "id"], name }] : [];
  });
  const ids = named.map(({ name }) => name);
  const markets = isObject(file["markets"]) ? Object.keys(file["markets"]) : [];
  const issues = duplicates(named, "channel");
  own.forEach((channel, index) => {
    const path = ["crm", "channels", index];
    const base = valueAt(channel, ["extends"]);
    if (isText(base) && !ids.includes(base))
      issues.push(unknownName([...path, "extends"], "channel", base, ids));
    else if (isText(base) && endsInCircle(file, index))
      issues.push(
        error([...path, "extends"], "this channel extends itself, directly or by way of others", {
          mend: "take one extends away",
        }),
      );
    const whole = merged[index];
    if (!isObject(whole)) return;
    const market = whole["market"];
    if (isText(market) && markets.length > 0 && !markets.includes(market))
      issues.push(unknownName([...path, "market"], "market", market, markets));
    if (isText(market) && markets.length === 0)
      issues.push(
        error([...path, "market"], `there is no market "${market}"`, {
          mend: "take it away: the file has one market",
        }),
      );
    // A base that is not there may have been meant to bring the market.
    if (market === undefined && markets.length > 1 && !(isText(base) && !ids.includes(base)))
      issues.push(
        error(path, "this channel names no market", {
          why: "there are several markets in the file",
          mend: `add market: and one of: ${markets.join(", ")}`,
        }),
      );
    issues.push(
      ...handlerFaults(whole["handler"], path),
      ...formFaults(whole, path),
      ...omniumFaults(file, whole, path),
      ...ruleFaults(file, whole, path),
      ...bloomreachFaults(whole, path),
    );
  });
  return issues;
};

/** True when the line of bases never comes to an end. */
const endsInCircle = (file: JsonObject, index: number): boolean => {
  const last = lineage(file, index).at(-1);
  return last !== undefined && baseOf(file, last) !== undefined;
};

const handlerFaults = (handler: unknown, path: Path): FileIssue[] => {
  if (!isObject(handler)) return [];
  const kinds = Object.keys(handler);
  if (kinds.length === 0)
    return [
      error([...path, "handler"], "names no CRM", {
        at: "key",
        mend: `add one of them and its settings: ${handlerKinds().join(", ")}`,
      }),
    ];
  const known = kinds.filter(isHandlerKind);
  return known.length > 1
    ? [
        error([...path, "handler", known[1] ?? ""], "a channel has one CRM", {
          at: "key",
          mend: "make a second channel for it",
        }),
      ]
    : [];
};

const formFaults = (channel: Readonly<Record<string, unknown>>, path: Path): FileIssue[] => {
  const required = valueAt(channel, ["client_settings", "required"]);
  const offered = valueAt(channel, ["client_settings", "fields_add"]);
  if (!Array.isArray(required)) return [];
  const covers = (field: unknown): boolean =>
    valueAt(offered, [String(field)]) === "editable" ||
    (String(field).startsWith("accepts_") &&
      valueAt(offered, ["accepts_communication"]) === "editable");
  return required.flatMap((field, index) =>
    isText(field) && !covers(field)
      ? [
          error(
            [...path, "client_settings", "required", index],
            `"${field}" is required, and cannot be filled in`,
            {
              why: "no customer could be added",
              mend: `add ${field}: editable to fields_add`,
            },
          ),
        ]
      : [],
  );
};

/** @param expanded the same file with `extends` merged. */
export const referenceFaults = (file: JsonObject, expanded: JsonObject): readonly FileIssue[] => {
  const accounts = accountFaults(file);
  return [
    ...accounts.issues,
    ...marketFaults(file, accounts.ids),
    ...channelFaults(file, expanded),
    ...orderFaults(file, expanded),
    ...ometriaFaults(expanded),
  ];
};
