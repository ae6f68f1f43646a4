import * as z from "zod";
import { failed, ok, type Outcome } from "../model/outcome.ts";
import { badRequest, type Problem } from "./problem.ts";
import type { Operation, Spi } from "./operation.ts";
import type { Answer, TillCall } from "./till_call.ts";

const issueField = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? "body" : path.map(String).join(".");

/** Reads and checks a JSON body; every fault names its field. An absent body is `{}` where that is allowed. */
const readBody = async <Schema extends z.ZodType>(
  c: Spi,
  schema: Schema,
  mayBeAbsent = false,
): Promise<Outcome<z.output<Schema>, Problem>> => {
  const text = await c.req.text();
  let json: unknown = {};
  if (text.trim() !== "" || !mayBeAbsent) {
    try {
      json = JSON.parse(text);
    } catch {
      return failed(badRequest({ field: "body", message: "is not JSON" }));
    }
  }
  const read = schema.safeParse(json);
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
  <Schema extends z.ZodType>(
    schema: Schema,
    run: (call: TillCall, body: z.output<Schema>, c: Spi) => Promise<Answer>,
    mayBeAbsent = false,
  ): Operation =>
  async (call, c) => {
    const body = await readBody(c, schema, mayBeAbsent);
    return body.ok ? run(call, body.value, c) : failed(body.failure);
  };
