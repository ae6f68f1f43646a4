import { isObject, type Json, type JsonObject } from "../json.ts";
import { ok, type Reply, reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { type CommandName, checkedCommand } from "./commands.ts";
import { type Refusal, refusal, refused } from "./errors.ts";
import type { ApiKey } from "./model.ts";
import { enqueue, type Origin, recordRefused } from "./queue.ts";
import type { BloomreachStore } from "./store.ts";

/** `GET /system/time`: the credential probe of the vendor's own module (contracts/bloomreach.md §1). */
export function systemTime(store: BloomreachStore): Reply {
  return ok({ success: true, time: store.seconds() });
}

/** `POST /customers` and `POST /customers/events`: 200 means received, nothing more (published). */
export function single(store: BloomreachStore, name: CommandName, call: Call, key: ApiKey): Reply {
  const problem = received(store, key, name, call.json, originOf(store, call, key));
  return problem === undefined
    ? ok({ errors: [], success: true })
    : refused(store.profile, problem);
}

/** `POST /batch`: results by position, each judged alone, `command_id` echoed (published). */
export function batch(store: BloomreachStore, call: Call, key: ApiKey): Reply {
  const started = store.seconds();
  const commands = isObject(call.json) ? call.json["commands"] : undefined;
  if (!Array.isArray(commands) || commands.length === 0)
    return reply(400, { success: false, message: "No commands" });
  if (!commands.every((command) => isObject(command)))
    return reply(400, { success: false, message: "Invalid JSON" });
  // (assumed) status and text; the limit itself is published.
  if (commands.length > store.profile.batchCommands)
    return reply(400, { success: false, message: "Too many commands" });
  const origin = originOf(store, call, key);
  const results = commands.map((command, index) =>
    result(store, key, command, { ...origin, index }),
  );
  return ok({ start_time: started, end_time: store.seconds(), success: true, results });
}

function result(
  store: BloomreachStore,
  key: ApiKey,
  command: JsonObject,
  origin: Origin,
): JsonObject {
  const { name, command_id: given } = command;
  const echoed: JsonObject = given === undefined ? {} : { command_id: given };
  const strange = strangeMember(store, command);
  const failed = (problem: Refusal): JsonObject => ({
    success: false,
    errors: problem.errors,
    ...echoed,
  });
  if (strange !== undefined) return failed(refusal(400, strange));
  if (name === "system/time") return { success: true, time: store.seconds(), ...echoed };
  if (name !== "customers" && name !== "customers/events")
    return failed(refusal(400, "Unknown command")); // (assumed) text
  const commandId = typeof given === "string" ? given : null;
  const problem = received(store, key, name, command["data"], { ...origin, commandId });
  return problem === undefined ? { success: true, ...echoed } : failed(problem);
}

/** (assumed) texts */
function strangeMember(store: BloomreachStore, command: JsonObject): string | undefined {
  const id = command["command_id"];
  if (id !== undefined && typeof id !== "string") return "command_id must be a string.";
  if (store.profile.unknownMembers === "ignore") return undefined;
  const unknown = Object.keys(command).find(
    (member) => !["name", "command_id", "data"].includes(member),
  );
  return unknown === undefined ? undefined : `${unknown} is not a member of a command.`;
}

function originOf(store: BloomreachStore, { seq }: Call, { kind }: ApiKey): Origin {
  const source = kind === "private" ? "private_api" : "public_api";
  return { received: store.clock.now(), seq, index: 0, commandId: null, source };
}

function received(
  store: BloomreachStore,
  key: ApiKey,
  name: CommandName,
  data: Json | undefined,
  origin: Origin,
): Refusal | undefined {
  const command = checkedCommand(store, key, name, data);
  if (!("errors" in command)) {
    enqueue(store, name, command, origin);
    return undefined;
  }
  recordRefused(store, name, isObject(data) ? data : {}, origin, command.errors);
  return command;
}
