import { loadedWhenAsked } from "../loaded_when_asked.ts";
import type { Crm } from "../port.ts";
import type { KeyShardsDeps } from "./key_shards.ts";

/**
 * The CRM with what it lacks (design.md 5), for everybody above the port. A CRM that lacks nothing is
 * answered as it is: it costs no call, and an isolate does not even read the code.
 */
export const supplied = (crm: Crm, deps: KeyShardsDeps): Crm => {
  const { capabilities } = crm;
  const { searchBy, indexedBy, writesShowWithinMs } = capabilities;
  if (indexedBy.length === 0 && writesShowWithinMs === 0) return crm;
  return loadedWhenAsked({ ...capabilities, searchBy: [...searchBy, ...indexedBy] }, async () => {
    const { supplyCrm } = await import("./supplied_crm.ts");
    return supplyCrm(crm, deps);
  });
};
