import type * as z from "zod/mini";
import { englishFault } from "../model/english_fault.ts";
import { failed, ok, type Outcome } from "../model/outcome.ts";
import { readBodyText } from "../tenants/body_text.ts";
import { badRequest, type Problem } from "./problem.ts";
import type { Operation, Spi } from "./operation.ts";
import type { Answer, TillCall } from "./till_call.ts";

const largestBody = 256 * 1024;

export const readBody = async (c: Spi): Promise<Outcome<string, Problem>> => {
  const text = await readBodyText(c.req.raw, largestBody);
  return text === undefined
    ? failed(badRequest({ field: "body", message: "is larger than 256 KiB" }))
    : ok(text);
};

const issueField = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? "body" : path.map(String).join(".");

/** Checks a JSON body; every fault names its field. An absent body is `{}` where that is allowed. */
const parseBody = <Schema extends z.ZodMiniType>(
  text: string,
  schema: Schema,
  mayBeAbsent: boolean,
): Outcome<z.output<Schema>, Problem> => {
  let json: unknown = {};
  if (text.trim() !== "" || !mayBeAbsent) {
    try {
      json = JSON.parse(text);
    } catch {
      return failed(badRequest({ field: "body", message: "is not JSON" }));
    }
  }
  const read = schema.safeParse(json, { error: englishFault });
  if (read.success) return ok(read.data);
  return failed(
    badRequest(
      ...read.error.issues.map((issue) => ({
        field: issueField(issue.path),
        message: issue.message,
      })),
    ),
  );
};

/** An operation that takes a JSON body. */
export const withBody =
  <Schema extends z.ZodMiniType>(
    schema: Schema,
    run: (call: TillCall, body: z.output<Schema>, c: Spi) => Promise<Answer>,
    mayBeAbsent = false,
  ): Operation =>
  async (call, c) => {
    const body = parseBody(call.body, schema, mayBeAbsent);
    return body.ok ? run(call, body.value, c) : failed(body.failure);
  };
