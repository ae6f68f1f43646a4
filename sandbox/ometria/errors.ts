import { type Reply, reply } from "../reply.ts";

/** Bodies of a 4xx are not published; this shape is (assumed), contracts/ometria.md §2. */
export function refuse(status: number, message: string): Reply {
  return reply(status, { status: "ERROR", message });
}

/** A request that cannot be served as it stands; the vendor turns it into a 400. */
export class BadRequest extends Error {}
