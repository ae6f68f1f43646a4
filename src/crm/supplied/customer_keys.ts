import type { Person } from "../../model/customer.ts";
import type { IndexedBy, SearchKey } from "../port.ts";

const fields = {
  mobile: "mobile",
  email: "email",
  personal_id: "personalId",
  member_number: "memberNumber",
} as const satisfies Record<IndexedBy, keyof Person>;

export const indexable = Object.keys(fields) as IndexedBy[];

/** One spelling of a key, for hashing and for comparing: CRMs write numbers with dashes and blanks. */
export const plainKey = ({ by, value }: SearchKey): string => {
  if (by === "email") return value.trim().toLowerCase();
  return by === "mobile" || by === "personal_id" ? value.replaceAll(/[^0-9A-Za-z+]/g, "") : value;
};

/** The key of this kind that a person has. */
export const keyOf = (person: Person, by: IndexedBy): SearchKey | undefined => {
  const value = person[fields[by]];
  return value === undefined || value === "" ? undefined : { by, value };
};

/** Of two keys of one kind. */
export const sameKey = (one: SearchKey | undefined, other: SearchKey | undefined): boolean =>
  (one && plainKey(one)) === (other && plainKey(other));
