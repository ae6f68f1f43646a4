export function validEmail(value: string): boolean {
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(value);
}

/** Length of the national number; one that is not here may have what E.164 allows. */
const NATIONAL: readonly [code: string, digits: RegExp][] = [
  ["46", /^[1-9]\d{6,8}$/],
  ["47", /^\d{8}$/],
  ["45", /^\d{8}$/],
  ["358", /^[1-9]\d{4,11}$/],
  ["1", /^[2-9]\d{9}$/],
];

/** E.164, or undefined when unusable. A phone without country code is read as Swedish (published). */
export function phoneNumber(value: string): string | undefined {
  const bare = value.replaceAll(/[\s().-]/g, "").replace(/^00/, "+");
  if (!/^\+?\d{5,15}$/.test(bare)) return undefined;
  const full = bare.startsWith("+") ? bare : `+46${bare.replace(/^0/, "")}`;
  const known = NATIONAL.find(([code]) => full.startsWith(`+${code}`));
  if (known !== undefined) return known[1].test(full.slice(known[0].length + 1)) ? full : undefined;
  return /^\+[1-9]\d{6,14}$/.test(full) ? full : undefined;
}
