import type { Json } from "../json.ts";
import type { FieldType } from "./model.ts";
import type { Profile } from "./profile.ts";

/** All values of one group together stay under it (published). */
export const GROUP_BYTES = 65 * 1024;

const FORMS: Partial<Record<FieldType, [RegExp, string]>> = {
  date: [/^\d{4}-\d{2}-\d{2}$/, "YYYY-MM-DD"],
  datetime: [/^\d{4}-\d{2}-\d{2} ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, "YYYY-MM-DD HH:MM:SS"],
  time: [/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, "HH:MM:SS"],
};

/** The value as it is kept, or what is wrong with it. An empty string clears a field of any type (assumed). */
export function fieldValue(
  type: FieldType,
  given: Json,
  profile: Profile,
): { value: string | string[] } | { problem: string } {
  if (given === "") return { value: "" };
  if (type === "multiple") {
    return Array.isArray(given) && given.every((one) => typeof one === "string")
      ? { value: given }
      : { problem: "The value must be an array of strings." };
  }
  const value = typeof given === "number" && profile.numbersAsText ? String(given) : given;
  if (typeof value !== "string")
    return {
      problem:
        type === "json"
          ? "The value must be a JSON encoded string."
          : "The value must be a string.",
    };
  if (type === "json")
    return isJson(value) ? { value } : { problem: "The value must be a JSON encoded string." };
  const form = FORMS[type];
  if (form === undefined) return { value };
  return form[0].test(value) && (type === "time" || isDay(value.slice(0, 10)))
    ? { value }
    : { problem: `The value must be written ${form[1]}.` };
}

/** Without a type of its own a new field is text, or `multiple` for an array (assumed). */
export function typeOf(given: Json): FieldType {
  return Array.isArray(given) ? "multiple" : "text";
}

export function bytesOf(values: readonly (string | string[])[]): number {
  const coder = new TextEncoder();
  return values.flat().reduce((sum, value) => sum + coder.encode(value).length, 0);
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** 30 February is none: a date that rolls over comes back as another day. */
function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}
