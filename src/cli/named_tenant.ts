import { Refusal } from "./refusal.ts";

/** The same words in every command. */
export const noSuchTenant = (name: string): Refusal =>
  new Refusal(1, `there is no tenant "${name}"; \`npm run tenant -- list\` names them`);
