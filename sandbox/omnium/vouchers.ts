import { Big } from "big.js";
import * as z from "zod";
import type { JsonObject } from "../json.ts";
import { toJson } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { bodyOf } from "./body.ts";
import { shown } from "./customer_view.ts";
import { Refused } from "./errors.ts";
import type { Voucher } from "./model.ts";
import { decimal, jsonNumber } from "./money.ts";
import { text, texts, voucherSchema, whole } from "./schema.ts";
import { found, nextScroll, pageOf, sorted, startScroll } from "./search.ts";
import type { OmniumStore } from "./store.ts";

const MEMBERS = Object.keys(voucherSchema.shape);
const searchSchema = z.strictObject({
  customerIds: texts,
  statuses: z.array(z.enum(["Available", "Applied", "Redeemed", "Expired"])).nullish(),
  page: whole,
  take: whole,
  sortOrder: text,
});

/**
 * `PUT /Vouchers`: made when the id is null, else saved as it was sent. Omnium has no atomic redeem and looks at no
 * status, so a missing ledger shows as a second save with Redeemed (contracts/omnium.md §6, §16.7).
 */
export function put(store: OmniumStore, call: Call): Reply {
  const body = bodyOf(call, voucherSchema, store.profile);
  const old = body.id ? store.vouchers.get(body.id) : undefined;
  // (assumed) an id that Omnium did not give is not made into a voucher.
  if (body.id && old === undefined) throw new Refused(404, `There is no voucher ${body.id}.`);
  const write = store.stamp(call);
  const sent = given(store, body as JsonObject, old);
  const [from, to] = [old?.status ?? null, sent.status];
  if (from === "Redeemed" && to === "Available" && !store.profile.redeemedToAvailable)
    throw new Refused(400, "A redeemed voucher cannot become available again.");
  const saved = store.saveVoucher({
    ...sent,
    id: old?.id ?? crypto.randomUUID(),
    created: old?.created ?? write.at,
    modified: write.at,
    history: [...(old?.history ?? []), { ...write, from, to }],
  });
  // (assumed) 200 with the voucher: no answer is published.
  return ok(voucherView(store, saved));
}

/** (assumed) what a body leaves out is lost, as in .NET a missing member is its default; or it stays (voucherPut). */
function given(
  store: OmniumStore,
  body: JsonObject,
  old: Voucher | undefined,
): Omit<Voucher, "id" | "created" | "modified" | "history"> {
  const before = old === undefined ? {} : toJson({ ...old, amount: Number(old.amount) });
  const kept = store.profile.voucherPut === "merge" ? before : {};
  const all: JsonObject = { ...kept, ...body };
  return {
    voucherNumber: word(all["voucherNumber"]) ?? (old === undefined ? number(store) : null),
    customerId: word(all["customerId"]),
    amount: decimal(all["amount"]).toString(),
    currency: word(all["currency"]),
    expiryDate: word(all["expiryDate"]),
    status: word(all["status"]),
    externalIds: Array.isArray(all["externalIds"]) ? (all["externalIds"] as JsonObject[]) : null,
  };
}

function word(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function number(store: OmniumStore): string {
  return String(store.nextNumber("voucherNumber", 700_001));
}

export function remove(store: OmniumStore, call: Call): Reply {
  const id = call.params["id"] ?? "";
  if (store.vouchers.get(id) === undefined) throw new Refused(404, `There is no voucher ${id}.`);
  store.vouchers.delete(id);
  store.index.vouchers.delete(id);
  return { status: 204 };
}

/** `POST /Vouchers/Search`: the only way to read one; it sees writes as late as any search. Pages from 0 (assumed). */
export function search(store: OmniumStore, call: Call): Reply {
  const wanted = bodyOf(call, searchSchema, store.profile);
  return found(views(store, wanted), pageOf(wanted, 0));
}

export function scroll(store: OmniumStore, call: Call): Reply {
  const wanted = bodyOf(call, searchSchema, store.profile);
  const { take } = pageOf({ take: wanted.take }, 0);
  return startScroll(store, "vouchers", views(store, wanted), take);
}

export function scrollOn(store: OmniumStore, call: Call): Reply {
  return nextScroll(store, "vouchers", call);
}

function views(store: OmniumStore, wanted: z.infer<typeof searchSchema>): JsonObject[] {
  const { customerIds, statuses } = wanted;
  const rows = store.index.vouchers
    .rows()
    .filter(
      (row) =>
        (!customerIds?.length || customerIds.some((id) => id === row.customerId)) &&
        (!statuses?.length || statuses.some((status) => status === row.status)),
    );
  return sorted(rows, wanted.sortOrder).map((row) => voucherView(store, row));
}

export function voucherView(store: OmniumStore, voucher: Voucher): JsonObject {
  const { amount, ...rest } = voucher;
  return shown(
    { externalIds: [], ...toJson(rest), amount: jsonNumber(new Big(amount)) },
    MEMBERS,
    store.profile,
  );
}
