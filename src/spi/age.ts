import type { Person } from "../model/customer.ts";

/**
 * Birth date as YYYY-MM-DD from a national identity number, where its form tells:
 * Swedish personnummer and samordningsnummer (day + 60), Finnish personal code.
 * The century of a ten-digit Swedish number is guessed so that the age is below 100 (contracts/voyado.md 4.1).
 */
const birthDateOf = (personalId: string, country: string, today: string): string | undefined => {
  // The forms overlap (DDMMYY and YYMMDD, both with a hyphen): only the country tells them apart.
  const finnish =
    country !== "FI"
      ? null
      : /^(\d{2})(\d{2})(\d{2})([-+A-FYXWVU])\d{3}[0-9A-Z]$/i.exec(personalId);
  if (finnish) {
    const [, day, month, year, mark = "-"] = finnish;
    const century = mark === "+" ? "18" : /[A-F]/i.test(mark) ? "20" : "19";
    return `${century}${year}-${month}-${day}`;
  }
  const swedish =
    country !== "SE" ? null : /^(\d{2})?(\d{2})(\d{2})(\d{2})([-+]?)\d{4}$/.exec(personalId);
  if (swedish) {
    const [, century, year = "", month, dayText = "", mark] = swedish;
    const day = String(Number(dayText) > 60 ? Number(dayText) - 60 : Number(dayText)).padStart(
      2,
      "0",
    );
    const guessed = `20${year}-${month}-${day}` > today ? "19" : "20";
    // "+" stands for an age of 100 or more.
    const hundredEarlier = mark === "+" ? String(Number(guessed) - 1) : guessed;
    return `${century ?? hundredEarlier}${year}-${month}-${day}`;
  }
  return undefined;
};

/**
 * Whether the person is known to be younger than the tenant allows.
 * Somebody whose birth date nobody knows is not refused: the till asks for what it asks for.
 */
export const isTooYoung = (
  person: Person,
  minAge: number,
  now: number,
  country: string,
): boolean => {
  const today = new Date(now).toISOString().slice(0, 10);
  const born =
    person.birthday ??
    (person.personalId === undefined ? undefined : birthDateOf(person.personalId, country, today));
  if (born === undefined) return false;
  const oldEnough = `${Number(today.slice(0, 4)) - minAge}${today.slice(4)}`;
  return born > oldEnough;
};
