/** Whether a text is a day that the calendar has, written YYYY-MM-DD. */
export const isCalendarDay = (text: string): boolean => {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  // Some days that are none are read as one of the next month.
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
};
