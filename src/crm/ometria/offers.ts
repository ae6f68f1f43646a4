import type { Promotion } from "../../model/instrument.ts";
import { ok } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, Instruments } from "../port.ts";
import type { Ometria } from "./client.ts";
import { readKnown } from "./customer_reads.ts";
import { tagsOf } from "./wire.ts";

const nothing: Instruments = {
  promotions: [],
  bonusChecks: [],
  voucherPasswords: [],
  sections: [],
  degraded: [],
};

/** Promotions that tags of the profile bring. Ometria redeems nothing: the ledger knows which are used. */
export const instruments = async (
  ometria: Ometria,
  customerId: string,
  call: CrmCall,
): CrmOutcome<Instruments> => {
  const table = ometria.settings.promotionsFromTags;
  if (table.length === 0) return ok(nothing);
  const read = await readKnown(ometria, customerId, call);
  if (!read.ok) return read;
  const tags = new Set(
    (read.value.profile === undefined ? [] : tagsOf(read.value.profile)).map((tag) =>
      tag.toLowerCase(),
    ),
  );
  const promotions = table.flatMap(({ tag, ...promotion }): readonly Promotion[] =>
    tags.has(tag.toLowerCase()) ? [{ kind: "promotion", ...promotion, redeemed: false }] : [],
  );
  return ok({ ...nothing, promotions });
};
