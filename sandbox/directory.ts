import { DurableObject } from "cloudflare:workers";
import { movedOffset } from "./clock.ts";
import type { SandboxEnv } from "./env.ts";

/** Knows every instance that was touched, so that one call can move all their clocks. */
export class SandboxDirectory extends DurableObject<SandboxEnv> {
  constructor(ctx: DurableObjectState, env: SandboxEnv) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS instances (service TEXT, name TEXT, PRIMARY KEY (service, name))",
    );
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS clock (one INTEGER PRIMARY KEY CHECK (one = 1), offset INTEGER NOT NULL)",
    );
  }

  /** Called by an instance on first touch; it starts with the clock that all others have. */
  join(service: string, name: string): number {
    this.ctx.storage.sql.exec(
      "INSERT OR IGNORE INTO instances (service, name) VALUES (?, ?)",
      service,
      name,
    );
    return this.#offset();
  }

  instances(): { service: string; name: string }[] {
    return this.ctx.storage.sql
      .exec<{ service: string; name: string }>("SELECT service, name FROM instances ORDER BY 1, 2")
      .toArray();
  }

  /** Moves the common clock; undefined when the body says neither `advanceMs` nor `set`. */
  move(body: { advanceMs?: unknown; set?: unknown }): number | undefined {
    const offset = movedOffset(this.#offset(), body);
    if (offset === undefined) return undefined;
    this.ctx.storage.sql.exec("INSERT OR REPLACE INTO clock (one, offset) VALUES (1, ?)", offset);
    return offset;
  }

  #offset(): number {
    const [row] = this.ctx.storage.sql
      .exec<{ offset: number }>("SELECT offset FROM clock")
      .toArray();
    return row?.offset ?? 0;
  }
}
