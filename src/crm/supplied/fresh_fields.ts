/** One value of a customer: a text, a choice, a list as JSON. "" is none, as of a field that was cleared. */
export type Leaf = string | boolean;

/** A value that a till wrote and the CRM may not show yet. */
export type FreshField = {
  readonly value: Leaf;
  /** What the field held before, oldest first; the CRM may still show each of them. */
  readonly earlier: readonly Leaf[];
  /** Epoch milliseconds. */
  readonly until: number;
};
/** By field, or `field.part`: parts of an address, ways of contact and consents are written apart. */
export type FreshFields = Readonly<Record<string, FreshField>>;

/** What one write changes. */
export type Written = Readonly<Record<string, { readonly value: Leaf; readonly before: Leaf }>>;

/** Fields that the CRM shows as written, by the `until` that they had when that was seen. */
export type Shown = Readonly<Record<string, number>>;

/** What is fresh once this was written, too. */
export const withWrite = (fields: FreshFields, written: Written, until: number): FreshFields => ({
  ...fields,
  ...Object.fromEntries(
    Object.entries(written).map(([path, { value, before }]): [string, FreshField] => {
      const last = fields[path] ?? { value: before, earlier: [], until };
      const earlier = last.value === value ? last.earlier : [...last.earlier, last.value];
      return [path, { value, earlier, until }];
    }),
  ),
});

/** Without what is over, and what the CRM was seen to show; a field that was written again meanwhile stays. */
export const fieldsLeft = (fields: FreshFields, shown: Shown, now: number): FreshFields =>
  Object.fromEntries(
    Object.entries(fields).filter(([path, { until }]) => until > now && shown[path] !== until),
  );
