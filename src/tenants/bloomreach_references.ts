import type { FileIssue } from "./file_issue.ts";
import { isObject, type Path, valueAt } from "./json.ts";
import { communicationChannels } from "../model/customer.ts";
import type { KeptField } from "./bloomreach_settings.ts";

/**
 * What a channel of Bloomreach's says that cannot work, or that the retailer should have meant. Reads
 * tolerantly: the values themselves are the schema's.
 */

/** Fields of the till's forms → where the mapping has them; any one of several will do. */
const mappedBy: Readonly<Record<string, readonly KeptField[]>> = {
  name: ["name_first", "name_last"],
  email: ["email"],
  mobile: ["mobile"],
  phone: ["phone"],
  personal_id: ["personal_id"],
  member_number: ["member_number"],
  company: ["company"],
  company_id: ["company_id"],
  gender: ["gender"],
  birthday: ["birthday"],
  store_id_home: ["store_id_home"],
  invoice_address: ["address", "zip", "city"],
  delivery_address: [],
  additional_options: [],
};

type Block = Readonly<Record<string, unknown>>;
type Found = Omit<FileIssue, "severity" | "path" | "at">;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** @param channel with `extends` merged. */
export const bloomreachFaults = (channel: Block, path: Path): FileIssue[] => {
  const block = valueAt(channel, ["handler", "bloomreach"]);
  if (!isObject(block)) return [];
  const here = [...path, "handler", "bloomreach"];
  const issue = (severity: FileIssue["severity"], at: Path, found: Found): FileIssue => ({
    severity,
    path: at,
    at: "value",
    ...found,
  });
  const hardId = typeof block["hard_id"] === "string" ? block["hard_id"] : "registered";
  const mapping: Block = isObject(block["mapping"])
    ? block["mapping"]
    : { email: `ids.${hardId}`, name_first: "", name_last: "", mobile: "" };
  const consents = listOf(block["consents"]).filter(isObject);
  const hardField = Object.keys(mapping).find((field) =>
    [mapping[field]].flat().includes(`ids.${hardId}`),
  );

  const isKept = (field: string): boolean => {
    if (field === "consents") return consents.some(({ channel: way }) => way === undefined);
    if (field === "accepts_communication")
      return consents.some(({ channel: way }) => way !== undefined);
    const way = communicationChannels.find((one) => field === `accepts_${one}`);
    if (way !== undefined) return consents.some((consent) => consent["channel"] === way);
    return mappedBy[field]?.some((kept) => kept in mapping) ?? true;
  };
  const form = (name: "fields_add" | "fields_edit") => {
    const fields = valueAt(channel, ["client_settings", name]);
    return isObject(fields) ? fields : {};
  };
  const lost = (["fields_add", "fields_edit"] as const).flatMap((name) =>
    Object.entries(form(name))
      .filter(([field, state]) => state === "editable" && !isKept(field))
      .map(([field]) =>
        issue("error", [...path, "client_settings", name, field], {
          what: `what is typed into "${field}" would be lost`,
          why: "Bloomreach has no place for it in this file",
          mend: /^(accepts_|consents)/.test(field)
            ? "add a consent for it under handler.bloomreach.consents, or take it out of the form"
            : "add it under handler.bloomreach.mapping, or take it out of the form",
        }),
      ),
  );

  const adds = Object.keys(form("fields_add")).length > 0;
  const formField = hardField?.startsWith("name_") === true ? "name" : hardField;
  const identity: FileIssue[] = [];
  if (adds && formField === undefined)
    identity.push(
      issue("error", [...here, "mapping"], {
        what: `no field fills ids.${hardId}`,
        why: "a customer is made under the hard ID",
        mend: `write one of the fields to ids.${hardId}, such as email`,
      }),
    );
  else if (adds && !listOf(valueAt(channel, ["client_settings", "required"])).includes(formField))
    identity.push(
      issue("warning", [...path, "client_settings"], {
        what: `a customer cannot be added without "${formField}", and the form does not ask for it`,
        why: "it is the hard ID",
        mend: `add ${formField} to required`,
      }),
    );
  if (formField !== undefined && form("fields_edit")[formField] === "editable")
    identity.push(
      issue("error", [...path, "client_settings", "fields_edit", formField], {
        what: `"${formField}" is the hard ID, and cannot be edited`,
        why: "under another value Bloomreach has another customer",
        mend: "write readonly",
      }),
    );

  const seen = new Set<string>();
  const choices = consents.flatMap((consent, at): FileIssue[] => {
    const way = consent["channel"];
    const key = `${way === undefined ? "line" : "channel"} ${String(way ?? consent["pos_id"] ?? consent["category"])}`;
    const isSecond = seen.has(key) || seen.has(`category ${String(consent["category"])}`);
    seen.add(key).add(`category ${String(consent["category"])}`);
    const place = [...here, "consents", at];
    return [
      ...(isSecond
        ? [
            issue("error", place, {
              what: "this consent stands here a second time",
              why: "one choice at the till is one category",
              mend: "keep one of them",
            }),
          ]
        : []),
      ...(consent["default"] === true
        ? [
            issue("warning", [...place, "default"], {
              what: "given by whoever is added and not asked, also for an order's customer",
              mend: "write false, unless your law lets you presume it",
            }),
          ]
        : []),
    ];
  });

  const unsealed =
    block["id_key"] === undefined
      ? [
          issue("warning", here, {
            what: "customer ids are sealed by the project token alone",
            why: "whoever knows that token can read the hard ID, mostly an e-mail address, out of them",
            mend: 'add id_key: "${NAME}" with 32 random characters, before the first sale, and never change it',
          }),
        ]
      : [];
  return [...lost, ...identity, ...choices, ...unsealed];
};
