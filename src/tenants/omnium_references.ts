import { error, type FileIssue, isText } from "./file_issue.ts";
import { type Block, isEditable, isOffered, warning } from "./form_fields.ts";
import { isObject, type JsonObject, type Path, valueAt } from "./json.ts";

/** The field that is the customer's id cannot be missing, and cannot change (contracts/omnium.md 4.5). */
const idFaults = (channel: Block, block: Block, path: Path): FileIssue[] => {
  const id = block["customer_id_field"];
  const field = id === "Email" ? "email" : id === "Phone" ? "mobile" : undefined;
  const forms = valueAt(channel, ["client_settings", "fields_add"]);
  if (field === undefined || !isObject(forms) || Object.keys(forms).length === 0) return [];
  const required = valueAt(channel, ["client_settings", "required"]);
  const isRequired = Array.isArray(required) && required.includes(field);
  const at = [...path, "handler", "omnium", "customer_id_field"];
  return [
    ...(isEditable(channel, "fields_add", field) && isRequired
      ? []
      : [
          error(at, `"${field}" is the customer's id, and can be left out of a new customer`, {
            why: "nobody could be added without it",
            mend: `add ${field}: editable to fields_add, and ${field} to required`,
          }),
        ]),
    ...(isEditable(channel, "fields_edit", field)
      ? [
          warning(at, `"${field}" is the customer's id, and changes of it are refused`, {
            mend: `write ${field}: readonly in fields_edit`,
          }),
        ]
      : []),
  ];
};

const consentFaults = (channel: Block, block: Block, path: Path): FileIssue[] => {
  const mail = block["mail_consent_type"];
  const accepts = ["EmailMarketing", "SmsMarketing", ...(isText(mail) ? [mail] : [])];
  const list = Array.isArray(block["consent_types"]) ? block["consent_types"] : [];
  const types = list.map((entry) => valueAt(entry, ["type"]));
  const at = [...path, "handler", "omnium", "consent_types"];
  return [
    ...types.flatMap((type, index) =>
      isText(type) && accepts.includes(type)
        ? [
            error([...at, index], `"${type}" is a way of contact that customers accept`, {
              why: "it would be on the form twice, with two answers",
              mend: "take it away: accepts_email, accepts_sms and accepts_mail are the fields for it",
            }),
          ]
        : [],
    ),
    ...types.flatMap((type, index) =>
      isText(type) && types.indexOf(type) !== index
        ? [error([...at, index], `a second consent type is called "${type}"`)]
        : [],
    ),
    ...(isObject(block["voyado"]) && list.length > 0
      ? [warning(at, "has no effect here: with voyado, its consents are shown")]
      : []),
    ...(mail === undefined && !isObject(block["voyado"]) && isOffered(channel, "accepts_mail")
      ? [
          warning([...path, "client_settings"], "accepts_mail is offered, and is not stored", {
            mend: "add mail_consent_type: under handler.omnium, or leave accepts_mail out",
          }),
        ]
      : []),
  ];
};

const registerFaults = (channel: Block, block: Block, path: Path): FileIssue[] => [
  ...(valueAt(channel, ["client_settings", "lookup_type"]) !== undefined &&
  block["voyado"] === undefined
    ? [
        error([...path, "client_settings", "lookup_type"], "omnium has no person register", {
          at: "key",
          mend: "take it away",
        }),
      ]
    : []),
  ...(block["personal_id_property"] === undefined && isOffered(channel, "personal_id")
    ? [
        warning([...path, "client_settings"], "personal_id is offered, and is not stored", {
          mend: "add personal_id_property: under handler.omnium, or leave personal_id out",
        }),
      ]
    : []),
];

/** Order ids of several accounts meet in one Omnium, where they are unique over all markets. */
const orderIdFaults = (file: JsonObject, block: Block, path: Path): FileIssue[] =>
  block["send_orders"] === true &&
  Array.isArray(file["sitoo"]) &&
  file["sitoo"].length > 1 &&
  block["order_ids"] !== "account_and_site"
    ? [
        error(
          [...path, "handler", "omnium", "send_orders"],
          "order ids of several Sitoo accounts can be the same",
          {
            why: "the second order would be taken for the first, and not be sent",
            mend: "add order_ids: account_and_site under handler.omnium",
          },
        ),
      ]
    : [];

/** What cannot work, or has no effect, in a channel of Omnium's. */
export const omniumFaults = (file: JsonObject, channel: Block, path: Path): FileIssue[] => {
  const block = valueAt(channel, ["handler", "omnium"]);
  if (!isObject(block)) return [];
  const tillFaults =
    channel["till"] === false
      ? []
      : [
          ...idFaults(channel, block, path),
          ...consentFaults(channel, block, path),
          ...registerFaults(channel, block, path),
        ];
  return [...tillFaults, ...orderIdFaults(file, block, path)];
};
