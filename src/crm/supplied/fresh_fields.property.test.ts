import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Customer, Person } from "../../model/customer.ts";
import { fieldsLeft, type FreshFields, withWrite } from "./fresh_fields.ts";
import { laidOver, writtenBy } from "./fresh_view.ts";

/** Few values, so that a field is often changed and changed back. */
const text = fc.constantFrom("", "a", "b", "c");
const consent = fc.subarray(["news", "sms.offers", "post"]);
const changes: fc.Arbitrary<Person> = fc.record(
  {
    nameFirst: text,
    mobile: text,
    email: text,
    gender: fc.constantFrom("male", "female"),
    invoiceAddress: fc.record({ zip: text, city: text }, { requiredKeys: [] }),
    accepts: fc.record({ sms: fc.boolean(), email: fc.boolean() }, { requiredKeys: [] }),
    consents: consent,
    additionalOptions: fc.array(fc.record({ id: text, enumValues: fc.array(text) }), {
      minLength: 1,
      maxLength: 2,
    }),
  },
  { requiredKeys: [] },
);
const customer: fc.Arbitrary<Customer> = changes.map((person) => ({ ...person, id: "c-1" }));

/** What a CRM makes of a write: parts stay, a list is whole, "" is gone. */
const applied = (before: Customer, given: Person): Customer => ({
  ...before,
  ...given,
  ...(given.invoiceAddress && {
    invoiceAddress: { ...before.invoiceAddress, ...given.invoiceAddress },
  }),
  ...(given.accepts && { accepts: { ...before.accepts, ...given.accepts } }),
});

/** Without what is "" or empty, and lists in one order: how a card reads. */
const plain = (person: unknown): unknown => {
  if (Array.isArray(person))
    return person.every((one) => typeof one === "string") ? person.toSorted() : person.map(plain);
  if (typeof person !== "object" || person === null) return person;
  const entries = Object.entries(person).map(([name, value]) => [name, plain(value)] as const);
  const filled = entries.filter(
    ([, value]) => value !== "" && value !== undefined && JSON.stringify(value) !== "{}",
  );
  return Object.fromEntries(filled.filter(([name, value]) => name !== "consents" || String(value)));
};

/** Writes show in their order, each after a while of its own, within `keepMs`. */
const keepMs = 1_000;
type Step =
  | { readonly do: "write"; readonly changes: Person; readonly lagMs: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "read" };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant("write" as const),
      changes,
      lagMs: fc.integer({ min: 0, max: keepMs - 1 }),
    }),
    fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: keepMs }) }),
    fc.record({ do: fc.constant("read" as const) }),
  ),
  { minLength: 1, maxLength: 25 },
);

const play = (start: Customer, plan: readonly Step[]) => {
  let now = 0;
  let inCrm = start;
  let fields: FreshFields = {};
  let ideal = start;
  let showsAt = 0;
  const queue: { readonly at: number; readonly changes: Person }[] = [];
  const read = (): Customer => {
    while (queue[0] !== undefined && queue[0].at <= now)
      inCrm = applied(inCrm, queue.shift()?.changes ?? {});
    fields = fieldsLeft(fields, {}, now);
    const { customer: merged, shown } = laidOver(inCrm, fields);
    fields = fieldsLeft(fields, shown, now);
    return merged;
  };
  for (const step of plan) {
    if (step.do === "wait") now += step.ms;
    if (step.do === "write") {
      const before = read();
      fields = withWrite(fields, writtenBy(step.changes, before), now + keepMs);
      showsAt = Math.max(showsAt, now + step.lagMs);
      queue.push({ at: showsAt, changes: step.changes });
      ideal = applied(ideal, step.changes);
    }
    expect(plain(read())).toEqual(plain(ideal));
  }
  return { fields, read, wait: (ms: number) => (now += ms), fresh: () => fields };
};

describe("the merged view", () => {
  it("is what a CRM without any lag would show, at each moment and however often it is read", () => {
    fc.assert(
      fc.property(customer, steps, (start, plan) => {
        play(start, plan);
      }),
      { numRuns: 500 },
    );
  });

  it("holds nothing any more when the time of the last write is over", () => {
    fc.assert(
      fc.property(customer, steps, (start, plan) => {
        const { read, wait, fresh } = play(start, plan);
        wait(keepMs);
        read();
        expect(fresh()).toEqual({});
      }),
    );
  });

  it("leaves every field alone that the till did not write", () => {
    fc.assert(
      fc.property(customer, customer, changes, (shownToTill, inCrm, written) => {
        const fields = withWrite({}, writtenBy(written, shownToTill), 1);
        const { customer: merged } = laidOver(inCrm, fields);
        for (const field of Object.keys({ ...inCrm, ...merged }) as (keyof Customer)[])
          if (!(field in written)) expect(merged[field]).toEqual(inCrm[field]);
        // Of a list or an address, the parts that were not written.
        const given = new Set([...(written.consents ?? []), ...(shownToTill.consents ?? [])]);
        const others = (one: Customer) => one.consents?.filter((id) => !given.has(id)) ?? [];
        expect(others(merged)).toEqual(others(inCrm));
        if (written.invoiceAddress?.zip === undefined)
          expect(merged.invoiceAddress?.zip).toEqual(inCrm.invoiceAddress?.zip);
      }),
    );
  });

  it("lets go of what the CRM shows, at once, and of nothing that was written again meanwhile", () => {
    fc.assert(
      fc.property(customer, changes, (start, written) => {
        const fields = withWrite({}, writtenBy(written, start), 1);
        const { shown } = laidOver(applied(start, written), fields);
        expect(fieldsLeft(fields, shown, 0)).toEqual({});
        const again = withWrite(fields, writtenBy({ nameFirst: "d" }, start), 2);
        expect(Object.keys(fieldsLeft(again, shown, 0))).toEqual(["nameFirst"]);
      }),
    );
  });
});

it("shows no address of a protected identity, not even one that was typed just now", () => {
  const fields = withWrite({}, writtenBy({ invoiceAddress: { zip: "1" }, nameFirst: "N" }, {}), 1);
  expect(laidOver({ id: "c-1", protectedIdentity: true }, fields).customer).toEqual({
    id: "c-1",
    protectedIdentity: true,
    nameFirst: "N",
  });
});
