import * as z from "zod";
import type { JsonObject } from "../json.ts";
import { ok, type Reply } from "../reply.ts";
import type { Call } from "../router.ts";
import { bodyOf } from "./body.ts";
import { Refused } from "./errors.ts";
import type { Promotion } from "./model.ts";
import { required, wholeNumber } from "./query.ts";
import { texts, when, whole } from "./schema.ts";
import { found, pageOf } from "./search.ts";
import type { OmniumStore } from "./store.ts";

const searchSchema = z.strictObject({
  activeFrom: when,
  activeTo: when,
  activatedBeforeDate: when,
  endedAfterDate: when,
  marketIds: texts,
  page: whole,
  take: whole,
});

export function read(store: OmniumStore, call: Call): Reply {
  return ok(promotionView(promotionOf(store, call)));
}

/** `POST /Promotions/Search`: pages from 1, 10 when not said (published). No search lag: nothing here writes them. */
export function search(store: OmniumStore, call: Call): Reply {
  const wanted = bodyOf(call, searchSchema, store.profile);
  const page = pageOf(wanted, 1);
  const rows = store.promotions.all().filter(({ fields }) => {
    const markets = Array.isArray(fields["markets"]) ? fields["markets"] : [];
    const [from, to] = [time(fields["activeFrom"]), time(fields["activeTo"])];
    return (
      (!wanted.activeFrom || from >= Date.parse(wanted.activeFrom)) &&
      (!wanted.activatedBeforeDate || from <= Date.parse(wanted.activatedBeforeDate)) &&
      (!wanted.activeTo || to <= Date.parse(wanted.activeTo)) &&
      (!wanted.endedAfterDate || to >= Date.parse(wanted.endedAfterDate)) &&
      (!wanted.marketIds?.length || wanted.marketIds.some((id) => markets.includes(id)))
    );
  });
  return found(rows.map(promotionView), page);
}

/** A GET that writes; at most 1000 (published). Length 8 when not said (assumed). */
export function generateCoupons(store: OmniumStore, call: Call): Reply {
  const promotion = promotionOf(store, call);
  required(call, "numberOfCouponsToGenerate");
  const wanted = wholeNumber(call, "numberOfCouponsToGenerate", 0);
  const length = wholeNumber(call, "couponCharLength", 8);
  if (wanted < 1 || wanted > 1000)
    throw new Refused(400, "numberOfCouponsToGenerate must be 1 to 1000.");
  if (length < 4 || length > 32) throw new Refused(400, "couponCharLength must be 4 to 32.");
  const codes = Array.from({ length: wanted }, () =>
    crypto.randomUUID().replaceAll("-", "").toUpperCase().slice(0, length),
  );
  const made = codes.map((couponCode) => ({ couponCode, canOnlyBeUsedOnce: true, used: false }));
  store.promotions.put({
    ...promotion,
    additionalCoupons: [...promotion.additionalCoupons, ...made],
  });
  return ok(codes);
}

export function promotionView(promotion: Promotion): JsonObject {
  return {
    ...promotion.fields,
    id: promotion.id,
    additionalCoupons: promotion.additionalCoupons.map((coupon) => ({ ...coupon })),
  };
}

function promotionOf(store: OmniumStore, call: Call): Promotion {
  const id = call.params["id"] ?? "";
  const promotion = store.promotions.get(id);
  if (promotion === undefined) throw new Refused(404, `There is no promotion ${id}.`);
  return promotion;
}

function time(value: unknown): number {
  return typeof value === "string" ? Date.parse(value) : Number.NaN;
}
