import { isObject, type Json } from "../json.ts";
import { type Refusal, refusal } from "./errors.ts";
import { named, type BloomreachStore } from "./store.ts";

export interface CheckedIds {
  /** Valid ones by type. */
  ids: Record<string, string>;
  /** As `type=value`; left out as long as a valid one is there. */
  invalidIds: string[];
}

/** `customer_ids` of a request (contracts/bloomreach.md §2, §4). */
export function checkedIds(store: BloomreachStore, value: Json | undefined): CheckedIds | Refusal {
  const { profile } = store;
  if (value !== undefined && value !== null && !isObject(value))
    return refusal(400, "customer_ids must be an object."); // (assumed) text
  const given = Object.entries(value ?? {});
  if (given.length === 0)
    return refusal(profile.missingIdStatus, "At least one id should be specified.");
  const checked: CheckedIds = { ids: {}, invalidIds: [] };
  for (const [type, raw] of given) {
    const hard = store.isHard(type);
    if (!hard && !profile.softIds.includes(type)) {
      if (profile.unknownIdType === "ignore") continue;
      return refusal(400, `There is no id type ${type} in this project.`); // (assumed)
    }
    // (assumed) text only: lists occur in answers, not in requests.
    if (raw !== null && typeof raw !== "string")
      return refusal(400, `The id ${type} must be a string.`);
    const id = hard && profile.hardIdCase === "lower" ? raw?.toLowerCase() : raw;
    if (isValidId(id)) checked.ids[type] = id;
    else checked.invalidIds.push(named([type, String(raw)]));
  }
  return Object.keys(checked.ids).length > 0
    ? checked
    : refusal(profile.refusedWriteStatus, "At least one valid id should be specified");
}

/** At least one letter or digit, and not one of the two words (published). */
function isValidId(value: string | null | undefined): value is string {
  return (
    typeof value === "string" &&
    /[\p{L}\p{N}]/u.test(value) &&
    value !== "null" &&
    value !== "undefined"
  );
}
