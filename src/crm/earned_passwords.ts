/** What everybody opens and what this customer does, each once. */
export const passwordsOf = (everybody: readonly string[], own: readonly string[]): string[] => [
  ...new Set([...everybody, ...own]),
];

/** The Sitoo voucher passwords that what a customer belongs to opens, each once; capitals do not count. */
export const earnedPasswords = (
  groups: readonly string[],
  table: readonly { readonly group: string; readonly voucherPasswords: readonly string[] }[],
): string[] => {
  const plain = (name: string) => name.trim().toLowerCase();
  const held = new Set(groups.map(plain));
  const earned = table.filter(({ group }) => held.has(plain(group)));
  return [...new Set(earned.flatMap(({ voucherPasswords }) => voucherPasswords))];
};
