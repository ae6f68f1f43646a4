import * as z from "zod";
import { isObject, type Json, type JsonObject, text } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { refuse } from "./errors.ts";
import { email } from "./field_rules.ts";
import { problemsOf } from "./problems.ts";
import type { OmetriaStore } from "./store.ts";

const party = z.strictObject({ email, name: z.string().optional() });

/** contracts/ometria.md §9. The insides of content and attachments are not published: see `isPdf`. */
const schema = z.strictObject({
  template_id: z.int().optional(),
  content: z.union([z.string().min(1), z.record(z.string(), z.json())]).optional(),
  transactional: z.literal(true),
  subject: z.string().min(1),
  stream: z.string().min(1),
  sandbox: z.boolean().optional(),
  from: party,
  reply_to: party.optional(),
  to: party,
  profile_id: z.string().min(1).optional(),
  data: z.record(z.string(), z.json()).optional(),
  attachments: z.array(z.json()).optional(),
});

/**
 * `POST /v2/transactional-email/send`. Synchronous, blind to opt-ins and suppression (published), and without any
 * idempotency: two sends are two e-mails. The status and body of a refusal are (assumed).
 */
export function send(store: OmetriaStore, call: Call): Reply {
  const body = call.json;
  if (!isObject(body)) return refuse(400, "Expected an object.");
  const [problem] = problemsOf(schema, body, store.profile.unknownFields);
  if (problem !== undefined) return refuse(400, `${problem.path} ${problem.message}`);
  const wrong = ownProblem(store, body);
  if (wrong !== undefined) return refuse(400, wrong);
  const number = store.next("mail");
  store.mails.put({
    number,
    seq: call.seq,
    at: store.clock.iso(),
    body,
    delivered: body["sandbox"] !== true,
    blank: blankFields(store, body),
  });
  return store.profile.mailAnswer === "empty" ? { status: 200 } : ok({ status: "OK" });
}

function ownProblem(store: OmetriaStore, body: JsonObject): string | undefined {
  const { template_id: template, content, stream, attachments, profile_id: profileId } = body;
  if ((template === undefined) === (content === undefined))
    return "Send either template_id or content.";
  if (template !== undefined && !store.profile.templates.some(({ id }) => id === template))
    return "There is no such template.";
  // (assumed, test policy) the vendor's form says lower case and no spaces, its sample says "Orders".
  if (store.profile.strictStream && !/^[a-z0-9_-]+$/.test(text(stream) ?? ""))
    return "stream must be lower case, without spaces.";
  if (typeof profileId === "string" && store.profiles.get(profileId) === undefined)
    return "There is no such profile.";
  // One bad PDF fails the whole call (published).
  if (Array.isArray(attachments) && !attachments.every(isPdf))
    return "An attachment is not a PDF in base64.";
  return undefined;
}

/** (assumed) an attachment is an object, and one of its texts is a PDF in base64. */
function isPdf(attachment: Json): boolean {
  if (!isObject(attachment)) return false;
  return Object.values(attachment).some((value) => {
    if (typeof value !== "string" || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return false;
    try {
      return atob(value).startsWith("%PDF-");
    } catch {
      return false;
    }
  });
}

/** What the template would leave empty: the template is the contract (contracts/ometria.md §9). */
function blankFields(store: OmetriaStore, body: JsonObject): string[] {
  const uses = store.profile.templates.find(({ id }) => id === body["template_id"])?.uses ?? [];
  return uses.filter((path) => {
    let value: Json | undefined = body["data"];
    for (const step of path.split(".")) value = isObject(value) ? value[step] : undefined;
    return value === undefined || value === null || value === "";
  });
}
