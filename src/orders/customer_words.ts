import { unreachable } from "../model/outcome.ts";
import type { Resolved } from "./resolve_customer.ts";

/** How the customer was looked for, for the trace: kinds of keys, never a key. */
export const customerWords = (resolved: Resolved): string => {
  const { nobodyBy, foreignId } = resolved.searched;
  return [
    came(resolved),
    ...(nobodyBy.length === 0 ? [] : [`nobody by ${nobodyBy.map(spaced).join(", ")}`]),
    ...(foreignId ? ["its customer id is another CRM's"] : []),
  ]
    .filter((words) => words !== "")
    .join("; ");
};

const came = (resolved: Resolved): string => {
  switch (resolved.kind) {
    case "found":
      return resolved.by === "created" ? "customer created" : `customer by ${spaced(resolved.by)}`;
    case "anonymous":
      return "no key of a customer";
    case "retry":
      return resolved.by === "created"
        ? "customer was to be created"
        : `asked by ${spaced(resolved.by)}`;
    case "skip":
    case "dead_letter":
      return "";
    default:
      return unreachable(resolved);
  }
};

const spaced = (by: string): string => by.replaceAll("_", " ");
