/** One walk for each Sitoo site of a tenant; numbers are Sitoo's own. */
export type WalkPlace = {
  readonly tenant: string;
  readonly account: number;
  readonly site: number;
};

/** Names the object that walks a site's orders (design.md 7). Never changes: stored data hangs on it. */
export const walkName = ({ tenant, account, site }: WalkPlace): string =>
  `${tenant}/${account}/${site}`;
