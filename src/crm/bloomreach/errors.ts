import type { CrmFailure } from "../../model/crm_failure.ts";
import { statusFailure } from "../../upstream/classify.ts";
import { isPage, succeeded, type Reply } from "../reply.ts";
import { withoutPersons } from "../without_persons.ts";

const flat = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(flat) : [];
};

/** What Bloomreach says of a fault: `error`, `errors` and `message` all occur (contracts/bloomreach.md 2). */
export const textsOf = (json: unknown): string =>
  typeof json === "object" && json !== null
    ? ["error", "errors", "message"]
        .flatMap((member) => flat((json as Record<string, unknown>)[member]))
        .join("; ")
    : "";

/** Judged by `success` as well as by the status; not every answer has it. */
export const isRight = ({ json, ...reply }: Reply): boolean =>
  succeeded({ json, ...reply }) &&
  !(typeof json === "object" && json !== null && "success" in json && json.success === false);

const setUp = /authenticat|authoriz|access key|secret|permission|project id|no id type/i;

/** Words of a refusal; they may quote what was sent. */
export const refusalOf = (what: string, texts: string): CrmFailure => {
  const detail = `${what}: ${withoutPersons(texts.slice(0, 200))}`;
  if (/customer does not exist/i.test(texts)) return { kind: "customer_not_found" };
  return setUp.test(texts) ? { kind: "set_up_fault", detail } : { kind: "refused", detail };
};

export const failureOf = (reply: Reply, now: number): CrmFailure => {
  const { status, headers, what } = reply;
  const texts = textsOf(reply.json);
  const isClear = status < 500 && status !== 429 && status !== 408;
  if (texts !== "" && isClear) {
    const told = refusalOf(`${what}: HTTP ${status}`, texts);
    // Another 404 is of the address, not of the customer.
    if (told.kind !== "refused" || (status !== 404 && status < 401) || status < 300) return told;
  }
  if (status === 404 || (succeeded(reply) && isPage(reply)))
    return { kind: "set_up_fault", detail: `${what}: HTTP ${status}, check api_url` };
  return statusFailure(status, headers, what, now);
};
