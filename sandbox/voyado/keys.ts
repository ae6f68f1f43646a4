const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Lower case when it is a GUID. */
export function guid(value: string | null | undefined): string | undefined {
  return value !== null && value !== undefined && GUID.test(value)
    ? value.toLowerCase()
    : undefined;
}

export function validEmail(value: string): boolean {
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(value);
}

/** With country calling code and no spaces (published). A `+` sent unescaped arrives as a space and fails here. */
export function validPhone(value: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(value);
}

/**
 * Swedish personnummer or samordningsnummer in 12 digits, or a Finnish personal code; undefined when neither.
 * Ten digits are accepted, the century guessed so that the age is below 100 (published).
 */
export function socialSecurityNumber(value: string, now: number): string | undefined {
  return swedish(value, now) ?? finnish(value);
}

function swedish(value: string, now: number): string | undefined {
  const match = /^(\d{2})?(\d{6})[-+]?(\d{4})$/.exec(value);
  if (match === null) return undefined;
  const [, century, day = "", rest = ""] = match;
  const ten = day + rest;
  if (!luhn(ten)) return undefined;
  const dayOfMonth = Number(ten.slice(4, 6)) % 60;
  const month = Number(ten.slice(2, 4));
  if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > 31) return undefined;
  if (century !== undefined) return century + ten;
  const year = new Date(now).getUTCFullYear();
  const thisCentury = Math.floor(year / 100) * 100;
  const born = thisCentury + Number(ten.slice(0, 2));
  return `${String(born > year ? thisCentury / 100 - 1 : thisCentury / 100)}${ten}`;
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (const [index, digit] of digits.split("").entries()) {
    const weighed = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}

function finnish(value: string): string | undefined {
  const match = /^(\d{6})[-+A-FU-Y](\d{3})([0-9A-FHJ-NPR-Y])$/.exec(value.toUpperCase());
  if (match === null) return undefined;
  const [, day = "", individual = "", check] = match;
  return "0123456789ABCDEFHJKLMNPRSTUVWXY"[Number(day + individual) % 31] === check
    ? value.toUpperCase()
    : undefined;
}
