import { failed, ok } from "../model/outcome.ts";
import type { ConsentWire } from "./contract_answers.ts";
import { fromFailure } from "./problem.ts";
import { crmCall, type Answer, type TillCall } from "./till_call.ts";

/** `GET /consents` (contracts/sitoo.md 2.2, row 9; shape assumed from v1). */
export const listConsents = async (call: TillCall): Promise<Answer> => {
  const consents = await call.stopwatch.time("crm", call.crm.consents(crmCall(call)));
  if (!consents.ok) return failed(fromFailure(consents.failure));
  const body = consents.value.map((consent): ConsentWire => ({
    consent_id: consent.id,
    name: consent.name,
    description: consent.description ?? "",
    value: consent.value,
  }));
  return ok({ status: 200, body });
};
