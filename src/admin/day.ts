import * as z from "zod/mini";
import { isCalendarDay } from "../model/calendar_day.ts";

/** A day that the calendar has, YYYY-MM-DD. */
export const day = z.string().check(z.regex(/^20\d\d-\d\d-\d\d$/), z.refine(isCalendarDay));
