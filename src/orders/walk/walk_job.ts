import { unreachable } from "../../model/outcome.ts";
import type { OrderFilter, SitooClient } from "../../sitoo/client.ts";
import type { SitooAnswer } from "../../sitoo/sitoo_answer.ts";
import type { DeadLetter } from "../../tenants/dead_letters.ts";
import type { SitooAccount, Tenant } from "../../tenants/tenant.ts";
import { backoff } from "../backoff.ts";
import type { OpenJournal } from "./walk_journals.ts";
import type { WalkPlace } from "./walk_name.ts";
import { readPage, type WalkPage } from "./walk_page.ts";

export type WalkSitoo = Pick<SitooClient, "heads">;

/** What a step of a walk works with: opened anew for each slice of work. */
export type Scene = {
  readonly place: WalkPlace;
  readonly tenant: Tenant;
  readonly account: SitooAccount;
  readonly sitoo: WalkSitoo;
};

/** Everything outside the object. */
export type WalkDeps = {
  readonly tenant: (name: string) => Promise<Tenant | undefined>;
  readonly sitoo: (account: SitooAccount) => WalkSitoo;
  readonly journal: OpenJournal;
  readonly deadLetter: (entries: readonly DeadLetter[]) => Promise<void>;
  /** Takes a dead letter out of sight whose cause is gone. */
  readonly mended: (tenant: string, id: string) => Promise<unknown>;
  /** Names orders and outcomes, never a person. */
  readonly log: (entry: Readonly<Record<string, string | number | boolean>>) => void;
};

/** Why a step did not get on. It is tried again, and nothing that it was about counts as done. */
export type Fault = { readonly detail: string; readonly retryAfterMs?: number };

/**
 * One of the things that a walk does. A step is one page or less and leaves its place durable, so that
 * the object may stop between any two of them.
 */
export type WalkJob = {
  readonly name: "catch_up" | "backfill" | "proof";
  /** Epoch milliseconds; undefined when there is nothing to do. */
  dueAt(): number | undefined;
  step(scene: Scene): Promise<Fault | undefined>;
  failed(fault: Fault): void;
};

/** @param attempt how many have failed before. */
export const nextTry = (attempt: number, fault: Fault, now: number): number =>
  now + backoff(attempt + 1, fault.retryAfterMs);

/** Far below what others use, and small enough where Sitoo answers whole orders in spite of `fields`. */
export const pageSize = 250;
const askMs = 20_000;

/** One page of the list by ascending ids. */
export const askPage = async (
  sitoo: WalkSitoo,
  filter: OrderFilter,
  { from, fields, now }: { from: number; fields: readonly string[]; now: number },
): Promise<Extract<WalkPage, { kind: "page" }> | ({ readonly kind: "fault" } & Fault)> => {
  const asked = { ...filter, orderIdFrom: from, num: pageSize, sort: "orderid" } as const;
  const answer = await sitoo.heads(asked, fields, now + askMs);
  return answer.kind === "found"
    ? readPage(from, answer.value)
    : { kind: "fault", ...faultOf(answer) };
};

export const faultOf = (answer: Exclude<SitooAnswer<unknown>, { kind: "found" }>): Fault => {
  switch (answer.kind) {
    case "gone":
      return { detail: "Sitoo answered 404 to the list of orders" };
    case "set_up_fault":
    case "unreadable":
      return { detail: answer.detail };
    case "retry":
      return {
        detail: answer.detail,
        ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
      };
    default:
      return unreachable(answer);
  }
};
