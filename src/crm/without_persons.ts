/** E-mail addresses, long numbers (phones, personal numbers), ids and quoted values give way to "…". */
export const withoutPersons = (text: string): string =>
  text
    .replace(/\S+@\S+/g, "…")
    .replace(/(["'])(?:(?!\1).)*\1/g, "…")
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "…")
    .replace(/\+?\d[\d -]{5,}\d/g, "…");
