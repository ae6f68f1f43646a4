/** The part of a Durable Object's storage that the ledger uses. */
export type LedgerStorage = {
  readonly sql: Pick<SqlStorage, "exec">;
  /** Runs in one transaction; a throw rolls back. */
  transaction<Result>(work: () => Result): Result;
};

/** Whose ledger an object is. */
export type Owner = {
  readonly tenant: string;
  readonly channelId: string;
  readonly customerId: string;
};

/** The ledger that has taken over what another one held. */
export type Successor = { readonly customerId: string; readonly name: string };
