import { error, type FileIssue, isText } from "./file_issue.ts";
import { type Block, isEditable, isOffered, warning } from "./form_fields.ts";
import { isObject, type JsonObject, type Path, valueAt } from "./json.ts";

/** Rule keeps its subscribers by e-mail and phone (contracts/rule.md 7, seed). */
const keys = ["email", "mobile"];

const formFaults = (channel: Block, path: Path): FileIssue[] => {
  const at = [...path, "client_settings"];
  const required = valueAt(channel, ["client_settings", "required"]);
  return [
    ...(["fields_add", "fields_edit"] as const)
      .filter((form) => !keys.some((key) => isEditable(channel, form, key)))
      .map((form) =>
        error([...at, form], "neither email nor mobile is editable", {
          why: "Rule has customers by one of the two alone",
          mend: `add mobile: editable, or email: editable, to ${form}`,
        }),
      ),
    ...(Array.isArray(required) ? required : []).flatMap((field: unknown, index) =>
      isText(field) && keys.includes(field)
        ? [
            warning([...at, "required", index], `"${field}" is required`, {
              why: "Rule advises to let the customer choose between e-mail and phone",
              mend: "take it away: one of the two is asked for in any case",
            }),
          ]
        : [],
    ),
  ];
};

const searchFaults = (channel: Block, path: Path): FileIssue[] => {
  const types = valueAt(channel, ["client_settings", "search_types"]);
  const index = Array.isArray(types) ? types.indexOf("personal_id") : -1;
  const at = [...path, "client_settings"];
  return [
    ...(index === -1
      ? []
      : [
          error([...at, "search_types", index], "Rule is not searched by personal id", {
            mend: "take it away: mobile, email and member_number are what it finds",
          }),
        ]),
    ...(valueAt(channel, ["client_settings", "lookup_type"]) === undefined
      ? []
      : [
          error([...at, "lookup_type"], "Rule has no person register", {
            at: "key",
            mend: "take it away",
          }),
        ]),
  ];
};

const personalIdFaults = (channel: Block, block: Block, path: Path): FileIssue[] =>
  block["personal_id"] !== true && isOffered(channel, "personal_id")
    ? [
        warning([...path, "client_settings"], "personal_id is offered, and is not stored", {
          mend: "add personal_id: true under handler.rule, or leave personal_id out",
        }),
      ]
    : [];

/** A second entry of one name would never be reached. */
const repeated = (list: unknown, names: readonly string[], path: Path): FileIssue[] => {
  const named = (Array.isArray(list) ? list : []).map((entry) =>
    names.map((name) => valueAt(entry, [name])).find(isText),
  );
  return named.flatMap((name, index) =>
    name !== undefined && named.indexOf(name) !== index
      ? [
          error([...path, index], `a second one is called "${name}"`, {
            mend: "give it its own id",
          }),
        ]
      : [],
  );
};

/** Ledgers and indexes of two accounts must not meet (design.md 2), and nothing but the key tells them apart. */
const accountFaults = (file: JsonObject, block: Block, path: Path): FileIssue[] => {
  const channels = valueAt(file, ["crm", "channels"]);
  const isOther = (channel: unknown): boolean => {
    const other = valueAt(channel, ["handler", "rule"]);
    return (
      isObject(other) &&
      other["account"] === block["account"] &&
      other["api_key"] !== undefined &&
      other["api_key"] !== block["api_key"]
    );
  };
  return Array.isArray(channels) && channels.some(isOther)
    ? [
        error([...path, "handler", "rule", "api_key"], "another channel has another key", {
          why: "two accounts of Rule's would share customers and redemptions",
          mend: "add account: and a name to one of them, or use one key for one account",
        }),
      ]
    : [];
};

/** What cannot work, or has no effect, in a channel of Rule's. */
export const ruleFaults = (file: JsonObject, channel: Block, path: Path): FileIssue[] => {
  const block = valueAt(channel, ["handler", "rule"]);
  if (!isObject(block)) return [];
  const at = [...path, "handler", "rule"];
  const tillFaults =
    channel["till"] === false
      ? []
      : [
          ...formFaults(channel, path),
          ...searchFaults(channel, path),
          ...personalIdFaults(channel, block, path),
        ];
  return [
    ...tillFaults,
    ...repeated(block["consents"], ["id"], [...at, "consents"]),
    ...repeated(block["promotions_from_tags"], ["id", "tag"], [...at, "promotions_from_tags"]),
    ...accountFaults(file, block, path),
  ];
};
