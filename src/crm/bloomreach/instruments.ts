import type { CrmFailure } from "../../model/crm_failure.ts";
import type { InstrumentRef } from "../../model/instrument.ts";
import { failed, ok, type Outcome } from "../../model/outcome.ts";
import type { CrmCall, CrmOutcome, Instruments, InstrumentStatus } from "../port.ts";
import { shownPart } from "../shown_part.ts";
import { readCustomer, type Values } from "./attributes.ts";
import { addressOf, type Project, unknownCustomer } from "./customers.ts";
import {
  bonusCheckOf,
  entriesOf,
  hasExpired,
  type Item,
  itemOf,
  promotionOf,
} from "./instrument_items.ts";
import { isMet } from "./profile.ts";
import { isoOf } from "./times.ts";

type Parts = { readonly [Kind in InstrumentRef["kind"]]: Outcome<readonly unknown[], CrmFailure> };

const notAList = failed({ kind: "unreadable", detail: "bloomreach: not a list" } as const);

const listOf = (values: Values, source: string | undefined): Parts["promotion"] => {
  const entries = source === undefined ? [] : entriesOf(values.of(source));
  return entries === undefined ? notAList : ok(entries);
};

const readParts = async (
  project: Project,
  customerId: string,
  call: CrmCall,
): CrmOutcome<Parts> => {
  const { settings } = project;
  const { bonusChecks, promotions, offers } = settings;
  const sources = [
    ...[bonusChecks, promotions].flatMap((source) => source ?? []),
    ...offers.map(({ source }) => source),
  ];
  if (sources.length === 0) return ok({ promotion: ok([]), bonus_check: ok([]) });
  const ids = await addressOf(project, customerId);
  if (ids === undefined) return failed(unknownCustomer);
  const values = await readCustomer(project, ids, sources, call);
  if (!values.ok) return values;
  const listed = listOf(values.value, promotions);
  const { promotionFields: names } = settings;
  const theirs = (own: string) => names[own] ?? own;
  const given = offers
    .filter(({ source, value }) => isMet(values.value.of(source), value))
    .map((offer) => ({
      [theirs("id")]: offer.id,
      [theirs("name")]: offer.name,
      [theirs("type")]: offer.type,
      [theirs("value")]: offer.amount,
    }));
  return ok({
    promotion: listed.ok ? ok([...listed.value, ...given]) : listed,
    bonus_check: listOf(values.value, bonusChecks),
  });
};

/** One entry for each id, the first: a list that a scenario adds to twice is one instrument still. */
const itemsOf = (
  { settings }: Project,
  kind: InstrumentRef["kind"],
  entries: readonly unknown[],
): (Item | undefined)[] => {
  const names = kind === "promotion" ? settings.promotionFields : settings.bonusCheckFields;
  const items = entries.map((entry) => itemOf(entry, names));
  return items.filter(
    (item, at) => item === undefined || items.findIndex((one) => one?.id === item.id) === at,
  );
};

/** Contracts/bloomreach.md 10: what has been used through the gateway, the ledger lays over it. */
export const instruments = async (
  project: Project,
  customerId: string,
  call: CrmCall,
): CrmOutcome<Instruments> => {
  const parts = await readParts(project, customerId, call);
  if (!parts.ok) return parts;
  const { settings, market, log } = project;
  const live = <Shown>(kind: InstrumentRef["kind"], map: (item: Item) => Shown | undefined) => {
    const read = parts.value[kind];
    const items = read.ok
      ? ok(
          itemsOf(project, kind, read.value).filter(
            (item) => item === undefined || !hasExpired(item, market, project.now()),
          ),
        )
      : read;
    return shownPart(
      log,
      kind === "promotion" ? "promotions" : "bonus_checks",
      items,
      call,
      (item) => item && map(item),
    );
  };
  return ok({
    promotions: live("promotion", (item) => promotionOf(item, settings, market)),
    bonusChecks: live("bonus_check", (item) => bonusCheckOf(item, market)),
    voucherPasswords: [],
    sections: [],
    degraded: [
      ...(parts.value.promotion.ok ? [] : (["promotions"] as const)),
      ...(parts.value.bonus_check.ok ? [] : (["bonus_checks"] as const)),
    ],
  });
};

export const status = async (
  project: Project,
  customerId: string,
  { kind, id }: InstrumentRef,
  call: CrmCall,
): CrmOutcome<InstrumentStatus> => {
  const parts = await readParts(project, customerId, call);
  if (!parts.ok) return parts;
  const entries = parts.value[kind];
  if (!entries.ok) return entries;
  const item = itemsOf(project, kind, entries.value).find((one) => one?.id === id);
  if (item === undefined) return ok({ state: "gone" });
  if (item.redeemed === true) {
    const at = isoOf(item.date_redeemed, project.market.timeZone);
    return ok({ state: "redeemed", ...(at === undefined ? {} : { at }) });
  }
  return ok({ state: hasExpired(item, project.market, project.now()) ? "expired" : "available" });
};
