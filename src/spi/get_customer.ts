import { failed, ok } from "../model/outcome.ts";
import { readCard } from "./card.ts";
import { customerAnswer } from "./customer_answer.ts";
import { fromFailure } from "./problem.ts";
import { isCustomerId } from "./search_key.ts";
import type { Answer, TillCall } from "./till_call.ts";

/** `GET /customers/{customer_id}`: 200, or 404 (contracts/sitoo.md 2.2, row 4). */
export const getCustomer = async (call: TillCall, customerId: string): Promise<Answer> => {
  if (!isCustomerId(customerId)) return failed(fromFailure({ kind: "customer_not_found" }));
  const card = await readCard({ id: customerId }, call);
  return card.ok
    ? ok({ status: 200, body: await customerAnswer(card.value, call) })
    : failed(fromFailure(card.failure));
};
