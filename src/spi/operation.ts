import type { Context } from "hono";
import type { Answer, TillCall } from "./till_call.ts";

/** A request to the SPI, with the id that every answer carries. */
export type Spi = Context<{ Variables: { requestId: string } }>;

/** What stands behind one route. */
export type Operation = (call: TillCall, c: Spi) => Promise<Answer>;
