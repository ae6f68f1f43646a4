import type { Customer, Person } from "../../model/customer.ts";
import type { FreshFields, Leaf, Shown, Written } from "./fresh_fields.ts";

type Leaves = Readonly<Record<string, Leaf>>;

const consentsOf = "consents.";

const leavesOf = (person: Person): Leaves => {
  const leaves: Record<string, Leaf> = {};
  for (const [field, value] of Object.entries(person)) {
    if (field === "consents")
      for (const id of person.consents ?? []) leaves[consentsOf + id] = true;
    else if (Array.isArray(value)) leaves[field] = JSON.stringify(value);
    else if (typeof value === "object")
      for (const [part, leaf] of Object.entries(value))
        leaves[`${field}.${part}`] = (leaf as Leaf | undefined) ?? "";
    else leaves[field] = value ?? "";
  }
  return leaves;
};

/** What a till's write changes of the customer that it was shown. */
export const writtenBy = (changes: Person, before: Person): Written => {
  const [is, was] = [leavesOf(changes), leavesOf(before)];
  // A list of consents is whole: what is not in it any more was withdrawn.
  const given = Object.keys(was).filter((path) => path.startsWith(consentsOf));
  const paths = [...Object.keys(is), ...(changes.consents === undefined ? [] : given)];
  return Object.fromEntries(
    paths.flatMap((path) => {
      const [value, held] = [is[path] ?? "", was[path] ?? ""];
      return value === held ? [] : [[path, { value, before: held }]];
    }),
  );
};

const put = (customer: Record<string, unknown>, path: string, value: Leaf): void => {
  const [field = "", ...rest] = path.split(".");
  const part = rest.join(".");
  if (rest.length === 0) {
    if (value === "") delete customer[field];
    else
      customer[field] =
        field === "additionalOptions" && typeof value === "string" ? JSON.parse(value) : value;
  } else if (field === "consents") {
    const others = ((customer.consents as string[] | undefined) ?? []).filter((id) => id !== part);
    customer.consents = value === "" ? others : [...others, part];
  } else {
    const { [part]: _, ...others } = (customer[field] as Leaves | undefined) ?? {};
    customer[field] = value === "" ? others : { ...others, [part]: value };
  }
};

/**
 * The customer as the CRM shows them, with what a till wrote laid over it; all other fields are the
 * CRM's. What the CRM shows as written is the CRM's again, unless it may be from before: a value
 * that was changed and changed back looks the same on both sides.
 */
export const laidOver = (
  customer: Customer,
  fields: FreshFields,
): { readonly customer: Customer; readonly shown: Shown } => {
  const inCrm = leavesOf(customer);
  const shown: Record<string, number> = {};
  const merged: Record<string, unknown> = { ...customer };
  for (const [path, { value, earlier, until }] of Object.entries(fields)) {
    const isShown = (inCrm[path] ?? "") === value;
    if (isShown && !earlier.includes(value)) shown[path] = until;
    // No address of a protected identity leaves the gateway, whoever wrote it.
    const isHidden =
      customer.protectedIdentity === true && /^(invoice|delivery)Address\./.test(path);
    if (!isShown && !isHidden) put(merged, path, value);
  }
  return { customer: merged as Customer, shown };
};
