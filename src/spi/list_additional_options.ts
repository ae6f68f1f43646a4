import { ok } from "../model/outcome.ts";
import type { Answer } from "./till_call.ts";

/** `GET /additional_options`: `[]`, as no CRM behind the gateway has any (contracts/sitoo.md 2.2, row 10). */
export const listAdditionalOptions = (): Promise<Answer> =>
  Promise.resolve(ok({ status: 200, body: [] }));
