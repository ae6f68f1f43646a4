import type { CrmFailure } from "../../model/crm_failure.ts";
import { statusFailure } from "../../upstream/classify.ts";
import { isPage, type Reply } from "../reply.ts";
import { withoutPersons } from "../without_persons.ts";

/** What the body of a 4xx says is not published: its raw text, cut, without what could name a person. */
export const refusalWords = ({ status, text }: Reply): string => {
  const said = withoutPersons((text ?? "").slice(0, 300)).trim();
  return said === "" ? `HTTP ${status}` : `HTTP ${status} ${said}`;
};

/**
 * What an answer other than 2xx means (contracts/ometria.md 2).
 * @param notFound what a 404 means for this call.
 */
export const failureOf =
  (now: number, notFound?: CrmFailure) =>
  (reply: Reply): CrmFailure => {
    if (reply.status === 404)
      return notFound !== undefined && !isPage(reply)
        ? notFound
        : { kind: "set_up_fault", detail: `${reply.what}: HTTP 404, check api_url` };
    const failure = statusFailure(reply.status, reply.headers, reply.what, now);
    return failure.kind === "refused"
      ? { kind: "refused", detail: `${reply.what}: ${refusalWords(reply)}` }
      : failure;
  };
