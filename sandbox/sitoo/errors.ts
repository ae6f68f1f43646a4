import { type Reply, reply } from "../reply.ts";

/** `{statuscode, errortext}` (published). */
export function refuse(status: number, errortext: string): Reply {
  return reply(status, { statuscode: status, errortext });
}
