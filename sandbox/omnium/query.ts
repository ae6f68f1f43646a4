import type { Call } from "../router.ts";
import { Refused } from "./errors.ts";

export function required({ query }: Call, name: string): string {
  const value = query.get(name);
  if (value === null || value === "") throw new Refused(400, `${name} is required.`);
  return value;
}

export function wholeNumber({ query }: Call, name: string, otherwise: number): number {
  const value = query.get(name);
  if (value === null) return otherwise;
  if (!/^-?\d{1,9}$/.test(value)) throw new Refused(400, `${name} must be a whole number.`);
  return Number(value);
}

export function flag({ query }: Call, name: string): boolean {
  const value = query.get(name)?.toLowerCase();
  if (value === undefined || value === "false") return false;
  if (value === "true") return true;
  throw new Refused(400, `${name} must be true or false.`);
}
