import * as z from "zod";
import type { GatewayAccess } from "./gateway_access.ts";
import { plain } from "./output.ts";
import { Refusal } from "./refusal.ts";

const refusal = z.object({ error_data: z.object({ message: z.string() }) });

const answersWithinMs = 60_000;

/** Codes of Node for an address that nobody listens at, or that does not exist. */
const codeOf = (fault: unknown): string => {
  const cause = fault instanceof Error ? fault.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (fault instanceof Error && fault.name === "TimeoutError") return "no answer in a minute";
  return typeof code === "string" ? code : "no connection";
};

const notRunning = ({ url, remote }: GatewayAccess, fault: unknown): Refusal =>
  new Refusal(
    2,
    remote
      ? `the gateway at ${url} cannot be reached (${codeOf(fault)}); is GATEWAY_URL its address?`
      : `the local gateway at ${url} does not answer (${codeOf(fault)}), and this command asks the running one; start it with \`npm start\`, or use --remote with GATEWAY_URL and ADMIN_TOKEN`,
  );

const notAccepted = ({ url, remote }: GatewayAccess): Refusal =>
  new Refusal(
    2,
    remote
      ? `the gateway at ${url} does not accept ADMIN_TOKEN; it is the one that \`wrangler secret put ADMIN_TOKEN\` stored last`
      : `the gateway at ${url} does not accept the token of this state; another one is running there: set STATE_DIR to the one that it was started with`,
  );

const pathOf = (segments: readonly string[]): string => {
  // These two would walk out of the path that they stand in.
  const bad = segments.find((segment) => ["", ".", ".."].includes(segment));
  if (bad !== undefined) throw new Refusal(2, `"${bad}" is no id`);
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join("");
};

/**
 * One call of the operations API (docs/admin.md), below `/admin/tenants`.
 * Ends the command with 1 when the gateway refuses, with 2 when there is none to talk to.
 */
export const callAdmin = async <Answer>(
  access: GatewayAccess,
  call: {
    readonly segments: readonly string[];
    readonly query?: Readonly<Record<string, string>>;
    /** Makes it a POST. */
    readonly body?: unknown;
    readonly method?: "DELETE";
  },
  answer: z.ZodType<Answer>,
): Promise<Answer> => {
  const query = call.query === undefined ? "" : `?${new URLSearchParams(call.query).toString()}`;
  const address = `${access.url}/admin/tenants${pathOf(call.segments)}${query}`;
  const got = await fetch(address, {
    method: call.method ?? (call.body === undefined ? "GET" : "POST"),
    headers: {
      Authorization: `Bearer ${access.token}`,
      ...(call.body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    redirect: "manual",
    signal: AbortSignal.timeout(answersWithinMs),
  })
    .then(async (response) => ({ status: response.status, text: await response.text() }))
    .catch((fault: unknown) => {
      throw notRunning(access, fault);
    });
  let json: unknown;
  try {
    json = JSON.parse(got.text);
  } catch {
    json = undefined;
  }
  if (got.status === 401) throw notAccepted(access);
  if (got.status !== 200) {
    const { data } = refusal.safeParse(json);
    if (data === undefined)
      throw new Refusal(
        2,
        `${access.url} answered ${got.status}, not as the gateway does; is it the gateway's address?`,
      );
    throw new Refusal(got.status < 500 ? 1 : 2, plain(data.error_data.message));
  }
  const read = answer.safeParse(json);
  if (read.success) return read.data;
  // The place alone: the value could be anything.
  const where = read.error.issues[0]?.path.join(".") ?? "";
  throw new Refusal(
    2,
    `the gateway's answer cannot be read${where === "" ? "" : ` at ${where}`}; it may be of another version than this command`,
  );
};
