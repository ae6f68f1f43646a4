/** ISO 4217 decimals of the currencies that do not have two. */
const DECIMALS: Record<string, number> = {
  JPY: 0,
  KRW: 0,
  ISK: 0,
  CLP: 0,
  VND: 0,
  KWD: 3,
  BHD: 3,
  OMR: 3,
  JOD: 3,
  TND: 3,
};

export function decimalsOf(currency: string): number {
  return DECIMALS[currency] ?? 2;
}
